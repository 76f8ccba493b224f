// What a learned rule lets through, in words for the person who is asked to agree.
import type { EffectKind } from '../action/effect.ts'
import { many, type Rule } from '../policy/rule.ts'

const VERBS: Partial<Record<EffectKind, string>> = {
  'fs.read': 'reads',
  'fs.write': 'writes',
  'fs.delete': 'deletes',
  exec: 'runs',
  spawn: 'starts',
  'net.fetch': 'fetches from',
  'destroy.data': 'destroys',
  'destroy.vcs': 'discards work in',
}

const MOST_LISTED = 4

/** `sed with -i writes project:src/a/**`. */
export const ruleInWords = ({ match }: Rule): string => {
  const { capability, flags_only, effect, path, zone, host, name, program, why, reach } = match
  const who = many(capability).map((one) => one.replace(/^tool:(Bash:)?/, '').replaceAll(':', ' '))
  const kind = many(effect)[0] as EffectKind | undefined
  const listed = [path, zone, host, name, program].flatMap((values) => many<string>(values))
  const shown = listed.slice(0, MOST_LISTED).join(', ')
  const more = listed.length > MOST_LISTED ? ` and ${listed.length - MOST_LISTED} more` : ''
  const options =
    flags_only === undefined
      ? ''
      : flags_only.length === 0
        ? ' without options'
        : ` with ${flags_only.join(' ')}`
  const what =
    kind === 'opaque'
      ? `does what cannot be read (${many(why).join(', ')})`
      : `${VERBS[kind ?? 'exec'] ?? kind} ${shown}${more}${reach === undefined ? '' : ` with what lies in it`}`
  return `${who.join(', ') || 'anything'}${options} ${what}`.trim()
}
