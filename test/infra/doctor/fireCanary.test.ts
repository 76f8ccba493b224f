import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { canaryMessage } from '../../../src/domain/hook/canary.ts'
import { fireCanary } from '../../../src/infra/doctor/fireCanary.ts'
import { scratch } from '../files/scratch.ts'

const ID = 'canary_1'
const said = JSON.stringify({ systemMessage: canaryMessage(ID) })

/** A plugin whose hook command is this shell text. */
const fire = (text: string, index: number | null = 7, program = '/bin/sh') => {
  const pluginDir = scratch()
  const dir = path.join(pluginDir, 'isonapse/hooks')
  fs.mkdirSync(dir, { recursive: true })
  const handler = { type: 'command', command: program, args: ['-c', text, '${CLAUDE_PLUGIN_ROOT}'] }
  fs.writeFileSync(
    path.join(dir, 'hooks.json'),
    JSON.stringify({ hooks: { PreToolUse: [{ hooks: [handler] }] } }),
  )
  return fireCanary(
    { pluginDir },
    { begin: async () => ({ toolUseId: ID }), end: async () => ({ index }) },
    { cwd: '/', env: { WORD: said } },
  )
}

describe('firing a canary', () => {
  it('is well where the control plane’s own answer came back and the log holds it', async () => {
    expect(await fire(`cat >/dev/null; printf %s '${said}'`)).toMatchObject({ state: 'ok' })
    // The client's environment is handed on, as the client does.
    expect(await fire('cat >/dev/null; printf %s "$WORD"')).toMatchObject({ state: 'ok' })
    expect(await fire('case $0 in */isonapse) printf %s "$WORD" ;; esac')).toMatchObject({
      state: 'ok',
    })
  })

  it.each([
    ['the log does not hold it', `printf %s '${said}'`, null, '/bin/sh', /log does not hold/],
    ['nobody answered and the call may pass', 'exit 0', 7, '/bin/sh', /did not answer/],
    ['the hook blocks by itself', 'exit 2', 7, '/bin/sh', /exit 2.*did not reach/],
    ['another answer came', 'echo "{}"', 7, '/bin/sh', /did not answer/],
    ['words came before it', `printf 'x %s' '${said}'`, 7, '/bin/sh', /did not answer/],
    ['the command is missing', '', 7, '/nowhere/sh', /cannot be run/],
  ])('is bad where %s', async (_, text, index, program, detail) => {
    const check = await fire(text, index, program)
    expect(check.state).toBe('bad')
    expect(check.detail).toMatch(detail)
    expect(check.remedy).toContain('isonapse hook')
  })
})
