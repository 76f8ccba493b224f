import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { skillLines } from '../../src/commands/render/skills.ts'
import type { SkillLine, SkillReport } from '../../src/domain/control/skills.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { bufferTerminal } from './bufferTerminal.ts'
import { withProgram } from './beside.ts'

describe('hook skill', () => {
  it('checks, trusts one file, accepts the rest, and forgets what is gone', async () => {
    await withProgram(async (plane, run) => {
      const put = (name: string, text: string) => {
        const file = path.join(plane.project, name)
        fs.mkdirSync(path.dirname(file), { recursive: true })
        fs.writeFileSync(file, text)
        return file
      }
      put('.mcp.json', '{"mcpServers":{"a":{"command":"x"}}}')
      put('CLAUDE.md', 'Use tabs.')
      const skill = put('.claude/skills/a/SKILL.md', 'Do.')
      const checked = await run('hook skill check')
      expect(checked).toMatchObject({ code: 1, stderr: '' })
      expect(checked.stdout).toContain('there are MCP servers that nobody trusted')
      expect(checked.stdout).toContain('0 matched  0 modified  3 unknown  0 missing')
      const declined = await run('hook skill trust .mcp.json')
      expect(declined.code).toBe(2)
      expect(declined.stderr).toContain('trusted as they are now')
      expect(declined.stderr).toContain('.mcp.json')
      expect((await run('hook skill trust .mcp.json --yes')).stdout).toBe(
        'It is trusted as it is now.\n',
      )
      expect((await run('hook skill trust README.md --yes')).code).toBe(2)
      expect((await run('hook skill check')).code).toBe(0)
      const accepted = await run('hook skill check --accept --yes --json')
      expect(JSON.parse(accepted.stdout)).toMatchObject({
        trusted: 2,
        counts: { matched: 3, unknown: 0 },
      })
      expect((await run('hook skill check --accept --yes')).stdout).toContain(
        'Everything is trusted already.',
      )
      fs.appendFileSync(skill, ' More.')
      expect((await run('hook skill check')).stdout).toContain('a skill was changed')
      expect((await run('hook skill verify')).code).toBe(1)
      fs.rmSync(skill)
      const verified = await run('hook skill verify --rebuild --yes')
      expect(verified).toMatchObject({ code: 0 })
      expect(verified.stdout).toContain('1 forgotten, as they are gone.')
      expect(JSON.parse((await run('hook skill list --json')).stdout).counts).toEqual({
        matched: 2,
        modified: 0,
        unknown: 0,
        missing: 0,
      })
    })
  }, 60_000)
})

describe('the files in words', () => {
  const line = (file: string, more: Partial<SkillLine> = {}): SkillLine => ({
    item: {
      path: { home: file },
      kind: 'skill',
      hash: '0123456789abcdef'.repeat(4) as Digest,
      level: 'project',
      in: { home: 'p' },
    },
    status: 'matched',
    runs: [],
    file: `/h/${file}`,
    ...more,
  })
  const report = (skills: ReadonlyArray<SkillLine>): SkillReport => ({
    project: '/h/p',
    counts: { matched: 1, modified: 1, unknown: 1, missing: 0 },
    skills,
    first: 2,
    enforced: true,
    tookMs: 4.2,
  })

  it('are aligned, fit the width, and a name in them moves no cursor', () => {
    const lines = skillLines(
      report([
        line('a/SKILL.md', { status: 'modified', code: 'modified-skill' }),
        line('b/\u001b[31m\nred.md', { status: 'unknown', injection: 0.97 }),
        line('c.md'),
      ]),
      { all: true },
      bufferTerminal(),
    )
    expect(lines).toMatchInlineSnapshot(`
      [
        "status    kind   level    hash          file",
        "modified  skill  project  0123456789ab  /h/a/SKILL.md · a skill was changed",
        "unknown   skill  project  0123456789ab  /h/b/\\u{1b}[31m\\u{a}red.md · reads like",
        "                                        an attempt to instruct the agent (0.97)",
        "matched   skill  project  0123456789ab  /h/c.md",
        "",
        "1 matched  1 modified  1 unknown  0 missing for /h/p and the user, 4.2 ms",
        "2 of the user’s own were taken as they are: this was the first look at them.",
        "One of them holds sessions up here: prompts and tool calls are denied.",
        "→ isonapse hook skill check --accept   when you have looked at them",
        "→ isonapse hook skill trust FILE   one of them",
      ]
    `)
    for (const one of lines) expect(one).not.toMatch(/\p{Cc}/u)
  })
})
