// The events of the second golden log: decisions, with the forms that a receipt's facts can take.
// Literal values and none of the engine's: what the engine makes of a call may change, what a log
// holds may not.
import type { Action, Capability, Observed } from '../src/domain/action/action.ts'
import { type ActionEffect, EFFECT_KINDS } from '../src/domain/action/effect.ts'
import type { PathRef, Zone } from '../src/domain/action/place.ts'
import type { CodeOrigin, SourceState } from '../src/domain/action/sources.ts'
import { toBase64, toHex } from '../src/domain/bytes.ts'
import {
  DecisionMade,
  HookReceived,
  InputSwapped,
  IntegrityViolated,
  LogCreated,
  SnapshotTaken,
  ToolFinished,
  type WitnessEvent,
} from '../src/domain/event/event.ts'
import type { Digest } from '../src/domain/hash.ts'
import type { Verdict } from '../src/domain/policy/verdict.ts'
import { type Receipt, receiptDigest } from '../src/domain/receipt/receipt.ts'
import { sha256 } from '../src/infra/crypto/nodeCrypto.ts'

type Random = (label: string, count: number) => Uint8Array

const STATES: ReadonlyArray<SourceState> = [
  'text',
  'binary',
  'missing',
  'irregular',
  'too-large',
  'pending',
  'unreadable',
]
const ORIGINS: ReadonlyArray<CodeOrigin> = ['written', 'downloaded']
const ZONES: ReadonlyArray<Zone> = [
  'project',
  'worktree',
  'tmp',
  'home',
  'system',
  'secret',
  'gate',
  'persist',
]
const VERDICTS: ReadonlyArray<Verdict> = ['permit', 'defer', 'deny']
const PROJECTIONS = ['gate', 'calls', 'sessions', 'statistics', 'origins', 'rates']

const pick = <A>(all: ReadonlyArray<A>, n: number): A => all[n % all.length]!

const pathAt = (n: number): PathRef =>
  pick<PathRef>(
    [
      { project: `src/f${n}.ts` },
      { home: `d${n}/x.sh` },
      { path: `/opt/t${n}` },
      { home: ['mail/', { pii: 'EMAIL' }, '.txt'] },
    ],
    n,
  )

const effectAt = (n: number): ActionEffect => {
  const kind = pick(EFFECT_KINDS, n)
  const certainty = n % 3 === 0 ? 'possible' : 'certain'
  const common = { kind, certainty, span: { start: n, end: n + 4 } } as const
  if (kind === 'opaque') return { ...common, why: 'unread-script', target: { name: 'x' } }
  if (kind === 'exec') return { ...common, by: 'bash', of: 0, target: { program: 'git' } }
  if (kind.startsWith('net.')) return { ...common, of: 0, target: { host: 'a.example' } }
  if (!kind.startsWith('fs.')) return { ...common, by: 'tool' }
  return {
    ...common,
    target: { path: pathAt(n), zone: pick(ZONES, n), as: { project: `link${n}` } },
    by: 'cp',
    of: 0,
    reach: n % 2 === 0 ? 'all' : 'some',
    in: { project: 'run.sh' },
    origin: pick(ORIGINS, n),
  }
}

const actionAt = (n: number): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: ['tool:Bash:cp' as Capability, `tool:Bash:p${n}` as Capability],
  effects: Array.from({ length: 1 + (n % 5) }, (_, at) => effectAt(n + at)),
  ...(n % 2 === 0 ? { flags: [['-r', '--force?'], []] } : {}),
})

const observedAt = (n: number): Observed => ({
  cwd: { project: n % 4 === 0 ? '' : `packages/p${n}` },
  links: n % 3 === 0 ? [{ path: { project: 'link' }, real: { home: 'far' } }] : [],
  ...(n % 5 === 0 ? { worktrees: [{ home: `trees/t${n}` }], caseless: true as const } : {}),
  scripts: Array.from({ length: n % 4 }, (_, at) => ({
    path: pathAt(n + at),
    is: pick(STATES, n + at),
    ...(at % 2 === 0 ? { origin: pick(ORIGINS, n) } : {}),
  })),
  ...(n % 7 === 0
    ? { config: { disablesHooks: true, removesGate: false, readable: n % 2 === 0 } }
    : {}),
})

const receiptAt = (n: number, policy: Digest): Receipt => ({
  v: 1,
  engine: '0.1.0',
  event: 'PreToolUse',
  action: actionAt(n),
  observed: observedAt(n),
  policy,
  mode: n % 2 === 0 ? 'enforce' : 'profile',
  posture: pick(['interactive', 'dry_run', 'autonomous', 'locked'], n),
  state: { suspended: n % 9 === 0, ...(n % 2 === 0 ? { rates: { installs: n, '*': 0 } } : {}) },
  verdict: pick(VERDICTS, n),
  rules: [`rule${n % 3}`],
})

/** Each decision with the payload before it and the call's end, a swap or a snapshot after it. */
export const decisionEventAt = (
  index: number,
  { origin, verifierKey, random }: { origin: string; verifierKey: string; random: Random },
): WitnessEvent => {
  if (index === 0) return new LogCreated({ origin, verifierKey, authority: null, engine: '0.1.0' })
  const turn = Math.floor(index / 3)
  const toolUseId = `toolu_${toHex(random(`use ${turn}`, 8))}`
  const digest = toHex(random('policy', 32)) as Digest
  if (index % 3 === 1)
    return new HookReceived({
      name: 'PreToolUse',
      kind: 'tool.before',
      tool: 'Bash',
      toolUseId,
      cwd: { project: '' },
      ...(index === 1 ? { project: { home: 'app' } } : {}),
      payload: {
        key: 'golden',
        nonce: toBase64(random(`nonce ${index}`, 12)),
        bytes: 60,
        data: toBase64(random(`payload ${index}`, 76)),
      },
    })
  if (index % 3 === 2) {
    const receipt = receiptAt(turn, digest)
    return new DecisionMade({
      toolUseId,
      verdict: receipt.verdict,
      enforced: receipt.mode === 'enforce',
      receipt,
      receiptDigest: receiptDigest(receipt, sha256),
      inputTag: toHex(random(`tag ${turn}`, 16)),
    })
  }
  switch (turn % 4) {
    case 0:
      return new InputSwapped({
        tool: 'Bash',
        toolUseId,
        decision: index - 1,
        action: actionAt(turn),
        observed: observedAt(turn),
        verdict: pick(VERDICTS, turn),
      })
    case 1:
      return new SnapshotTaken({
        projection: pick(PROJECTIONS, turn >> 2),
        version: 2,
        size: index,
        hash: digest,
      })
    case 2:
      return new IntegrityViolated({ what: 'drift', subject: 'policy.json' })
    default:
      return new ToolFinished({ tool: 'Bash', toolUseId, outcome: 'unfinished' })
  }
}
