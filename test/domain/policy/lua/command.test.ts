// A module that is run as a script: its line and its exit status. Under the Lua of the other tests
// with the ends of the world replaced, and under the machine's own Lua 5.4 where there is one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action } from '../../../../src/domain/action/action.ts'
import { exampleAction } from '../../../../src/domain/policy/examples.ts'
import { template } from '../../../../src/templates/templates.ts'
import { realActions } from './calls.ts'
import {
  type Case,
  engineAnswers,
  JUDGE,
  linesOf,
  type Lua,
  moduleOf,
  startLua,
} from './runtime.ts'

const DEFAULT = template('default')
const read = JSON.stringify(exampleAction('cat a.txt'))
const push = JSON.stringify(exampleAction('git push'))
const wipe = JSON.stringify(exampleAction('rm -rf ~'))

/** What is asked, the arguments, the line, the exit status. */
const RUNS: ReadonlyArray<readonly [string, ReadonlyArray<string>, string, number]> = [
  ['a read', [read], 'permit default:fs.read\n', 0],
  ['a push', [push], 'defer default:net.send\n', 0],
  ['a wiped home', [wipe], 'deny baseline:delete-roots baseline:tamper\n', 2],
  ['a read while locked', [read, '{"posture":"locked"}'], 'deny posture:locked\n', 2],
  ['nothing', [], '', 1],
  ['an empty text', [''], '', 1],
  ['what is no action', ['{}'], '', 1],
  ['what is no JSON', ['os.exit(0)'], '', 1],
  ['circumstances that are none', [read, read], '', 1],
  ['an argument too many', [read, '{}', '{}'], '', 1],
]

describe('in a Lua whose exit is watched', () => {
  let lua: Lua
  beforeAll(async () => {
    lua = await startLua()
  })

  it.each(RUNS)('%s', (_, given, line, status) => {
    const code = `
      local said, status = "", nil
      local world = { print, os.exit, io.stderr }
      print = function(text) said = said .. text .. "\\n" end
      os.exit = function(code) status = code error("left") end
      io.stderr = { write = function() end }
      arg = { [0] = "policy.lua", table.unpack(given) }
      local done = pcall(loadfile("policy.lua"), table.unpack(given))
      arg, print, os.exit, io.stderr = nil, table.unpack(world)
      return tostring(done) .. " " .. tostring(status) .. " " .. said
    `
    const list = given.map((one) => `[====[${one}]====]`).join(', ')
    expect(lua.run(`local given = { ${list} } ${code}`, { 'policy.lua': moduleOf(DEFAULT) })).toBe(
      `false ${status} ${line}`,
    )
  })
})

const STOCK = ['lua5.4', 'lua'].find((name) => {
  const { stdout, stderr } = spawnSync(name, ['-v'], { encoding: 'utf8' })
  return `${stdout ?? ''}${stderr ?? ''}`.startsWith('Lua 5.4')
})

describe.skipIf(STOCK === undefined)("under the machine's own Lua 5.4", () => {
  const folder = mkdtempSync(join(tmpdir(), 'isonapse-lua-'))
  writeFileSync(join(folder, 'policy.lua'), moduleOf(DEFAULT))
  const run = (...given: ReadonlyArray<string>) =>
    spawnSync(STOCK!, given, { cwd: folder, encoding: 'utf8' })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(RUNS)('%s', (_, given, line, status) => {
    const { stdout, stderr, status: left } = run('policy.lua', ...given)
    expect([stdout, left]).toEqual([line, status])
    // One line of what is wrong, and only then.
    expect(stderr.split('\n').length).toBe(status === 1 ? 2 : 1)
  })

  it('says what a call without an action should be', () => {
    expect(run('policy.lua').stderr).toBe(
      'usage: lua policy.lua ACTION [CIRCUMSTANCES], both JSON in one argument each\n',
    )
  })

  it('is run from its input too', () => {
    const { stdout, status } = spawnSync(STOCK!, ['-', wipe], {
      input: moduleOf(DEFAULT),
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual(['deny baseline:delete-roots baseline:tamper\n', 2])
  })

  it('prints nothing when it is required', () => {
    const { stdout, stderr, status } = run('-e', 'print(require("policy").policy.name)')
    expect([stdout, stderr, status]).toEqual(['default\n', '', 0])
  })

  it('has the verdicts of the engine for the same calls', async () => {
    const cases = (await realActions()).map((action: Action): Case => ({
      action,
      now: { mode: 'enforce', posture: 'interactive', state: { suspended: false } },
    }))
    writeFileSync(join(folder, 'cases.tsv'), linesOf(cases))
    const asked = JUDGE.replace('return table.concat', 'print(table.concat').replace(
      /"\)\n$/,
      '"))\n',
    )
    writeFileSync(join(folder, 'judge.lua'), asked)
    const { stdout, stderr } = run('judge.lua')
    expect(stderr).toBe('')
    expect(stdout.trimEnd().split('\n')).toEqual(engineAnswers(DEFAULT, cases))
  })
})
