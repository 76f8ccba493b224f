// One call explained: by the policy in force, asked of the control plane, or by a policy of the
// person's choice with nothing else.
import { MOST_SOURCE_BYTES, NO_SOURCES, type Sources } from '../../domain/action/sources.ts'
import { fromUtf8 } from '../../domain/bytes.ts'
import type { Explanation } from '../../domain/control/methods.ts'
import { type JudgeCommand, type NearestWay, nearestWays } from '../../domain/explain/nearest.ts'
import { type CompiledPolicy, compilePolicy } from '../../domain/policy/decide.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { SUREST } from '../../domain/policy/taint.ts'
import { withControlPlane } from '../control/withControlPlane.ts'
import type { Explained } from '../render/explanation.ts'
import { usage } from '../terminal/failure.ts'
import type { NamedCall } from './call.ts'
import { type Findings, findingsOf, type InForceNow } from './findings.ts'
import { judgeCall } from './judge.ts'
import { policyFromFile, policyOfTemplate } from './policyFile.ts'
import { readNamedFile } from './readFile.ts'

/** As in a session that read an injection. */
interface Supposed {
  readonly tainted?: boolean
}

interface PolicyChoice {
  readonly policy?: string | undefined
  readonly template?: string | undefined
}

const chosenPolicy = ({ policy, template }: PolicyChoice): Policy =>
  policy === undefined ? policyOfTemplate(template ?? 'default') : policyFromFile(policy)

export const compiledPolicy = (choice: PolicyChoice): CompiledPolicy =>
  compilePolicy(chosenPolicy(choice))

/** A script's text by its path, for a reading without a control plane. Fails where it is no text. */
export const scriptSources = (path: string): Sources => {
  const text = fromUtf8(readNamedFile(path, MOST_SOURCE_BYTES))
  if (text === undefined || text.includes('\0'))
    throw usage(
      `${path}: is no text`,
      'only scripts can be read; explain the command that would run it instead',
    )
  return new Map([[path, { is: 'text', text }]])
}

export const explainByPolicy = async (
  { tool, input, text, script }: NamedCall,
  choice: PolicyChoice & Supposed,
  place: { readonly cwd: string; readonly home: string },
  sources: Sources = NO_SOURCES,
): Promise<Explained> => {
  const policy = chosenPolicy(choice)
  const compiled = compilePolicy(policy)
  const tainted = choice.tainted === true ? SUREST : undefined
  const inForce: InForceNow = {
    policy,
    mode: 'enforce',
    posture: null,
    suspended: false,
    tainted,
  }
  const explanation = judgeCall({ tool, input, ...place, sources, tainted }, compiled)
  const findings = findingsOf(tool, explanation, inForce)
  const instead = await waysAround(
    text,
    explanation,
    findings,
    (command) =>
      judgeCall({ tool, input: { ...input, command }, ...place, tainted }, compiled).verdict,
  )
  return { tool, text, script, explanation, findings, instead, inForce }
}

export const explainByControlPlane = (
  { tool, input, text, script }: NamedCall,
  { cwd, home, tainted }: { readonly cwd: string; readonly home: string | undefined } & Supposed,
): Promise<Explained> =>
  withControlPlane(async (control) => {
    const explain = (asked: NamedCall['input'], learned = false) =>
      control.call('explain', {
        tool,
        input: asked,
        cwd,
        learned,
        ...(tainted === true ? { tainted } : {}),
        ...(home === undefined ? {} : { home }),
      })
    const explanation = await explain(input, true)
    const { policy } = await control.call('policy.show', {})
    const { mode, posture, suspended } = await control.call('status', {})
    const inForce: InForceNow = {
      policy: policy as Policy,
      mode,
      posture,
      suspended,
      tainted: tainted === true ? SUREST : undefined,
    }
    const findings = findingsOf(tool, explanation, inForce)
    const instead = await waysAround(
      text,
      explanation,
      findings,
      async (command) => (await explain({ ...input, command })).verdict,
    )
    return { tool, text, script, explanation, findings, instead, inForce }
  })

/** The nearest ways for a command; none for another tool's call. */
const waysAround = (
  text: string | undefined,
  { verdict }: Explanation,
  { effects }: Findings,
  judge: JudgeCommand,
): Promise<ReadonlyArray<NearestWay>> => {
  const spans = effects.flatMap((one) =>
    one.verdict === verdict && one.effect.in === undefined && one.effect.span !== undefined
      ? [one.effect.span]
      : [],
  )
  return text === undefined ? Promise.resolve([]) : nearestWays(text, verdict, spans, judge)
}
