// What has been learned of a call, in words: how often it was seen, always on what, and what the
// suggested policy would decide.
import type { Explanation } from '../../domain/control/methods.ts'
import type { Habit, HabitPart } from '../../domain/profile/habit.ts'
import { plural } from '../terminal/progress.ts'

const MOST_PARTS = 4

/** Empty where the explanation says nothing of it, as without a control plane. */
export const learnedInWords = ({ habit, suggested }: Explanation): ReadonlyArray<string> =>
  habit === undefined
    ? []
    : [
        seenInWords(habit),
        ...habit.parts
          .filter(({ scope }) => scope !== '')
          .flatMap(scopesInWords)
          .slice(0, MOST_PARTS),
        ...(suggested === undefined
          ? []
          : suggested === null
            ? ['nothing is suggested yet: isonapse hook report says how ready the profile is']
            : [
                `the suggested policy would ${WOULD[suggested.verdict]} it${suggested.rules.length === 0 ? '' : ` (${suggested.rules.slice(0, 3).join(', ')})`}`,
              ]),
      ]

const WOULD = { permit: 'permit', defer: 'ask about', deny: 'deny' } as const

const seenInWords = ({ calls, sessions, days, parts }: Habit): string => {
  if (calls > 0)
    return `all of it was seen before, in ${plural(calls, 'call')} of ${plural(sessions, 'session')} on ${plural(days, 'day')} or more`
  const unseen = parts.filter((part) => part.calls === 0)
  if (unseen.length === parts.length) return 'never seen before'
  return `never seen before: ${unseen.slice(0, 3).map(partInWords).join(', ')}${unseen.length > 3 ? ` and ${unseen.length - 3} more` : ''}`
}

const partInWords = ({ capability, kind, scope }: HabitPart): string =>
  [capability.replace(/^tool:(Bash:)?/, '').replaceAll(':', ' '), kind, scope]
    .filter((part) => part !== null && part !== '')
    .join(' ')

/** Where the same was done: always here, or in other places too. */
const scopesInWords = (part: HabitPart): ReadonlyArray<string> => {
  const { scopes, scope, moreScopes, kind } = part
  if (scopes.length === 0 || kind === null) return []
  const name = partInWords({ ...part, scope: '' })
  if (scopes.length === 1 && scopes[0] === scope) return [`${name}: always ${scope}`]
  const more = moreScopes === 0 ? '' : ` and ${moreScopes} more`
  return [`${name}: ${part.calls === 0 ? 'so far only' : 'seen on'} ${scopes.join(', ')}${more}`]
}
