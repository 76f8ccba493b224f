// What one hook event appends, for the benchmarks: sizes and shapes as the gate writes them.
import { randomBytes } from 'node:crypto'
import type { Draft } from '../src/domain/event/envelope.ts'
import { DecisionMade, HookReceived, ToolFinished } from '../src/domain/event/event.ts'
import type { Capability } from '../src/domain/action/action.ts'
import type { Digest } from '../src/domain/hash.ts'

const DIGEST = '5e'.repeat(32) as Digest
/** Sealed payloads are incompressible: a pool of random ones, so that making them costs nothing. */
const PAYLOADS = Array.from({ length: 256 }, (_, i) =>
  randomBytes(250 + (i % 8) * 110).toString('base64'),
)

/** The drafts of event `n`: a call decided on (two entries), or the report that it ran. */
export const sampleHook = (n: number): ReadonlyArray<Draft> => {
  const session = `5c1fe9c0-0000-4000-8000-${String(n % 7).padStart(12, '0')}`
  const toolUseId = `toolu_01ABCDEFGHIJ${String(n >> 1).padStart(10, '0')}`
  const payload = {
    key: session,
    nonce: 'AAAAAAAAAAAAAAAA',
    bytes: 500,
    data: PAYLOADS[n % PAYLOADS.length]!,
  }
  const hook = { tool: 'Bash', toolUseId, permissionMode: 'default', cwd: { project: '' }, payload }
  if (n % 2 === 1)
    return [
      { session, event: new HookReceived({ ...hook, name: 'PostToolUse', kind: 'tool.after' }) },
      { session, event: new ToolFinished({ tool: 'Bash', toolUseId, outcome: 'finished' }) },
    ]
  const capabilities = ['tool:Bash:git:push', 'tool:Bash:npm:test'] as unknown as Array<Capability>
  return [
    { session, event: new HookReceived({ ...hook, name: 'PreToolUse', kind: 'tool.before' }) },
    {
      session,
      event: new DecisionMade({
        toolUseId,
        verdict: 'permit',
        enforced: true,
        receipt: {
          v: 1,
          engine: '0.1.0',
          event: 'PreToolUse',
          action: {
            tool: 'Bash',
            origin: 'builtin',
            capabilities,
            effects: [
              {
                kind: 'exec',
                target: { program: 'git' },
                certainty: 'certain',
                by: 'git',
                of: 0,
                span: { start: 0, end: 8 },
              },
              {
                kind: 'fs.write',
                target: { path: { project: 'dist/index.js' }, zone: 'project' },
                certainty: 'possible',
                by: 'npm',
                of: 1,
                span: { start: 12, end: 20 },
              },
            ],
          },
          observed: { cwd: { project: '' }, links: [] },
          policy: DIGEST,
          mode: 'enforce',
          posture: 'interactive',
          state: { suspended: false },
          verdict: 'permit',
          rules: ['default.exec', 'default.write'],
        },
        receiptDigest: DIGEST,
        inputTag: 'c0'.repeat(16),
      }),
    },
  ]
}
