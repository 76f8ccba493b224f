// What a learned rule lets through, in words for the person who is asked to agree.
import type { EffectKind } from '../action/effect.ts'
import { many, type Rule } from '../policy/rule.ts'

const VERBS: Partial<Record<EffectKind, readonly [does: string, doing: string]>> = {
  'fs.read': ['reads', 'reading'],
  'fs.write': ['writes', 'writing'],
  'fs.delete': ['deletes', 'deleting'],
  exec: ['runs', 'running'],
  spawn: ['starts', 'starting'],
  'net.fetch': ['fetches from', 'fetching from'],
  'destroy.data': ['destroys', 'destroying'],
  'destroy.vcs': ['discards work in', 'discarding work in'],
}

/** Where the call does not say on what. */
const UNNAMED: Partial<Record<EffectKind, string>> = {
  'net.fetch': 'a host that it does not name',
  spawn: 'what it does not name',
}

const MOST_LISTED = 4

/** `sed with -i writes project:src/a/**`; `reading in project`, where it is for whatever does it. */
export const ruleInWords = ({ match }: Rule): string => {
  const { capability, flags_only, effect, path, zone, host, name, program, why, reach } = match
  const who = many(capability).map((one) => one.replace(/^tool:(Bash:)?/, '').replaceAll(':', ' '))
  const kind = many(effect)[0] as EffectKind | undefined
  const listed = [path, host, name, program].flatMap((values) => many<string>(values))
  const shown = listed.slice(0, MOST_LISTED).join(', ')
  const more = listed.length > MOST_LISTED ? ` and ${listed.length - MOST_LISTED} more` : ''
  const [does, doing] = (kind === undefined ? undefined : VERBS[kind]) ?? ['does', 'doing']
  const options =
    flags_only === undefined
      ? ''
      : flags_only.length === 0
        ? ' without options'
        : ` with ${flags_only.join(' ')}`
  const what =
    kind === 'opaque'
      ? `does what cannot be read (${many(why).join(', ')})`
      : [
          who.length === 0 ? doing : does,
          ...(zone === undefined || path !== undefined ? [] : [`in ${many(zone).join(', ')}`]),
          listed.length === 0 && zone === undefined ? UNNAMED[kind ?? 'exec'] : `${shown}${more}`,
          ...(reach === undefined ? [] : ['with what lies in it']),
        ]
          .filter((part) => part !== undefined && part !== '')
          .join(' ')
  return `${who.join(', ')}${options} ${what}`.trim()
}
