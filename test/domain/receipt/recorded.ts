// The recorded session of examples/, as of any machine: home, ids and the way of being run are put in.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Digest } from '../../../src/domain/hash.ts'
import type { Receipt } from '../../../src/domain/receipt/receipt.ts'
import { type Step, stepMaker } from '../../../src/domain/receipt/step.ts'
import { evaluate } from '../../../src/gate.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { template } from '../../../src/templates/templates.ts'

const LINES = fs
  .readFileSync(
    path.resolve(import.meta.dirname, '../../../examples/sessions/web-dev.hooks.jsonl'),
    'utf8',
  )
  .trim()
  .split('\n')

export interface Machine {
  readonly home: string
  /** Where the project lies, absolute. */
  readonly project: string
  readonly session: string
  readonly toolUse: string
}

export const RECORDED_ON: Machine = {
  home: '/home/dev',
  project: '/home/dev/project',
  session: '11111111-1111-4111-8111-111111111101',
  toolUse: 'toolu_',
}

/** A text of the recording as that machine would have it. Not for what only looks like a home. */
export const movedTo = (text: string, { home, project, session, toolUse }: Machine): string =>
  text
    .replaceAll(RECORDED_ON.session, session)
    .replaceAll(RECORDED_ON.toolUse, toolUse)
    .replaceAll(/\/home\/dev(\/project)?(?![\w.-])/g, (_, inProject) =>
      inProject === undefined ? home : project,
    )

const moved = (value: unknown, machine: Machine): unknown => {
  if (typeof value === 'string') return movedTo(value, machine)
  if (Array.isArray(value)) return value.map((one) => moved(one, machine))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, moved(one, machine)]))
}

export type Payload = Readonly<Record<string, unknown>> & { readonly hook_event_name: string }

/** The payloads of the recording, or of calls like its own, on that machine. */
export const payloadsOn = (
  machine: Machine,
  commands?: ReadonlyArray<string>,
): ReadonlyArray<Payload> => {
  const recorded = LINES.map((line) => JSON.parse(line) as Payload)
  const like = recorded.find((one) => one['tool_name'] === 'Bash')!
  const calls = commands?.map((command) => ({ ...like, tool_input: { command } })) ?? recorded
  return calls.map((one) => moved(one, machine) as Payload)
}

export interface Made {
  readonly digest: Digest
  readonly receipt: Receipt
}

/** Receipts of the pure pipeline, in order. */
export const receiptsOn = (
  machine: Machine,
  {
    commands,
    policy = 'default',
  }: {
    readonly commands?: ReadonlyArray<string>
    readonly policy?: 'default' | 'web-dev'
  } = {},
): ReadonlyArray<Made> =>
  payloadsOn(machine, commands).flatMap((payload) => {
    const { home, project } = machine
    const { digest, receipt } = evaluate(payload, {
      policy: template(policy),
      place: { home, project },
    })
    return receipt === null ? [] : [{ digest: digest!, receipt }]
  })

const step = stepMaker(sha256)
export const stepsOf = (made: ReadonlyArray<Made>): ReadonlyArray<Step> =>
  made.map(({ digest, receipt }, index) => step(digest, receipt, index))
