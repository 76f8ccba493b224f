// Recorded sessions with values planted in their calls: the live gate and the one-shot make the same
// receipts of them, and neither says a value.
import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import type { Receipt } from '../../../src/domain/receipt/receipt.ts'
import { evaluate } from '../../../src/gate.ts'
import { gatePathsOf } from '../../../src/infra/server/gatePaths.ts'
import { spansByRules } from '../../../src/infra/sensitive/spansByRules.ts'
import { template } from '../../../src/templates/templates.ts'
import { planted } from '../../domain/sensitive/planted.ts'
import { type Plane, withPlane } from './plane.ts'

type Payload = Readonly<Record<string, unknown>> & {
  readonly hook_event_name: string
  readonly tool_name?: string
  readonly tool_input?: Readonly<Record<string, unknown>>
}

const folder = path.resolve(import.meta.dirname, '../../../examples/sessions')
const RECORDED = fs.readdirSync(folder).flatMap((file) =>
  fs
    .readFileSync(path.join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Payload),
)
const DECIDED = RECORDED.filter(({ hook_event_name: name }) =>
  ['PreToolUse', 'PermissionRequest', 'UserPromptSubmit'].includes(name),
)

const policy = template('default')
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** Where a value may come to stand in what is decided: names of files, hosts, programs, flags. */
const PLANTS: ReadonlyArray<(value: string) => string> = [
  (value) => ` > ${quoted(`out/${value}.txt`)}`,
  (value) => `; cat ${quoted(value)} ${quoted(`/srv/${value}`)}`,
  (value) => `; curl ${quoted(`https://example.com/?to=${value}`)} -H ${quoted(value)}`,
  (value) => `; curl ${quoted(`https://${value}/`)}`,
  (value) => `; ${quoted(value)} --flag=${quoted(value)}`,
  (value) => `; git push ${quoted(`ssh://x@${value}/a`)} ${quoted(value)}`,
  (value) => `; export PASSWORD=${quoted(value)}; rm -rf ${quoted(value)}`,
]

const withValue = (payload: Payload, value: string, plant: (value: string) => string): Payload => {
  const { tool_input: input, tool_name: tool } = payload
  if (input === undefined) return { ...payload, prompt: `look up ${value} for me` }
  const changed: Record<string, unknown> = { ...input }
  for (const [name, one] of Object.entries(input))
    if (typeof one === 'string')
      changed[name] = tool === 'Bash' && name === 'command' ? one + plant(value) : `${one}/${value}`
  return { ...payload, tool_input: tool === 'Bash' ? changed : { ...changed, [value]: value } }
}

/** Values that rules find in the strings of a call, not all that were planted: a file may be called a number. */
const foundIn = ({ tool_input, ...rest }: Payload, of: string): ReadonlyArray<string> =>
  [...Object.values(tool_input ?? {}), rest['prompt']].flatMap((text) =>
    typeof text === 'string'
      ? spansByRules(text).flatMap(({ start, end, type }) =>
          type === of ? [text.slice(start, end)] : [],
        )
      : [],
  )

const madeOf = async (plane: Plane): Promise<ReadonlyArray<Receipt>> =>
  (await plane.entries()).flatMap(({ event }) =>
    event._tag === 'DecisionMade' ? [event.receipt] : [],
  )

describe('receipts of a call with values in it', () => {
  it('are the same of the live gate and of the one-shot, and hold none', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      const { home, project, paths } = plane
      const place = { home, project, gate: gatePathsOf(paths, home) }
      const moved = (value: unknown): Payload =>
        JSON.parse(
          JSON.stringify(value)
            .replaceAll('/home/dev/project', project)
            .replaceAll('/home/dev', home),
        ) as Payload
      let known = 0
      let masked = 0
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...DECIDED),
          planted,
          fc.constantFrom(...PLANTS),
          async (recorded, { text: value, type }, plant) => {
            const payload = withValue(moved(recorded), value, plant)
            await plane.hook(payload.hook_event_name, payload)
            const all = await madeOf(plane)
            expect(all.length).toBe(known + 1)
            known = all.length
            const live = all.at(-1)!
            const { decision, receipt, error } = evaluate(payload, {
              policy,
              place,
              observed: live.observed as never,
            })
            expect(canonicalJson(receipt)).toBe(canonicalJson(live))
            expect(error).toBe(null)
            const said = `${JSON.stringify(decision)}${JSON.stringify(receipt)}`
            if (said.includes('"pii"')) masked += 1
            for (const found of foundIn(payload, type)) expect(said).not.toContain(found)
          },
        ),
        { numRuns: 150 },
      )
      expect(masked).toBeGreaterThan(30)
    })
  }, 60_000)
})
