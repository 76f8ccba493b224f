// A folder of receipts, written here or by anybody: each file is read once to see that it is what its
// name says, and again when it is shown. Nothing in it is followed, waited for, or read without a bound.
import * as fs from 'node:fs/promises'
import { constants } from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import type { Digest } from '../../domain/hash.ts'
import { MAX_ORDER_LINE, ORDER_FILE, orderReader } from '../../domain/receipt/order.ts'
import { isDigest, MAX_RECEIPT_BYTES, readReceipt } from '../../domain/receipt/readReceipt.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { type Step, stepMaker } from '../../domain/receipt/step.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { errnoOf } from '../files/failure.ts'
import { type ExportFiles, ExportUnreadable, openExport } from '../verifier/exportFiles.ts'
import { tooManyDecisions } from './collect.ts'
import { digestInName, isTemporary } from './folderNames.ts'
import { MOST_DECISIONS, type ReceiptSource, type Report, SourceUnusable } from './receiptSource.ts'

/** `dir` is absolute; `name` is what the person called it. Rejects with SourceUnusable. */
export const readFolder = async (
  dir: string,
  name: string,
  report: Report,
): Promise<ReceiptSource> => {
  const unusable = (file: string, detail: string, remedy: string): SourceUnusable =>
    new SourceUnusable({ source: file === '' ? name : path.join(name, file), detail, remedy })
  const files = await openExport(dir).catch((error: unknown) => {
    throw unusable('', `cannot be read (${detailOf(error)})`, WRITE_ANEW)
  })
  const { digests, hasOrder } = await listed(dir, name, unusable)
  if (digests.size === 0 && !hasOrder) throw unusable('', 'holds no receipts', NAME_ANOTHER)

  const receipt = async (digest: string): Promise<Receipt> => {
    const file = `${digest}.json`
    const bytes = await read(files, file, unusable)
    const found = readReceipt(bytes, digest, sha256)
    if (Result.isSuccess(found)) return found.success
    const { reason, message } = found.failure
    throw unusable(file, message, reason === 'version' ? USE_LATER : WRITE_ANEW)
  }

  // All are read: one that is broken and not named by the order is a broken folder all the same.
  const made = stepMaker(sha256)
  const steps = new Map<Digest, Step>()
  for (const digest of [...digests].sort()) {
    steps.set(digest, made(digest, await receipt(digest), null))
    report(steps.size, digests.size, 'receipts read')
  }
  const source = { kind: 'receipts', name, origin: null } as const
  const again = (step: Step): Promise<Receipt> => receipt(step.digest)
  if (!hasOrder)
    return { ...source, ordered: false, steps: [...steps.values()], aside: 0, receipt: again }

  const order: Array<Step> = []
  const named = new Set<Digest>()
  await readOrder(path.join(dir, ORDER_FILE), unusable, (digest) => {
    const step = steps.get(digest)
    if (step === undefined)
      throw unusable(ORDER_FILE, `names ${digest}.json, which is missing`, WRITE_ANEW)
    order.push(step)
    if (order.length > MOST_DECISIONS) throw tooManyDecisions(name)
    named.add(digest)
  })
  if (order.length === 0) throw unusable(ORDER_FILE, 'names no decisions', NAME_ANOTHER)
  return { ...source, ordered: true, steps: order, aside: steps.size - named.size, receipt: again }
}

const NAME_ANOTHER = 'isonapse hook witness receipts --out DIR writes them'
const WRITE_ANEW =
  'write the receipts anew, with isonapse hook witness receipts --out into a new folder'
const USE_LATER = 'compare with that version of isonapse'

type Unusable = (file: string, detail: string, remedy: string) => SourceUnusable

const detailOf = (error: unknown): string =>
  error instanceof ExportUnreadable ? error.detail : (errnoOf(error) ?? String(error))

/** What the folder holds, by the names alone. */
const listed = async (
  dir: string,
  name: string,
  unusable: Unusable,
): Promise<{ readonly digests: ReadonlySet<Digest>; readonly hasOrder: boolean }> => {
  const digests = new Set<Digest>()
  let hasOrder = false
  for await (const { name: found } of await fs.opendir(dir)) {
    const digest = digestInName(found)
    if (digest !== undefined && isDigest(digest)) digests.add(digest)
    else if (found === ORDER_FILE) hasOrder = true
    else if (!isTemporary(found))
      throw unusable(
        '',
        `holds ${JSON.stringify(found)}, so it is no folder of receipts`,
        NAME_ANOTHER,
      )
    if (digests.size > MOST_DECISIONS) throw tooManyDecisions(name)
  }
  return { digests, hasOrder }
}

const read = async (files: ExportFiles, file: string, unusable: Unusable): Promise<Uint8Array> => {
  const bytes = await files.read(file, MAX_RECEIPT_BYTES).catch((error: unknown) => {
    throw unusable(file, `cannot be read (${detailOf(error)})`, WRITE_ANEW)
  })
  if (typeof bytes === 'string') throw unusable(file, `is ${bytes}`, WRITE_ANEW)
  return bytes
}

/** Line by line: the file of a long log is larger than what should lie in memory at once. */
const readOrder = async (
  file: string,
  unusable: Unusable,
  onDecision: (digest: Digest) => void,
): Promise<void> => {
  const reader = orderReader()
  const broken = (detail: string): SourceUnusable => unusable(ORDER_FILE, detail, WRITE_ANEW)
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await fs.open(file, flags).catch((error: unknown) => {
    const code = errnoOf(error)
    throw broken(code === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${code ?? 'unknown'})`)
  })
  try {
    if (!(await handle.stat()).isFile()) throw broken('is not a plain file')
    const chunk = Buffer.alloc(65_536)
    let held = Buffer.alloc(0)
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length)
      if (bytesRead === 0) break
      held = Buffer.concat([held, chunk.subarray(0, bytesRead)])
      for (let at = held.indexOf(10); at >= 0; at = held.indexOf(10)) {
        const line = reader.next(held.toString('utf8', 0, at))
        if (Result.isFailure(line)) throw broken(line.failure.message)
        if (line.success !== undefined) onDecision(line.success.digest)
        held = held.subarray(at + 1)
      }
      if (held.length > MAX_ORDER_LINE) throw broken('has a line that is too long')
    }
    // What has no line end is no line that was written whole.
    if (held.length > 0) throw broken('is cut off')
    const whole = reader.end()
    if (Result.isFailure(whole)) throw broken(whole.failure.message)
  } catch (error) {
    if (error instanceof SourceUnusable) throw error
    throw broken(`cannot be read (${detailOf(error)})`)
  } finally {
    await handle.close()
  }
}
