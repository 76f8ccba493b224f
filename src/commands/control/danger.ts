// What the commands share that cannot be taken back: the word has to be typed, or named with --confirm;
// --yes alone is no answer, since it is in every script's fingers.
import { boolean, string } from '@oclif/core/flags'
import * as Result from 'effect/Result'
import { shortName } from '../../infra/archive/archivePlaces.ts'
import { readPin } from '../../infra/keys/identity.ts'
import type { AppPaths } from '../../infra/paths.ts'
import type { Asker } from '../terminal/ask.ts'
import { usage } from '../terminal/failure.ts'

export const DANGER_FLAGS = {
  confirm: string({
    description: 'The word that would have to be typed: the beginning of the log’s name.',
    helpValue: 'WORD',
  }),
  yes: boolean({
    char: 'y',
    description: 'Ask nothing; only with --confirm, which names what it is about.',
    dependsOn: ['confirm'],
  }),
  'dry-run': boolean({ description: 'List exactly what would go, and change nothing.' }),
}

/** The beginning of the log's short name; of a log whose name cannot be read, `fallback`. */
export const wordOf = (paths: Pick<AppPaths, 'identityFile'>, fallback: string): string => {
  const pin = readPin(paths.identityFile)
  const name =
    Result.isSuccess(pin) && pin.success !== undefined ? shortName(pin.success.origin) : ''
  return name === '' ? fallback : name.slice(0, 8)
}

/** False where the person typed something else. */
export const agreedTo = async (
  asker: Asker,
  word: string,
  { confirm }: { readonly confirm: string | undefined },
): Promise<boolean> => {
  if (confirm !== undefined) {
    if (confirm === word) return true
    throw usage(`--confirm ${confirm} is not the word for this log`, `--confirm ${word}`)
  }
  if (!asker.present)
    throw usage(
      'this asks for a word to be typed, and there is no terminal to ask on',
      `add --confirm ${word}`,
    )
  return (await asker.line(`This cannot be undone. Type ${word} to go on: `)).trim() === word
}
