import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { digestOf } from '../../../src/domain/hash.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { readFolder } from '../../../src/infra/receipts/readFolder.ts'
import { SourceUnusable } from '../../../src/infra/receipts/receiptSource.ts'
import { fillFolder } from '../../../src/infra/receipts/writeFolder.ts'
import { type Made, RECORDED_ON, receiptsOn } from '../../domain/receipt/recorded.ts'

const SESSION = receiptsOn(RECORDED_ON)
const DISTINCT = new Set(SESSION.map(({ digest }) => digest)).size

const made: Array<string> = []
afterEach(() => {
  for (const dir of made.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
})
const scratch = (): string => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-receipts-'))
  made.push(dir)
  return path.join(dir, 'r')
}

const fill = (dir: string, receipts: ReadonlyArray<Made>) => {
  const filling = Result.getOrThrowWith(fillFolder(dir, 'R'), (failure) => failure)
  for (const { digest, receipt } of receipts)
    Result.getOrThrowWith(
      filling.add(digest, receipt.event, canonicalJson(receipt)),
      (failure) => failure,
    )
  return { ...filling, finished: filling.finish() }
}
const filled = (receipts: ReadonlyArray<Made> = SESSION): string => {
  const dir = scratch()
  expect(Result.isSuccess(fill(dir, receipts).finished)).toBe(true)
  return dir
}
const read = (dir: string) => readFolder(dir, 'R', () => {})
const problem = async (dir: string): Promise<string> => {
  const error: unknown = await read(dir).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(SourceUnusable)
  const { message, remedy } = error as SourceUnusable
  expect(remedy).not.toBe('')
  expect(message).not.toMatch(/\n/)
  return message
}
const tree = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), 'utf8')]),
  )
const firstReceipt = (dir: string): string =>
  path.join(
    dir,
    fs.readdirSync(dir).find((name) => name.endsWith('.json'))!,
  )

describe('a folder of receipts', () => {
  it('gives back what was written, in order, each receipt once', async () => {
    const dir = filled()
    expect(fs.readdirSync(dir)).toHaveLength(DISTINCT + 1)
    const source = await read(dir)
    expect(source.ordered).toBe(true)
    expect(source.steps.map(({ digest }) => digest)).toEqual(SESSION.map(({ digest }) => digest))
    expect(await source.receipt(source.steps[3]!)).toEqual(SESSION[3]!.receipt)
  })

  it('is closed to other users', () => {
    const dir = filled()
    expect(fs.statSync(dir).mode & 0o777).toBe(0o700)
    for (const name of fs.readdirSync(dir))
      expect(fs.statSync(path.join(dir, name)).mode & 0o777).toBe(0o600)
  })

  it('is the same bytes when it is written again, and goes on with what was there', () => {
    const dir = filled(SESSION.slice(0, 20))
    expect(Result.isSuccess(fill(dir, SESSION).finished)).toBe(true)
    expect(tree(dir)).toEqual(tree(filled()))
    expect(Result.isSuccess(fill(dir, SESSION).finished)).toBe(true)
    expect(tree(dir)).toEqual(tree(filled()))
  })

  it('mends a receipt that was damaged since', async () => {
    const dir = filled()
    fs.writeFileSync(firstReceipt(dir), 'x')
    fill(dir, SESSION)
    expect((await read(dir)).steps).toHaveLength(SESSION.length)
  })

  it('is left as it was when other decisions are written into it', () => {
    const dir = filled(SESSION.slice(5))
    const before = tree(dir)
    const { finished, abandon } = fill(dir, SESSION)
    expect(Result.isFailure(finished) && finished.failure.message).toMatch(/other decisions/)
    abandon()
    expect(tree(dir)).toEqual(before)
  })

  it('is left as it was, or not there at all, when the writing is given up', () => {
    const fresh = scratch()
    const begun = Result.getOrThrow(fillFolder(fresh, 'R'))
    begun.add(SESSION[0]!.digest, 'PreToolUse', canonicalJson(SESSION[0]!.receipt))
    begun.abandon()
    expect(fs.existsSync(fresh)).toBe(false)
    const dir = filled()
    const before = tree(dir)
    const again = Result.getOrThrow(fillFolder(dir, 'R'))
    again.add(SESSION[0]!.digest, 'PreToolUse', canonicalJson(SESSION[0]!.receipt))
    again.abandon()
    expect(tree(dir)).toEqual(before)
  })

  it('takes up what a crash left, and reads as before meanwhile', async () => {
    const dir = filled(SESSION.slice(0, 9))
    const crashed = Result.getOrThrow(fillFolder(dir, 'R'))
    crashed.add(SESSION[20]!.digest, 'PreToolUse', canonicalJson(SESSION[20]!.receipt))
    expect((await read(dir)).steps).toHaveLength(9)
    expect(Result.isSuccess(fill(dir, SESSION).finished)).toBe(true)
    expect(tree(dir)).toEqual(tree(filled()))
  })

  it('is refused where something else lies in it, or it is none', () => {
    const dir = filled()
    fs.writeFileSync(path.join(dir, 'notes.txt'), 'mine')
    const refused = fillFolder(dir, 'R')
    expect(Result.isFailure(refused) && refused.failure.message).toMatch(/holds "notes.txt"/)
    expect(fs.readFileSync(path.join(dir, 'notes.txt'), 'utf8')).toBe('mine')
    const file = `${scratch()}-file`
    made.push(file)
    fs.writeFileSync(file, '')
    const none = fillFolder(file, 'R')
    expect(Result.isFailure(none) && none.failure.message).toMatch(/is not a folder/)
  })

  it('does not write through a link in the place of its receipts, order or staging', () => {
    const dir = filled(SESSION.slice(0, 3))
    const victim = `${dir}-victim`
    fs.writeFileSync(victim, 'untouched')
    const receipt = path.join(dir, `${SESSION[0]!.digest}.json`)
    fs.rmSync(receipt)
    fs.symlinkSync(victim, receipt)
    fs.symlinkSync(path.dirname(victim), path.join(dir, '.unfinished'))
    const { finished } = fill(dir, SESSION.slice(0, 3))
    expect(Result.isSuccess(finished)).toBe(true)
    expect(fs.readFileSync(victim, 'utf8')).toBe('untouched')
    expect(tree(dir)).toEqual(tree(filled(SESSION.slice(0, 3))))
  })
})

describe('a folder without an order', () => {
  it('is a set, sorted by digest', async () => {
    const dir = filled()
    fs.rmSync(path.join(dir, 'order.jsonl'))
    // What hook gate --receipt-dir leaves when it is killed.
    fs.writeFileSync(path.join(dir, `.${SESSION[0]!.digest}.99.tmp`), '{')
    const source = await read(dir)
    expect(source.ordered).toBe(false)
    expect(source.steps.map(({ digest }) => digest)).toEqual(
      [...new Set(SESSION.map(({ digest }) => digest))].sort(),
    )
  })

  it('that has one says how many receipts are in none', async () => {
    const dir = filled(SESSION.slice(0, 3))
    const { digest, receipt } = SESSION[20]!
    fs.writeFileSync(path.join(dir, `${digest}.json`), canonicalJson(receipt))
    expect(await read(dir)).toMatchObject({ ordered: true, aside: 1 })
  })
})

describe('a broken folder is told in one line', () => {
  const receipt = SESSION[0]!.receipt
  const put = (dir: string, text: string | Uint8Array): void => {
    const bytes = typeof text === 'string' ? utf8(text) : text
    fs.writeFileSync(path.join(dir, `${digestOf(sha256, bytes)}.json`), bytes)
  }
  const CASES: Readonly<Record<string, readonly [(dir: string) => void, RegExp]>> = {
    'a name that is not the digest': [
      (dir) => fs.renameSync(firstReceipt(dir), path.join(dir, `${'0'.repeat(64)}.json`)),
      /R\/0{64}\.json: does not have the digest that it is named by/,
    ],
    'one changed byte': [
      (dir) => {
        const file = firstReceipt(dir)
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"engine":"', '"engine":"1'))
      },
      /does not have the digest/,
    ],
    'JSON that is not canonical': [
      (dir) => put(dir, JSON.stringify(receipt, null, 1)),
      /is not the canonical JSON of a receipt/,
    ],
    'a field that no receipt has': [
      (dir) => put(dir, canonicalJson({ ...receipt, more: 1 })),
      /is not the canonical JSON of a receipt/,
    ],
    'something else': [(dir) => put(dir, '{"a":1}'), /is not a receipt/],
    'no JSON': [(dir) => put(dir, '{"a":'), /is not JSON/],
    'bytes that are no text': [(dir) => put(dir, new Uint8Array([0xff, 0xfe])), /is not JSON/],
    'a later version': [
      (dir) => put(dir, canonicalJson({ ...receipt, v: 2 })),
      /is a receipt of a later version/,
    ],
    'a huge file': [(dir) => put(dir, 'x'.repeat(70_000)), /too large/],
    'a link': [
      (dir) => {
        const file = firstReceipt(dir)
        fs.renameSync(file, `${dir}-elsewhere`)
        fs.symlinkSync(`${dir}-elsewhere`, file)
      },
      /is not a plain file/,
    ],
    'a folder in the place of a receipt': [
      (dir) => {
        const file = firstReceipt(dir)
        fs.rmSync(file)
        fs.mkdirSync(file)
      },
      /is not a plain file/,
    ],
    'a foreign file': [(dir) => fs.writeFileSync(path.join(dir, 'x.txt'), ''), /holds "x\.txt"/],
    'an order that names a missing receipt': [
      (dir) => fs.rmSync(firstReceipt(dir)),
      /order\.jsonl: names [0-9a-f]{64}\.json, which is missing/,
    ],
    'an order that is cut off': [
      (dir) => fs.truncateSync(path.join(dir, 'order.jsonl'), 700),
      /order\.jsonl: (?:is cut off|line \d+ is missing)/,
    ],
    'an order without its end': [
      (dir) => {
        const file = path.join(dir, 'order.jsonl')
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/.*\n$/, ''))
      },
      /order\.jsonl: line \d+ is missing: the file is cut off/,
    ],
    'an order with a line taken out': [
      (dir) => {
        const file = path.join(dir, 'order.jsonl')
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').split('\n').toSpliced(4, 1).join('\n'))
      },
      /order\.jsonl: line \d+ says 37 decisions, and there are 36/,
    ],
    'an order of a later version': [
      (dir) =>
        fs.writeFileSync(path.join(dir, 'order.jsonl'), '{"format":"isonapse-receipts","v":2}\n'),
      /order\.jsonl: line 1 is of a later version/,
    ],
    'an order that is none': [
      (dir) => fs.writeFileSync(path.join(dir, 'order.jsonl'), '[]\n'),
      /order\.jsonl: line 1 does not say/,
    ],
    'an order whose line never ends': [
      (dir) => fs.writeFileSync(path.join(dir, 'order.jsonl'), 'x'.repeat(200_000)),
      /order\.jsonl: has a line that is too long/,
    ],
    'an order that is a link': [
      (dir) => {
        const file = path.join(dir, 'order.jsonl')
        fs.renameSync(file, `${dir}-order`)
        fs.symlinkSync(`${dir}-order`, file)
      },
      /order\.jsonl: is a symbolic link/,
    ],
    'nothing at all': [
      (dir) => {
        fs.rmSync(dir, { recursive: true })
        fs.mkdirSync(dir)
      },
      /R: holds no receipts/,
    ],
  }
  it.each(Object.entries(CASES))('%s', async (_, [breaks, words]) => {
    const dir = filled()
    breaks(dir)
    expect(await problem(dir)).toMatch(words)
  })

  it('also where a receipt is changed between being read and being shown', async () => {
    const dir = filled()
    const source = await read(dir)
    fs.writeFileSync(path.join(dir, `${SESSION[2]!.digest}.json`), '{}')
    await expect(source.receipt(source.steps[2]!)).rejects.toThrow(/is not a receipt/)
  })
})
