// A policy as one Lua file that a stock Lua 5.4 runs: its rules to read, and a decide() with the
// verdicts of the engine to try them by. Only data differs between two modules; no text of a policy
// becomes code.
import type { Policy } from '../policy.ts'
import { COMMAND } from './code/command.ts'
import { DECIDE } from './code/decide.ts'
import { JSON_READER } from './code/json.ts'
import { MATCH } from './code/match.ts'
import { PATTERN } from './code/pattern.ts'
import { SHAPE } from './code/shape.ts'
import { TEXT } from './code/text.ts'
import { engineTables } from './engineTables.ts'
import { lettersTable } from './letters.ts'
import { luaComment } from './literal.ts'
import { policyTable } from './policyTable.ts'

/** What the head of a module says beside the policy's own words. */
export interface About {
  /** policyDigest() of the policy. */
  readonly digest: string
  /** What it was made from and by, a line each: any text. */
  readonly lines: ReadonlyArray<string>
}

const USE = `
  local policy = dofile("policy.lua")
  local verdict, rules = policy.decide(action, { posture = "interactive" })

or, with an action as JSON (of a receipt, say),

  lua policy.lua '{"tool": "Bash", "origin": "builtin", "capabilities": [], "effects": []}'

(or "lua - ACTION < policy.lua"), which prints the verdict and what decided, and ends with status
0 for permit and defer, 2 for deny, 1 for what is no action. A second argument is JSON of the
circumstances. Their fields are posture (interactive, autonomous, dry_run, locked), suspended,
rates (how many calls a rule with a rate let through in its window, by its id), tainted (as in
{"score": 0.9}: the session read text that tries to instruct the agent) and mode, which changes no
verdict. Budgets and guards are not among them: they deny beside the policy, whatever it says. Nor
are its validators here, which look at files once they are written and decide nothing. In posture
autonomous nobody can be asked, so that the gate answers a defer as a denial.

An action is a table with the fields of its JSON. Lists count from 1 as all of Lua's do, but an
effect's "of" is what stands in the JSON: the place in "capabilities" counted from 0. "parse" of
this module reads such JSON.

Where no rule matches an effect, the default of its kind holds, else of its class, else defer. A
match holds when all of its conditions do, each for one of its values; "unless" takes it back.
What restricts is read generously (any case of a path, each of its names), what permits narrowly.`

/**
 * The text of the module. It needs Lua's string, table, math and utf8; where it is run as a script
 * also `debug.getinfo`, `io.stderr`, `os.exit` and `print`. The same policy gives the same text, as
 * far as the JavaScript engine's Unicode is the same: see letters.ts.
 */
export const luaModule = (policy: Policy, about: About): string =>
  [
    ...luaComment(`Policy ${policy.name}, for reading and trying in a stock Lua 5.4.`),
    ...about.lines.flatMap((line) => luaComment(line)),
    ...USE.split('\n').map((line) => `-- ${line}`.trimEnd()),
    '',
    `local POLICY = ${policyTable(policy, about.digest)}`,
    '',
    ...luaComment('From here on nothing is of this policy alone: it is how any policy is judged.'),
    '',
    engineTables(),
    '',
    ...luaComment('Letters beyond ASCII that a pattern can name, by what they are in lower case.'),
    lettersTable(policy),
    ...[TEXT, PATTERN, JSON_READER, SHAPE, MATCH, DECIDE, COMMAND].map((code) => code.trimEnd()),
    '',
  ].join('\n')
