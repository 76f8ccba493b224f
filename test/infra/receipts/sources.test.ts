import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import type { ControlPlane } from '../../../src/infra/control/ControlPlane.ts'
import { compareSources } from '../../../src/infra/receipts/compareSources.ts'
import { openSource } from '../../../src/infra/receipts/openSource.ts'
import { readExport } from '../../../src/infra/receipts/readExport.ts'
import { readFolder } from '../../../src/infra/receipts/readFolder.ts'
import { readLog, receiptsOfLog } from '../../../src/infra/receipts/readLog.ts'
import type { ReceiptSource } from '../../../src/infra/receipts/receiptSource.ts'
import { fillFolder } from '../../../src/infra/receipts/writeFolder.ts'
import { pathsUnder } from '../../../src/infra/paths.ts'
import { payloadsOn, RECORDED_ON, receiptsOn } from '../../domain/receipt/recorded.ts'
import { bash, type Plane, type PlaneOptions, temporaryDir, withPlane } from '../server/plane.ts'
import { cleanUp, firstEntry, LOG_KEY, makeExport, writeExport } from '../verifier/madeLog.ts'

const zone = process.env['TZ']
afterEach(() => {
  cleanUp()
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const quiet = (): void => {}

/** The plane's methods as the service that commands talk to. */
const controlOf = (plane: Plane): Pick<ControlPlane['Service'], 'call'> => ({
  call: (method, params, onItem) =>
    Effect.tryPromise({
      try: () => plane.call(method, params, onItem),
      catch: (error) => error as never,
    }),
})

const play = async (plane: Plane, session: string): Promise<void> => {
  const machine = {
    home: plane.home,
    project: plane.project,
    session,
    toolUse: `toolu_${session.slice(0, 4)}_`,
  }
  for (const payload of payloadsOn(machine)) await plane.hook(payload.hook_event_name, payload)
}

const writeAll = async (plane: Plane, dir: string): Promise<void> => {
  const filling = Result.getOrThrow(fillFolder(dir, dir))
  await Effect.runPromise(
    receiptsOfLog(controlOf(plane), 'the log', {}, quiet, ({ digest, receipt, text }) => {
      Result.getOrThrow(filling.add(digest, receipt.event, text))
      return undefined
    }),
  )
  Result.getOrThrow(filling.finish())
}

const tree = (dir: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), 'utf8')]),
  )

const compared = (a: ReceiptSource, b: ReceiptSource) =>
  compareSources(a, b, { all: false, report: quiet })

describe('the session through the gateway of two machines', () => {
  const recorded = async (
    session: string,
    tz: string,
    options: PlaneOptions,
  ): Promise<Readonly<Record<string, string>>> => {
    process.env['TZ'] = tz
    const dir = path.join(temporaryDir(), 'receipts')
    await withPlane(async (plane) => {
      await play(plane, session)
      await writeAll(plane, dir)
    }, options)
    return tree(dir)
  }

  it('leaves the same folder of receipts, whatever home, ids, clock and time zone', async () => {
    const here = await recorded('aaaaaaaa-1', 'UTC', { home: 'dev', now: () => 1_800_000_000_000 })
    let at = 946_684_800_000
    const there = await recorded('bbbbbbbb-2222', 'Asia/Kathmandu', {
      home: 'Benutzer/Ana Ruiz ä',
      now: () => (at += 86_400_000),
    })
    expect(Object.keys(here).length).toBeGreaterThan(30)
    expect(there).toEqual(here)
    for (const text of Object.values(here)) expect(text).not.toMatch(/aaaaaaaa|Ruiz|iso-|toolu/)
  }, 60_000)
})

describe('one log, its export and its receipts', () => {
  it('are identical, and part where another decision was made', async () => {
    await withPlane(async (plane) => {
      await play(plane, 'cccccccc-3')
      const dir = path.join(temporaryDir(), 'receipts')
      await writeAll(plane, dir)
      const exported = path.join(temporaryDir(), 'export')
      await plane.call('witness.export', { dir: exported })
      const live = await Effect.runPromise(readLog(controlOf(plane), 'live', quiet))
      const folder = await readFolder(dir, 'R', quiet)
      const tiles = await Effect.runPromise(readExport(exported, 'E', undefined, quiet))
      for (const [a, b] of [
        [live, folder],
        [tiles, folder],
        [live, tiles],
      ] as const)
        expect(await compared(a, b)).toMatchObject({
          verdict: 'identical',
          same: live.steps.length,
        })

      await plane.call('mode.set', { mode: 'enforce' })
      await plane.hook('PreToolUse', bash(plane, 'git status'))
      const later = await Effect.runPromise(readLog(controlOf(plane), 'live', quiet))
      const report = await compared(folder, later)
      expect(report).toMatchObject({
        verdict: 'diverged',
        divergences: 1,
        same: live.steps.length,
        first: {
          kind: 'extra',
          causes: ['extra'],
          a: null,
          b: { tool: 'Bash', position: live.steps.length },
        },
      })
      const entry = (await plane.entries()).findLast(({ event }) => event._tag === 'DecisionMade')
      expect(report.first?.b?.index).toBe(entry?.index)
    })
  }, 60_000)

  it('can be selected from by entries, time and session', async () => {
    let now = 1000
    await withPlane(
      async (plane) => {
        for (const session of ['dddd-1', 'eeee-2', 'dddd-1']) {
          now += 1000
          await plane.hook('PreToolUse', bash(plane, 'ls', { session_id: session }))
        }
        const made = (await plane.entries()).filter(({ event }) => event._tag === 'DecisionMade')
        const indexes = async (selection: object): Promise<ReadonlyArray<number>> => {
          const found: Array<number> = []
          await Effect.runPromise(
            receiptsOfLog(controlOf(plane), 'live', selection, quiet, ({ index }) => {
              found.push(index)
              return undefined
            }),
          )
          return found
        }
        const [first, second, third] = made.map(({ index }) => index)
        expect(await indexes({})).toEqual([first, second, third])
        expect(await indexes({ session: 'dddd' })).toEqual([first, third])
        expect(await indexes({ from: second })).toEqual([second, third])
        expect(await indexes({ from: first, to: second })).toEqual([first, second])
        expect(await indexes({ since: 3000 })).toEqual([second, third])
        expect(await indexes({ from: 10_000 })).toEqual([])
        expect(await indexes({ session: 'no such' })).toEqual([])
      },
      { now: () => now },
    )
  })
})

describe('what cannot be compared', () => {
  const [some] = receiptsOn(RECORDED_ON)
  const entry = (index: number, event: object): Uint8Array =>
    utf8(canonicalJson({ v: 1, index, time: 5, session: 's', event }))
  const decision = (receipt: object = some!.receipt, digest: string = some!.digest): object => ({
    _tag: 'DecisionMade',
    verdict: 'permit',
    enforced: false,
    receipt,
    receiptDigest: digest,
  })
  const exportOf = (...entries: ReadonlyArray<Uint8Array>): string =>
    writeExport(makeExport([firstEntry(LOG_KEY), ...entries]))
  const problem = (dir: string): Promise<unknown> =>
    Effect.runPromise(Effect.flip(readExport(dir, 'E', undefined, quiet))).then(
      ({ message }) => message,
    )

  it('is an export that does not verify', async () => {
    const dir = exportOf(entry(1, decision()))
    expect((await Effect.runPromise(readExport(dir, 'E', undefined, quiet))).steps).toHaveLength(1)
    const bundle = path.join(dir, 'tile/entries/000.p/2')
    const bytes = fs.readFileSync(bundle)
    fs.writeFileSync(bundle, bytes.toString('latin1').replace('"permit"', '"defers"'), 'latin1')
    expect(await problem(dir)).toMatch(/^E: does not verify, so it is not compared: entry 1/)
    fs.rmSync(bundle)
    expect(await problem(dir)).toMatch(/does not verify.*is missing/)
  })

  it('is one of another log than it says', async () => {
    const dir = exportOf(entry(1, decision()))
    const identity = { origin: LOG_KEY.origin, verifierKey: `${LOG_KEY.origin}+0+AAAA` }
    const failed = Effect.flip(readExport(dir, 'E', identity, quiet))
    expect((await Effect.runPromise(failed)).message).toMatch(/does not verify/)
  })

  it('is a decision of a later version, or with a receipt that is not the one named', async () => {
    expect(await problem(exportOf(entry(1, decision({ ...some!.receipt, v: 2 }))))).toMatch(
      /entry 1 holds a receipt of a later version/,
    )
    expect(await problem(exportOf(entry(1, decision({ nothing: true }))))).toMatch(
      /entry 1 holds a decision that this version of isonapse cannot read/,
    )
    expect(await problem(exportOf(entry(1, decision(some!.receipt, 'a'.repeat(64)))))).toMatch(
      /entry 1 holds a receipt that does not have the digest beside it/,
    )
    expect(await problem(exportOf(entry(1, decision({ ...some!.receipt, more: 1 }))))).toMatch(
      /entry 1 holds a receipt with fields that this version of isonapse does not know/,
    )
  })

  it('is a log in which nothing was decided', async () => {
    expect(await problem(exportOf())).toBe('E: holds no decisions')
    await withPlane(async (plane) => {
      const failed = Effect.flip(readLog(controlOf(plane), 'live', quiet))
      expect((await Effect.runPromise(failed)).message).toBe('live: holds no decisions')
    })
  })

  it('is a path that leads to none of them', async () => {
    const dir = temporaryDir()
    const around = {
      paths: pathsUnder(path.join(dir, 'nowhere')),
      home: dir,
      identityOf: () => undefined,
      report: quiet,
    }
    const open = async (name: string): Promise<string> =>
      (
        await Effect.runPromise(
          Effect.scoped(Effect.flip(openSource({ name, path: path.join(dir, name) }, around))),
        )
      ).message
    fs.writeFileSync(path.join(dir, 'file'), '')
    fs.mkdirSync(path.join(dir, 'copy/witness'), { recursive: true })
    expect(await open('absent')).toBe('absent: there is no such folder')
    expect(await open('file')).toBe('file: is not a folder')
    expect(await open('copy')).toMatch(/is the data of a log whose identity is not beside it/)
    expect(await open('live')).toMatch(/there is no witness/)
  })

  it('opens the home of another log, by itself or by its data', async () => {
    const base = temporaryDir()
    await withPlane(async (plane) => void (await plane.hook('PreToolUse', bash(plane, 'ls'))), {
      base,
    })
    const around = {
      paths: pathsUnder(path.join(base, 'nowhere')),
      home: base,
      identityOf: () => undefined,
      report: quiet,
    }
    for (const name of ['iso', 'iso/data']) {
      const opened = openSource({ name, path: path.join(base, name) }, around)
      const source = await Effect.runPromise(Effect.scoped(opened))
      expect(source).toMatchObject({ kind: 'log', ordered: true })
      expect(source.steps).toHaveLength(1)
    }
  })
})
