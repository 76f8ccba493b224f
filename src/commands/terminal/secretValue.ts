// Where a secret's value comes from: the person at the terminal, unseen; standard input, when that is no
// terminal; a variable of the environment. Never an argument, which other processes can see.
import { MOST_SECRET_BYTES } from '../../domain/secret/declared.ts'
import type { Asker } from './ask.ts'
import { usage } from './failure.ts'

/** What is typed or pasted is cut off there by the terminal. */
const MOST_TYPED = 4000

export const secretValue = async (
  name: string,
  fromEnv: string | undefined,
  asker: Asker,
): Promise<string> => {
  if (fromEnv !== undefined) {
    const value = process.env[fromEnv]
    if (value !== undefined && value !== '') return value
    throw usage(`the environment has no variable ${fromEnv}, or it is empty`)
  }
  if (!process.stdin.isTTY) return piped()
  if (!asker.present)
    throw usage('there is nobody to type the value', 'pipe it to standard input, or use --from-env')
  const value = await asker.hidden(`Value of ${name}: `)
  if (value.length >= MOST_TYPED)
    throw usage('the value is too long to be typed', 'pipe it to standard input')
  return value
}

/** All of standard input, but for one line end: `echo` and editors add it. */
const piped = async (): Promise<string> => {
  const parts: Array<Buffer> = []
  let bytes = 0
  for await (const part of process.stdin) {
    parts.push(part as Buffer)
    bytes += (part as Buffer).length
    if (bytes > MOST_SECRET_BYTES + 2)
      throw usage(`the value is longer than ${MOST_SECRET_BYTES} bytes`)
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.concat(parts),
    )
    return text.replace(/\r?\n$/, '')
  } catch {
    throw usage('the value is not UTF-8 text', 'store it as base64, and decode it where it is used')
  }
}
