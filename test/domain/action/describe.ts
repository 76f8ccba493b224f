// Short forms of effects, as the examples beside tools and programs write them.
import type { ActionEffect, Target } from '../../../src/domain/action/effect.ts'
import type { Observed } from '../../../src/domain/action/action.ts'
import type { MaskedText, Place } from '../../../src/domain/action/place.ts'

export const PLACE: Place = {
  home: '/home/dev',
  project: '/home/dev/app',
  cwd: '/home/dev/app',
  gate: ['/home/dev/.local/share/isonapse', '/run/user/1000/isonapse'],
}

export const OBSERVED: Observed = { cwd: { project: '' }, links: [] }

const plain = (text: MaskedText): string => (typeof text === 'string' ? text : JSON.stringify(text))

const targetText = (target: Target): string => {
  if ('host' in target) return plain(target.host)
  if ('program' in target) return target.program
  if ('name' in target) return plain(target.name)
  const ref = target.path
  if ('project' in ref) return plain(ref.project)
  if ('home' in ref) return ref.home === '' ? '~' : `~/${plain(ref.home)}`
  return plain(ref.path)
}

/** `fs.read src/a.ts`, `secret.read ~/.ssh/id_rsa`, `opaque project-code`; the project root is `.`. */
export const describeEffect = ({ kind, target, why }: ActionEffect): string => {
  if (why !== undefined) return `${kind} ${why}`
  return target === undefined ? kind : `${kind} ${targetText(target) || '.'}`
}
