// Patterns of the user's own, from a flag's text.
import * as Result from 'effect/Result'
import { type OwnPatterns, ownPatterns } from '../../domain/sensitive/own.ts'
import { usage } from '../terminal/failure.ts'

export const patternsOf = (text: string): OwnPatterns => {
  const own = ownPatterns(text)
  if (Result.isSuccess(own)) return own.success
  throw usage(
    `--patterns ${own.failure}`,
    String.raw`write --patterns 'STAFF_ID = \bE-[0-9]{6}\b ; OTHER = …'`,
  )
}
