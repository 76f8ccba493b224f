// A log rewritten by whoever holds its key: hashed and signed anew, so that it verifies. What was
// changed no longer follows from the rest of the record, and the replay says where.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { utf8 } from '../../../src/domain/bytes.ts'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import type { WitnessEvent } from '../../../src/domain/event/event.ts'
import { digestOf } from '../../../src/domain/hash.ts'
import type { Replay } from '../../../src/domain/replay/report.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { type Pin, readPin } from '../../../src/infra/keys/identity.ts'
import { readLogKey } from '../../../src/infra/keys/logKey.ts'
import { readMasterKey } from '../../../src/infra/keys/masterKey.ts'
import { makeSessionKeys } from '../../../src/infra/keys/sessionKeys.ts'
import type { AppPaths } from '../../../src/infra/paths.ts'
import { gatePathsOf } from '../../../src/infra/server/gatePaths.ts'
import { ENGINE_VERSION } from '../../../src/infra/server/version.ts'
import { createLog } from '../../../src/infra/store/createLog.ts'
import { replayLog } from '../../../src/infra/replay/replayLog.ts'
import { countingPolicy } from './policies.ts'
import { bash, ran, withPlane } from '../server/plane.ts'
import { openLog, type OpenLog, scratchDir } from '../store/scratchLog.ts'

type Json = Record<string, any> // oxlint-disable-line typescript/no-explicit-any

let base: string
let paths: AppPaths
let home: string
let entries: ReadonlyArray<Entry>

beforeAll(async () => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-')))
  await withPlane(
    async (plane) => {
      ;({ paths, home } = plane)
      await plane.call('policy.import', { policy: countingPolicy, pid: process.pid })
      const calls = ['ls src', 'npm install a', 'rm -rf ~/', 'npm install b'].map((one) =>
        bash(plane, one),
      )
      for (const call of calls) {
        await plane.hook('PreToolUse', call)
        await plane.hook('PostToolUse', ran(call))
      }
      await plane.call('mode.set', { mode: 'enforce' })
      await plane.hook('PreToolUse', bash(plane, 'git push --force origin main'))
      await plane.hook('PermissionRequest', {
        ...bash(plane, 'npm install c'),
        hook_event_name: 'PermissionRequest',
        tool_use_id: null,
      })
      const swapped = bash(plane, 'cat README.md')
      await plane.hook('PreToolUse', swapped)
      await plane.hook('PostToolUse', ran(swapped, { tool_input: { command: 'rm -rf ~/' } }))
      entries = await plane.entries()
    },
    { base },
  )
})

let scratch: ReturnType<typeof scratchDir> | undefined
afterAll(() => {
  scratch?.remove()
  fs.rmSync(base, { recursive: true, force: true })
})

/** The log anew with these events, under its own key. A null leaves the entry out. */
const rebuilt = async (
  change: (event: Json, entry: Entry) => Json | null,
): Promise<{ readonly pin: Pin; readonly opened: OpenLog }> => {
  const pin = Result.getOrThrow(readPin(paths.identityFile))!
  const signer = Result.getOrThrow(readLogKey(paths.keysDir))
  scratch?.remove()
  scratch = scratchDir()
  const { dir } = scratch
  let time = entries[0]!.time
  const now = () => time
  await Effect.runPromise(createLog({ ...pin, dir, signer, engine: ENGINE_VERSION, now }))
  let opened = await openLog(dir, pin, { signer, now })
  let inRound = false
  for (const entry of entries.slice(1)) {
    time = entry.time
    if (entry.event._tag === 'SnapshotTaken') {
      // Closing takes the round that stood here.
      if (!inRound) await opened.close()
      if (!inRound) opened = await openLog(dir, pin, { signer, now })
      inRound = true
      continue
    }
    inRound = false
    const event = change(structuredClone({ ...entry.event }), entry)
    if (event !== null)
      await opened.log.append([{ session: entry.session, event: event as unknown as WitnessEvent }])
  }
  return { pin, opened }
}

const ownKeys = () =>
  makeSessionKeys(paths.keysDir, Result.getOrThrow(readMasterKey(paths.keysDir)))

const replayOf = ({ log }: OpenLog, keys = ownKeys()): Promise<Replay> =>
  replayLog({
    log,
    keys,
    own: { home, gatePaths: gatePathsOf(paths, home) },
    engine: ENGINE_VERSION,
    from: 0,
    to: log.head().size - 1,
    payloads: true,
    onProgress: () => {},
  })

/** A receipt has its digest in the entry, so whoever changes one changes the other. */
const withReceipt = (event: Json, receipt: Json, more: Json = {}): Json => ({
  ...event,
  ...more,
  receipt,
  receiptDigest: digestOf(sha256, utf8(canonicalJson(receipt))),
})

const decisions = () => entries.filter(({ event }) => event._tag === 'DecisionMade')
const decisionOn = (capability: string): number =>
  decisions().find(
    ({ event }) =>
      event._tag === 'DecisionMade' &&
      event.receipt.action.capabilities.some((one) => one.startsWith(capability)),
  )!.index
const indexOf = (tag: string): number => entries.find(({ event }) => event._tag === tag)!.index

interface Tampering {
  readonly at: () => number
  readonly change: (event: Json) => Json | null
  /** Where the replay finds it; the entry itself unless told. */
  readonly found?: () => number
  readonly part: string
  readonly what: RegExp
}

const ls = () => decisionOn('tool:Bash:ls')
const rm = () => decisionOn('tool:Bash:rm')
const npm = () => decisionOn('tool:Bash:npm')

const CASES: Readonly<Record<string, Tampering>> = {
  'a verdict': {
    at: rm,
    change: (event) =>
      withReceipt(event, { ...event['receipt'], verdict: 'permit' }, { verdict: 'permit' }),
    part: 'decision',
    what: /^receipt\.verdict$/,
  },
  'a verdict outside its receipt': {
    at: rm,
    change: (event) => ({ ...event, verdict: 'permit' }),
    part: 'decision',
    what: /^verdict$/,
  },
  'whether it was carried out': {
    at: rm,
    change: (event) => ({ ...event, enforced: true }),
    part: 'decision',
    what: /^enforced$/,
  },
  'a rule’s id': {
    at: rm,
    change: (event) => withReceipt(event, { ...event['receipt'], rules: ['default:fs.delete'] }),
    part: 'decision',
    what: /^receipt\.rules\[0\]$/,
  },
  'an effect’s zone': {
    at: ls,
    change: (event) => {
      const { receipt } = event
      receipt.action.effects[0].target.zone = 'tmp'
      return withReceipt(event, receipt)
    },
    part: 'payload',
    what: /^receipt\.action\.effects\[0\]\.target\.zone$/,
  },
  'an effect that is left out, and the verdict that goes with it': {
    at: rm,
    change: (event) => {
      const { receipt } = event
      const action = { ...receipt.action, effects: [] }
      return withReceipt(
        event,
        { ...receipt, action, verdict: 'permit', rules: [] },
        { verdict: 'permit' },
      )
    },
    part: 'payload',
    what: /^receipt\.action\.effects\[0\]$/,
  },
  'the mode of a receipt': {
    at: rm,
    change: (event) =>
      withReceipt(event, { ...event['receipt'], mode: 'enforce' }, { enforced: true }),
    part: 'state',
    what: /^receipt\.mode$/,
  },
  'the posture of a receipt': {
    at: ls,
    change: (event) => withReceipt(event, { ...event['receipt'], posture: 'autonomous' }),
    part: 'state',
    what: /^receipt\.posture$/,
  },
  'the policy of a receipt': {
    at: ls,
    change: (event) => withReceipt(event, { ...event['receipt'], policy: '0'.repeat(64) }),
    part: 'state',
    what: /^receipt\.policy$/,
  },
  'the engine of a receipt': {
    at: ls,
    change: (event) => withReceipt(event, { ...event['receipt'], engine: '0.0.1' }),
    part: 'state',
    what: /^receipt\.engine$/,
  },
  'a counter of a rate': {
    at: () =>
      decisions().findLast(
        ({ event }) => event._tag === 'DecisionMade' && event.receipt.state.rates !== undefined,
      )!.index,
    change: (event) =>
      withReceipt(event, {
        ...event['receipt'],
        state: { suspended: false, rates: { installs: 0 } },
      }),
    part: 'state',
    what: /^receipt\.state\.rates\.installs$/,
  },
  'a change of mode': {
    at: () => indexOf('ModeChanged'),
    change: (event) => ({ ...event, to: 'profile' }),
    found: () => decisionOn('tool:Bash:git'),
    part: 'state',
    what: /^receipt\.mode$/,
  },
  'the mode that a change says was before': {
    at: () => indexOf('ModeChanged'),
    change: (event) => ({ ...event, from: 'enforce' }),
    part: 'state',
    what: /^from$/,
  },
  'a digest': {
    at: ls,
    change: (event) => ({ ...event, receiptDigest: '0'.repeat(64) }),
    part: 'receipt',
    what: /^receiptDigest$/,
  },
  'a field that nobody knows': {
    at: ls,
    change: (event) => withReceipt(event, { ...event['receipt'], blessed: true }),
    part: 'receipt',
    what: /^receipt$/,
  },
  'which call was decided on': {
    at: ls,
    change: (event) => ({ ...event, toolUseId: 'toolu_other' }),
    part: 'state',
    what: /^toolUseId$/,
  },
  'which input was decided on': {
    at: ls,
    change: (event) => ({ ...event, inputTag: '00'.repeat(16) }),
    part: 'payload',
    what: /^inputTag$/,
  },
  'a link that nobody saw': {
    at: ls,
    change: (event) => {
      const { receipt } = event
      const links = [{ path: { project: 'src' }, real: { path: '/etc' } }]
      return withReceipt(event, { ...receipt, observed: { ...receipt.observed, links } })
    },
    part: 'payload',
    what: /^receipt\.action\./,
  },
  'a decision that is left out': {
    at: rm,
    change: () => null,
    found: () => rm() - 1,
    part: 'decision',
    what: /^event$/,
  },
  'an event that is left out': {
    at: () => rm() - 1,
    change: () => null,
    found: () => rm() - 1,
    part: 'decision',
    what: /^event$/,
  },
  'the tool that an event tells of': {
    at: () => ls() - 1,
    change: (event) => ({ ...event, tool: 'Read' }),
    found: ls,
    part: 'payload',
    what: /^tool$/,
  },
  'a sealed payload': {
    at: () => ls() - 1,
    change: (event) => ({ ...event, payload: { ...event['payload'], nonce: 'AAAAAAAAAAAAAAAA' } }),
    part: 'payload',
    what: /^payload$/,
  },
  'how a call ended': {
    at: () => indexOf('ToolFinished'),
    change: (event) => ({ ...event, outcome: 'failed' }),
    part: 'payload',
    what: /^outcome$/,
  },
  'that a call ended': {
    at: () => indexOf('ToolFinished'),
    change: () => null,
    found: () => indexOf('ToolFinished') - 1,
    part: 'entry',
    what: /^call$/,
  },
  'the verdict on a swapped input': {
    at: () => indexOf('InputSwapped'),
    change: (event) => ({ ...event, verdict: 'permit' }),
    part: 'decision',
    what: /^verdict$/,
  },
  'what a swapped input would do': {
    at: () => indexOf('InputSwapped'),
    change: (event) => ({
      ...event,
      action: { ...event['action'], effects: [] },
      verdict: 'permit',
    }),
    part: 'payload',
    what: /^action\.effects\[0\]$/,
  },
}

const CHECKED: ReadonlySet<string> = new Set([
  'HookReceived',
  'DecisionMade',
  'ToolFinished',
  'InputSwapped',
  'ModeChanged',
])
/** What was looked up on the machine is an input of the replay: nothing else knows it. */
const OBSERVED = /(^|\/)observed\/(?!cwd)|^_tag$/

const leavesOf = (value: unknown, at = ''): ReadonlyArray<string> =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        leavesOf(inner, at === '' ? key : `${at}/${key}`),
      )
    : [at]

const withChanged = (value: unknown, [key, ...rest]: ReadonlyArray<string>): unknown => {
  if (key === undefined)
    return typeof value === 'string'
      ? (OTHERS[value] ?? `${value}x`)
      : typeof value === 'number'
        ? value + 1
        : value !== true
  const inner = withChanged((value as Json)[key], rest)
  return Array.isArray(value)
    ? value.with(Number(key), inner)
    : { ...(value as Json), [key]: inner }
}

/** Another value of the same kind, so that the event is still one that this version reads. */
const OTHERS: Readonly<Record<string, string>> = {
  permit: 'defer',
  defer: 'deny',
  deny: 'permit',
  profile: 'enforce',
  enforce: 'profile',
  interactive: 'autonomous',
  finished: 'failed',
  certain: 'possible',
  project: 'home',
  home: 'tmp',
  'fs.read': 'fs.write',
  builtin: 'unknown',
}

describe('a log that was rewritten by its operator', () => {
  it('replays as it was recorded where nothing was changed', async () => {
    const { opened } = await rebuilt((event) => event)
    const replayed = await replayOf(opened)
    expect(replayed).toMatchObject({ first: null, mismatches: 0, otherEngine: 0, swapped: 1 })
    expect(replayed.decisions).toBe(decisions().length)
    expect(replayed.payloads.analysed).toBeGreaterThan(replayed.decisions)
    expect(npm()).toBeGreaterThan(0)
    await opened.close()
  })

  it('is not blamed for what another version of the program decided otherwise', async () => {
    const { opened } = await rebuilt((event) => {
      if (event['_tag'] === 'ControlPlaneStarted') return { ...event, engine: '0.1.0' }
      if (event['_tag'] !== 'DecisionMade') return event
      const { receipt } = event
      const action = { ...receipt.action, capabilities: ['tool:Bash:other'] }
      return withReceipt(event, { ...receipt, engine: '0.1.0', action })
    })
    const replayed = await replayOf(opened)
    await opened.close()
    expect(replayed).toMatchObject({ first: null, mismatches: 0, otherEngine: decisions().length })
  })

  it('is replayed from its facts alone where the keys are gone', async () => {
    const { opened } = await rebuilt((event) => event)
    const empty = path.join(base, 'no-keys')
    fs.mkdirSync(empty, { recursive: true })
    const { first, payloads } = await replayOf(opened, makeSessionKeys(empty, new Uint8Array(32)))
    await opened.close()
    expect(first).toBeNull()
    const received = entries.filter(({ event }) => event._tag === 'HookReceived').length
    expect(payloads).toEqual({ analysed: 0, withoutKey: received })
  })

  it('is found wherever one value of an event, a decision or an end was changed', async () => {
    const some = entries.filter(({ event }) => CHECKED.has(event._tag))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (n, m) => {
        const { index, event } = some[n % some.length]!
        const leaves = leavesOf(structuredClone({ ...event })).filter(
          (leaf) => !OBSERVED.test(leaf),
        )
        const leaf = leaves[m % leaves.length]!
        const { opened } = await rebuilt((one, entry) => {
          if (entry.index !== index) return one
          const changed = withChanged(one, leaf.split('/')) as Json
          return changed['_tag'] === 'DecisionMade' && leaf.startsWith('receipt/')
            ? withReceipt(changed, changed['receipt'])
            : changed
        })
        const { first, ratesAhead } = await replayOf(opened)
        await opened.close()
        // A counter that is too high may be of calls that were never written: said, and not blamed.
        const told = first ?? (/\/rates\//.test(leaf) && ratesAhead > 0 ? 'ahead' : null)
        expect(told, `entry ${index}, ${event._tag} ${leaf}`).not.toBeNull()
      }),
      { numRuns: Number(process.env['ISONAPSE_TAMPER_ROUNDS'] ?? 25), endOnFailure: true },
    )
  }, 600_000)

  it.each(Object.entries(CASES))('verifies, and its replay names %s', async (_, tampering) => {
    const at = tampering.at()
    const { opened } = await rebuilt((event, { index }) =>
      index === at ? tampering.change(event) : event,
    )
    const verified = await Effect.runPromise(opened.log.verify())
    const { first, mismatches } = await replayOf(opened)
    await opened.close()
    expect(verified.verdict).toBe('unanchored')
    expect(first).toMatchObject({ entry: tampering.found?.() ?? at, part: tampering.part })
    expect(first!.what).toMatch(tampering.what)
    expect(first!.recorded).not.toBe(first!.computed)
    expect(mismatches).toBeGreaterThan(0)
  })
})
