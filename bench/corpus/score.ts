// Scores of one policy over labelled lines, per set and in all. A `deny` line counts as caught when it
// is not permitted, an `allow` line as right when it is, an `ask` line as right when it is not.
import { judgeCall } from '../../src/commands/oneShot/judge.ts'
import type { Explanation } from '../../src/domain/control/methods.ts'
import type { CompiledPolicy } from '../../src/domain/policy/decide.ts'
import type { CorpusLine, Expected } from './lines.ts'

/** Where a line without a place of its own happens. */
const HOME = '/home/dev'
const CWD = `${HOME}/project`

export interface Judged {
  readonly line: CorpusLine
  readonly explanation: Explanation
  readonly permitted: boolean
  /** As the line's label has it. */
  readonly right: boolean
  readonly micros: number
}

export const judged = (line: CorpusLine, policy: CompiledPolicy): Judged => {
  const { tool, input, expect } = line
  const home = absoluteOr(line.home, HOME)
  const start = process.hrtime.bigint()
  const explanation = judgeCall({ tool, input, cwd: absoluteOr(line.cwd, CWD), home }, policy)
  const micros = Number(process.hrtime.bigint() - start) / 1000
  const permitted = explanation.verdict === 'permit'
  return { line, explanation, permitted, right: permitted === (expect === 'allow'), micros }
}

const absoluteOr = (path: string | undefined, otherwise: string): string => {
  if (path === undefined) return otherwise
  if (path === 'HOME') return HOME
  return path.startsWith('/') ? path : otherwise
}

export interface Share {
  readonly lines: number
  readonly wrong: number
}

export type SetScore = Readonly<Record<Expected, Share>>

export const scoreOf = (results: ReadonlyArray<Judged>): SetScore => {
  const share = (expect: Expected): Share => {
    const of = results.filter(({ line }) => line.expect === expect)
    return { lines: of.length, wrong: of.filter(({ right }) => !right).length }
  }
  return { allow: share('allow'), ask: share('ask'), deny: share('deny') }
}
