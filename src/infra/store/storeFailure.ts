// Turns what LevelDB and the system say into a StoreFailure with a reason that can be acted on. It
// reads texts because LevelDB gives nothing else: an error it does not know is `io`, never dropped.
import { StoreFailure } from './errors.ts'

type Reason = StoreFailure['reason']

const BY_TEXT: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/no space left|ENOSPC|file too large|EFBIG|quota exceeded|EDQUOT/i, 'full'],
  [/read-only file system|EROFS/i, 'read-only'],
  [/permission denied|EACCES|operation not permitted|EPERM/i, 'permission'],
  [/does not exist \(create_if_missing/i, 'missing'],
  [/corruption|corrupted|not an sstable|CURRENT file does not end|bad record/i, 'corrupt'],
  // Of a store that is there (openStoreDb looks first): a file that its own records name is gone.
  [/no such file or directory|ENOENT/i, 'corrupt'],
]

/** The error and all its causes, outermost first. */
const chainOf = (error: unknown): ReadonlyArray<Error & { readonly code?: unknown }> => {
  const chain: Array<Error> = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at)
  return chain
}

/**
 * A StoreFailure passes through; what LevelDB and the system say becomes one about `path`. An error
 * that neither of them makes is a defect of this program, and is thrown on as what it is.
 */
export const storeFailure = (path: string, error: unknown): StoreFailure => {
  if (error instanceof StoreFailure) return error
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    throw error
  const chain = chainOf(error)
  const text = chain.map((one) => one.message).join(': ')
  const codes = chain.map((one) => one.code)
  const reason: Reason = codes.includes('LEVEL_LOCKED')
    ? 'held'
    : (BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ??
      (codes.includes('LEVEL_CORRUPTION') ? 'corrupt' : 'io'))
  return new StoreFailure({ reason, path, detail: chain.at(-1)?.message ?? String(error) })
}
