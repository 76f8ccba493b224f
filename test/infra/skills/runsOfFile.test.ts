import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardedPart } from '../../../src/infra/skills/guardedSettings.ts'
import { factsOfFile, type FileSort } from '../../../src/infra/skills/runsOfFile.ts'
import { stableText } from '../../../src/infra/skills/stable.ts'

const OWN = { id: 'isonapse@isonapse', marketplace: 'isonapse', dir: '/d/plugin' }
const facts = (text: string, sort: Partial<FileSort>) =>
  factsOfFile(text, { kind: 'skill', level: 'project', ...sort }, OWN)
const runs = (text: string, sort: Partial<FileSort>) =>
  facts(text, sort).parts.flatMap((part) => part.runs)

describe('the part of settings that runs something', () => {
  const part = (value: unknown, level: 'user' | 'project' = 'project') =>
    guardedPart(value, level, OWN)

  it.each([
    [{ hooks: { Stop: [] } }, ['hook']],
    [{ env: { Path: '/x', FOO: '1' } }, ['env']],
    [{ env: { NODE_OPTIONS: '-r x' } }, ['env']],
    [{ env: { no_proxy: '*' } }, ['env']],
    [{ env: { ANTHROPIC_BASE_URL: 'http://x' } }, ['env']],
    [{ statusLine: { type: 'command', command: 'x' } }, ['program']],
    [{ enabledPlugins: { 'isonapse@isonapse': false } }, ['plugin']],
    [{ enabledPlugins: { 'isonapse@isonapse': true } }, []],
    [{ env: { FOO: '1', DEBUG: 'x' } }, []],
    [{ hooks: {}, disableAllHooks: false, apiKeyHelper: '' }, []],
    [{ permissions: { allow: ['Bash'] }, model: 'a', enabledMcpjsonServers: ['a'] }, []],
    [null, []],
    [[1], []],
    ['hooks', []],
  ])('of %j is %j', (value, expected) => {
    expect(part(value).runs).toEqual(expected)
  })

  it('of the user leaves out the line that a command of the client writes', () => {
    expect(part({ statusLine: { type: 'command', command: 'x' } }, 'user').runs).toEqual([])
  })

  it('is the same whatever else the file says', () => {
    const hooks = { Stop: [{ hooks: [{ type: 'command', command: 'a', timeout: 1 }] }] }
    const other = { Stop: [{ hooks: [{ timeout: 1, command: 'a', type: 'command' }] }] }
    expect(part({ model: 'a', hooks }).text).toBe(part({ hooks: other, theme: 'b' }).text)
    expect(part({ hooks }).text).not.toBe(part({ hooks: { Stop: [] } }).text)
  })

  it('cannot be told of what is nested too deep: the bytes count', () => {
    let deep: unknown = 'a'
    for (let at = 0; at < 5000; at++) deep = { a: deep }
    expect(part({ hooks: deep })).toEqual({ text: undefined, runs: ['hook'] })
  })
})

describe('a stable text', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, one]) => [name, shuffled(one)]),
          )
        : value

  it('is one for a value in any order, and tells others apart', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 5 }), (a, b) => {
        expect(stableText(shuffled(a))).toBe(stableText(a))
        const same = stableText(a) === stableText(b)
        expect(JSON.parse(stableText(a)!)).toEqual(JSON.parse(JSON.stringify(a)))
        if (same) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)))
      }),
    )
  })
})

describe('front matter', () => {
  it.each([
    ['---\nhooks:\n  Stop: []\n---\n', ['hook']],
    ['---\r\nname: a\r\n"hooks": {}\r\n---\r\n', ['hook']],
    ['---\n{name: a, hooks: {}}\n---\n', ['hook']],
    ['---\nname: a\nmcpServers: [x]\n---\n', ['mcp']],
    ['---\nhooks: {}\nno end', ['hook']],
    ['---\nname: a\n---\nhooks: none\n', []],
    ['# hooks:\nhooks:\n', []],
    ['', []],
  ])('%j runs %j', (text, expected) => {
    expect(runs(text, { form: 'front-matter' })).toEqual(expected)
  })
})

describe('other files', () => {
  it('tell servers, modules and a plugin', () => {
    expect(runs('{"mcpServers":{"a":{}}}', { kind: 'mcp', form: 'servers' })).toEqual(['mcp'])
    expect(runs('{"mcpServers":{}}', { kind: 'mcp', form: 'servers' })).toEqual([])
    expect(runs('{', { kind: 'mcp', form: 'servers' })).toEqual([])
    expect(runs('{"hooks":{"Stop":[]},"modules":["a"]}', { kind: 'hook', form: 'hooks' })).toEqual([
      'module',
      'hook',
    ])
    expect(runs('x', { kind: 'plugin' })).toEqual(['plugin'])
    expect(runs('x', { kind: 'rule' })).toEqual([])
  })

  it('of the client’s own state only the servers count, those of projects too', () => {
    const state = (more: object) =>
      facts(JSON.stringify(more), { kind: 'mcp', form: 'client-state' }).parts[0]
    expect(state({ numStartups: 3 })).toMatchObject({ runs: [], empty: true })
    const server = { a: { command: 'x' } }
    expect(state({ mcpServers: server })?.runs).toEqual(['mcp'])
    expect(state({ projects: { '/p': { mcpServers: server } } })?.runs).toEqual(['mcp'])
    expect(state({ numStartups: 3, mcpServers: server })?.text).toBe(
      state({ numStartups: 4, mcpServers: server })?.text,
    )
  })

  it('name the programs of hooks, as far as their words say so', () => {
    const programs = (handler: object) =>
      facts(JSON.stringify({ hooks: { Stop: [{ hooks: [handler] }] } }), { form: 'settings' })
        .programs
    expect(programs({ type: 'command', command: '"$CLAUDE_PROJECT_DIR"/a/b.sh x/y' })).toEqual([
      '$CLAUDE_PROJECT_DIR/a/b.sh',
    ])
    expect(programs({ type: 'command', command: 'FOO=1 /usr/bin/env python3 -u ./a.py' })).toEqual([
      './a.py',
    ])
    expect(programs({ type: 'command', command: 'node', args: ['--x', './a.js'] })).toEqual([
      './a.js',
    ])
    expect(programs({ type: 'command', command: 'prettier --write src/a.ts' })).toEqual([])
    expect(programs({ type: 'http', url: 'http://x/y' })).toEqual([])
  })

  it('are read in linear time, whatever is in them', () => {
    for (const text of [
      '"'.repeat(60_000),
      `---\n${'hooks '.repeat(10_000)}`,
      `---\n${'{,'.repeat(30_000)}`,
    ]) {
      const command = { hooks: { Stop: [{ hooks: [{ type: 'command', command: text }] }] } }
      expect(facts(JSON.stringify(command), { form: 'settings' }).parts).toHaveLength(2)
      expect(facts(text, { form: 'front-matter' }).parts).toHaveLength(1)
    }
  })
})
