// A real Lua 5.4 (compiled to WebAssembly) that runs a policy's module, and the engine beside it. The
// cases go in as files, so that Lua reads the module as it would read any script.
import { LuaFactory } from 'wasmoon'
import type { Action } from '../../../../src/domain/action/action.ts'
import { type Circumstances, compilePolicy, decide } from '../../../../src/domain/policy/decide.ts'
import { luaModule } from '../../../../src/domain/policy/lua/module.ts'
import type { Policy } from '../../../../src/domain/policy/policy.ts'

export interface Case {
  readonly action: Action
  readonly now: Circumstances
}

export const DIGEST = '0'.repeat(64)
export const moduleOf = (policy: Policy): string => luaModule(policy, { digest: DIGEST, lines: [] })

/** One line for a case: its action and its circumstances as JSON of ASCII letters alone. */
const lineOf = ({ action, now: { mode, posture, state } }: Case): string =>
  `${ascii(action)}\t${ascii({ mode, posture, ...state })}\n`

export const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Lua that answers each line of `cases.tsv` with a line: the verdict and what decided. */
export const JUDGE = `
local policy = dofile("policy.lua")
local out = {}
for line in io.lines("cases.tsv") do
  local action, now = string.match(line, "^([^\\t]*)\\t(.*)$")
  local done, verdict, ids = pcall(function()
    return policy.decide(policy.parse(action), policy.parse(now))
  end)
  out[#out + 1] = table.concat({ done and verdict or "error " .. verdict, table.unpack(ids or {}) }, " ")
end
return table.concat(out, "\\n")
`

export const linesOf = (cases: ReadonlyArray<Case>): string => cases.map(lineOf).join('')

export interface Lua {
  /** What Lua answers to each case, a line each. */
  readonly judge: (module: string, cases: ReadonlyArray<Case>) => ReadonlyArray<string>
  /** Runs Lua with these files beside it; what it returns. */
  readonly run: (code: string, files?: Readonly<Record<string, string>>) => unknown
}

export const startLua = async (): Promise<Lua> => {
  const factory = new LuaFactory()
  const wasm = await factory.getLuaModule()
  const engine = await factory.createEngine()
  const run: Lua['run'] = (code, files = {}) => {
    for (const [name, text] of Object.entries(files)) factory.mountFileSync(wasm, name, text)
    return engine.doStringSync(code)
  }
  return {
    run,
    judge: (module, cases) =>
      (run(JUDGE, { 'policy.lua': module, 'cases.tsv': linesOf(cases) }) as string).split('\n'),
  }
}

/** What the engine answers, in the same form. */
export const engineAnswers = (
  policy: Policy,
  cases: ReadonlyArray<Case>,
): ReadonlyArray<string> => {
  const compiled = compilePolicy(policy)
  return cases.map(({ action, now }) => {
    const { verdict, rules } = decide(action, compiled, now)
    return [verdict, ...rules].join(' ')
  })
}

/** The cases on which the two differ, told so that they can be looked into. */
export const differences = (
  lua: Lua,
  policy: Policy,
  cases: ReadonlyArray<Case>,
): ReadonlyArray<unknown> => {
  const ours = engineAnswers(policy, cases)
  const theirs = lua.judge(moduleOf(policy), cases)
  return cases.flatMap((one, i) =>
    ours[i] === theirs[i] ? [] : [{ engine: ours[i], lua: theirs[i], of: one }],
  )
}
