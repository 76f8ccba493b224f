// A value as one word of a POSIX shell script. What cannot stand in a script unchanged is refused,
// never altered: a path that reads differently there would point the gate somewhere else.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'

/** A value that cannot be baked into the hook client. `what` names it for a person. */
export class BakedValueRefused extends Schema.TaggedError<BakedValueRefused>()(
  'BakedValueRefused',
  { what: Schema.String, value: Schema.String, reason: Schema.String },
) {
  override get message(): string {
    return `${this.what} ${JSON.stringify(this.value)} ${this.reason}`
  }
}

/**
 * The value between single quotes, in which a shell gives no byte a meaning but the quote itself
 * (POSIX 2.2.2). Refuses control characters (a newline would end a comment or a heredoc, a NUL ends
 * the word) and lone surrogates, which have no bytes.
 */
export const shellQuote = (
  what: string,
  value: string,
): Result.Result<string, BakedValueRefused> => {
  const refuse = (reason: string) => Result.fail(new BakedValueRefused({ what, value, reason }))
  if (/\p{Cc}/u.test(value)) return refuse('holds a control character')
  if (!value.isWellFormed()) return refuse('is not well-formed text')
  return Result.succeed(`'${value.replaceAll("'", String.raw`'\''`)}'`)
}

/** The same for a path, which must be absolute: the script runs in whatever folder the client is in. */
export const shellQuotePath = (
  what: string,
  value: string,
): Result.Result<string, BakedValueRefused> =>
  value.startsWith('/')
    ? shellQuote(what, value)
    : Result.fail(new BakedValueRefused({ what, value, reason: 'is not an absolute path' }))
