// Calls judged by a given policy, with nothing of the machine but what the caller hands in: no control
// plane, no look at a file, no clock. What `explain --batch` and `explain --policy` say.
import { analyseCall } from '../../domain/action/analyse.ts'
import { normalise, refOf } from '../../domain/action/paths.ts'
import { gateBelow } from '../../domain/action/recordedPlace.ts'
import { NO_SOURCES, type Sources } from '../../domain/action/sources.ts'
import type { Explanation } from '../../domain/control/methods.ts'
import { explanationOf } from '../../domain/explain/explanation.ts'
import { type CompiledPolicy, decide } from '../../domain/policy/decide.ts'
import type { Tainted } from '../../domain/policy/taint.ts'

/** One call to judge. Paths are absolute. */
export interface JudgedCall {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly cwd: string
  readonly home: string
  /** Text of files that it would run; absent, none is known. */
  readonly sources?: Sources
  /** As in a session that read an injection. */
  readonly tainted?: Tainted | undefined
}

/** In posture interactive; the project is the working directory, and no path is a link. */
export const judgeCall = (
  { tool, input, cwd, home, sources = NO_SOURCES, tainted }: JudgedCall,
  policy: CompiledPolicy,
): Explanation => {
  const place = { home, project: cwd, cwd, gate: gateBelow(home) }
  const observed = { cwd: refOf(cwd, place), links: [] }
  const action = analyseCall({ name: tool, input }, place, observed, sources)
  const decision = decide(action, policy, {
    mode: 'enforce',
    posture: 'interactive',
    state: { suspended: false, ...(tainted === undefined ? {} : { tainted }) },
  })
  return explanationOf(action, decision, sources, place)
}

/** A directory as a person or a record names it, made absolute: `~` is home. */
export const absolute = (path: string, base: string, home: string): string =>
  normalise(path, base, home)
