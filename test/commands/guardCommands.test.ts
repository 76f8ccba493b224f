import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { withProgram } from './beside.ts'

const GUARD = `#!/bin/sh
case "$(cat)" in *prod*) echo hands off; exit 2;; esac
exit 0
`

const payload = (command: string): string =>
  JSON.stringify({ tool_name: 'Bash', tool_input: { command } })

describe('hook guard', () => {
  it('adds one that proves itself, lists, tries and removes it', async () => {
    await withProgram(async (plane, run) => {
      const write = (name: string, text: string, mode = 0o600) =>
        fs.writeFileSync(path.join(plane.project, name), text, { mode })
      write('No Prod.sh'.replace(' ', '_'), GUARD, 0o700)
      write('deny.json', payload('rm prod'))
      write('allow.json', payload('ls'))
      expect((await run('hook guard list')).stdout).toMatch(/^There is no guard\.\n/)
      const add = 'hook guard add No_Prod.sh --tools Bash,Write'
      const swapped = await run(`${add} --deny-case allow.json --allow-case deny.json --yes`)
      expect(swapped.code).toBe(2)
      expect(swapped.stderr).toContain('it must deny')
      const added = await run(`${add} --deny-case deny.json --allow-case allow.json --yes`)
      expect(added).toMatchObject({ code: 0 })
      expect(added.stderr).toContain('No_Prod.sh is started for calls of Bash, Write')
      expect(added.stdout).toMatch(/^Added guard no-prod: it denied one case/)
      expect((await run('hook guard list')).stdout).toMatch(/no-prod +ready +Bash, Write +1000 ms/)
      const tried = await run('hook guard test no-prod')
      expect(tried.code).toBe(0)
      expect(tried.stdout).toMatch(/✓ +deny +\d+ ms +must deny .*deny\.json\n +stdout: hands off/)
      const asked = await run('hook guard test no-prod - --json', {
        stdin: payload('ls prod'),
      })
      expect(JSON.parse(asked.stdout)).toMatchObject({
        passed: true,
        tried: [{ verdict: 'deny', code: 'answered', reason: 'hands off' }],
      })
      expect((await run('hook explain ls')).stdout).toMatch(/guards +no-prod: asked beside/)
      fs.appendFileSync(path.join(plane.project, 'No_Prod.sh'), '# more\n')
      const changed = await run('hook guard test no-prod')
      expect(changed.code).toBe(1)
      expect(changed.stdout).toContain('it is another file than the one that was registered')
      expect((await run('hook guard list')).stdout).toContain('isonapse hook guard remove no-prod')
      expect(await run('hook guard remove no-prod --yes')).toMatchObject({ code: 0 })
      expect((await run('hook guard remove no-prod --yes')).code).toBe(1)
    })
  }, 60_000)

  it('says in one line what is wrong with what it was given', async () => {
    await withProgram(async (_, run) => {
      for (const [line, wrong] of [
        ['hook guard add none --tools Bash --deny-case a --allow-case b', 'there is no such file'],
        ['hook guard add /etc --tools Bash --deny-case a --allow-case b', 'it is no regular file'],
        [
          'hook guard add /bin/true --tools Bash --deny-case a --allow-case b',
          'a: there is no such',
        ],
        ['hook guard add /bin/true --tools Bash', 'deny-case'],
        ['hook guard test none', 'there is no guard "none"'],
      ] as const) {
        const { code, stderr } = await run(line)
        expect(code).toBeGreaterThan(0)
        expect(stderr).toContain(wrong)
        expect(stderr).not.toMatch(/\n +at /)
      }
    })
  }, 60_000)
})
