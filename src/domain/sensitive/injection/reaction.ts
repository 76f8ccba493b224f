// What follows from a sign of injection: how sure it must be for each source, as data. A README, a skill
// and a test's output are full of instructions, and of attacks quoted by people who defend against them;
// a page of the web or the answer of a server has none to give.
import { LEAST_INJECTION } from './detect.ts'
import type { InjectionSource } from './source.ts'

/** The setting `injection.action`: each does what those before it do. */
export const INJECTION_ACTIONS = ['off', 'report', 'warn', 'withhold'] as const
export type InjectionAction = (typeof INJECTION_ACTIONS)[number]

interface Thresholds {
  /** From this score on the model is told. */
  readonly tell: number
  /** The session counts as tainted. */
  readonly taint: number
  /** The text may be kept from the model; undefined: never. */
  readonly withhold: number | undefined
}

const NEVER = undefined

export const THRESHOLDS: Readonly<Record<InjectionSource, Thresholds>> = {
  web: { tell: 0.5, taint: 0.5, withhold: 0.9 },
  mcp: { tell: 0.5, taint: 0.5, withhold: 0.9 },
  outside: { tell: 0.5, taint: 0.5, withhold: 0.9 },
  command: { tell: 0.5, taint: 0.6, withhold: NEVER },
  project: { tell: 0.8, taint: 0.8, withhold: NEVER },
  instructions: { tell: 0.95, taint: 0.95, withhold: NEVER },
}

/** Of a text whose source is not known, what is the case for a stranger's. */
const thresholdsOf = (source: InjectionSource | undefined): Thresholds =>
  THRESHOLDS[source ?? 'web']

/** Whether a hit in the log taints its session. */
export const taints = (source: InjectionSource | undefined, score: number): boolean =>
  score >= thresholdsOf(source).taint

export interface Reaction {
  /** An InjectionDetected goes into the log. */
  readonly witness: boolean
  readonly tell: boolean
  readonly taint: boolean
  readonly withhold: boolean
}

/** `score` as detection gives it, 0 to 1. */
export const reaction = (
  source: InjectionSource | undefined,
  score: number,
  action: InjectionAction,
): Reaction => {
  const { tell, withhold } = thresholdsOf(source)
  const does = (one: InjectionAction): boolean =>
    INJECTION_ACTIONS.indexOf(action) >= INJECTION_ACTIONS.indexOf(one)
  return {
    witness: does('report') && score >= LEAST_INJECTION,
    tell: does('warn') && score >= tell,
    taint: does('report') && taints(source, score),
    withhold: does('withhold') && withhold !== undefined && score >= withhold,
  }
}
