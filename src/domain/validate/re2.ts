// Patterns of validators in RE2's syntax, whose matching is linear, with what it may cost counted: the
// text is the agent's to choose, and while it is looked at no other event is answered.
import * as Result from 'effect/Result'
import { RE2JS } from 're2js'
import type { Compiled } from './readers.ts'

/** Instructions of one pattern: what a unit of text may cost. */
const MOST_INSTRUCTIONS = 400
/** What a unit costs besides the instructions. */
const BASE_STEPS = 8

export const compilePattern = (source: string): Result.Result<Compiled, string> =>
  Result.flatMap(
    Result.try({
      try: () => RE2JS.compile(source),
      catch: (error) =>
        `is no pattern: ${(error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '').slice(0, 200)}`,
    }),
    (regex) => {
      const price = regex.programSize()
      if (price > MOST_INSTRUCTIONS)
        return Result.fail('is too large a pattern: repeat less, or fewer classes')
      return Result.succeed<Compiled>({
        find: (text, steps) => {
          const seen = Math.min(
            text.length,
            Math.max(0, Math.floor(steps.left / (price + BASE_STEPS))),
          )
          steps.left -= seen * (price + BASE_STEPS)
          const matcher = regex.matcher(seen === text.length ? text : text.slice(0, seen))
          if (matcher.find()) return matcher.start()
          return seen === text.length ? undefined : 'unseen'
        },
      })
    },
  )
