import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  markerFile,
  pluginDrift,
  pluginFiles,
  scriptFile,
  writePlugin,
} from '../../../src/infra/client/plugin.ts'
import { hookClientScript } from '../../../src/infra/transport/hookClient.ts'
import { clientOptions } from './clientOptions.ts'
import { tempHome, text, write } from './tempHome.ts'

const options = (cli: ReadonlyArray<string> = ['/opt/node', '/opt/isonapse.cjs']) => ({
  version: '1.2.3',
  cli,
  client: clientOptions('/run/i/hook.sock', '/data/plugin/isonapse/mode'),
})

const files = (cli?: ReadonlyArray<string>): Map<string, string> =>
  new Map(Result.getOrThrow(pluginFiles(options(cli))).map(({ path, text }) => [path, text]))

const hooksJson = () =>
  (JSON.parse(files().get('isonapse/hooks/hooks.json')!) as { hooks: Record<string, unknown> })
    .hooks

describe('the files of the plugin', () => {
  it('registers exactly the events that the gate works with', () => {
    expect(Object.keys(hooksJson()).sort()).toEqual(
      [
        'SessionStart SessionEnd UserPromptSubmit UserPromptExpansion PreToolUse PostToolUse',
        'PostToolUseFailure PostToolBatch PermissionRequest PermissionDenied Stop SubagentStart',
        'SubagentStop ConfigChange InstructionsLoaded CwdChanged PreCompact',
      ]
        .join(' ')
        .split(' ')
        .sort(),
    )
  })

  it('runs the script in exec form, with nothing of the environment', () => {
    expect(hooksJson()['PreToolUse']).toEqual([
      {
        matcher: '*',
        hooks: [
          {
            type: 'command',
            command: '/usr/bin/env',
            args: ['-i', '/bin/sh', '${CLAUDE_PLUGIN_ROOT}/hook.sh', 'PreToolUse'],
            timeout: 12,
            onFailure: 'block',
          },
        ],
      },
    ])
  })

  it('blocks on a failing hook where the gate decides, and never on Stop or SubagentStop', () => {
    const blocking = Object.entries(hooksJson())
      .filter(([, groups]) => JSON.stringify(groups).includes('"onFailure":"block"'))
      .map(([event]) => event)
    expect(blocking.sort()).toEqual([
      'ConfigChange',
      'PermissionRequest',
      'PreToolUse',
      'UserPromptExpansion',
      'UserPromptSubmit',
    ])
  })

  it('says the same each time it is asked, the hooks last', () => {
    const [first, second] = [files(), files()]
    expect([...first]).toEqual([...second])
    expect([...first.keys()].at(-1)).toBe('isonapse/hooks/hooks.json')
    expect(first.get('isonapse/hook.sh')).toBe(
      Result.getOrThrow(hookClientScript(options().client)),
    )
  })

  it('lets the slash commands run the CLI by its absolute path and nothing else', () => {
    const status = files(['/opt/a b/node', '/opt/isonapse.cjs']).get('isonapse/commands/status.md')!
    expect(status).toContain(
      `allowed-tools: "Bash('/opt/a b/node' /opt/isonapse.cjs hook status:*)"`,
    )
    expect(status).toContain("!`'/opt/a b/node' /opt/isonapse.cjs hook status`")
    const explain = files().get('isonapse/commands/explain.md')!
    expect(explain).toContain('allowed-tools: "Bash(/opt/node /opt/isonapse.cjs hook explain:*)"')
  })

  it('never puts what a user wants explained where a shell would read it', () => {
    const explain = files().get('isonapse/commands/explain.md')!
    for (const line of explain.split('\n'))
      if (line.includes('$ARGUMENTS')) expect(line).toBe('$ARGUMENTS')
    expect(explain).not.toContain('!`')
  })

  it.each([
    ['node'],
    ['/opt/`id`'],
    ['/opt/$(id)'],
    ["/opt/o'hara"],
    ['/opt/a\nb'],
    ['/opt/\uD800'],
  ])('refuses a CLI at %j', (word) => {
    expect(Result.isFailure(pluginFiles(options([word])))).toBe(true)
  })
})

describe('the plugin folder', () => {
  const written = () => {
    const { paths } = tempHome()
    const all = Result.getOrThrow(pluginFiles(options()))
    const changed = Result.getOrThrow(writePlugin(paths, all))
    return { paths, all, changed }
  }

  it('is readable by nobody else, and needs no executable file', () => {
    const { paths, all, changed } = written()
    expect(changed).toEqual(all.map((file) => file.path))
    for (const file of all) {
      const at = path.join(paths.pluginDir, file.path)
      expect(fs.statSync(at).mode & 0o777).toBe(0o600)
      expect(fs.statSync(path.dirname(at)).mode & 0o777).toBe(0o700)
    }
    expect(pluginDrift(paths, all)).toEqual([])
  })

  it('is left alone when it is as it must be, and mended where it is not', () => {
    const { paths, all } = written()
    expect(Result.getOrThrow(writePlugin(paths, all))).toEqual([])
    write(scriptFile(paths), 'exit 0\n')
    expect(Result.getOrThrow(writePlugin(paths, all))).toEqual(['isonapse/hook.sh'])
    expect(pluginDrift(paths, all)).toEqual([])
  })

  it('knows every change: bytes, a missing file, an open mode, a link, a planted file', () => {
    const { paths, all } = written()
    const at = (name: string) => path.join(paths.pluginDir, name)
    write(markerFile(paths), 'profile\n')
    write(scriptFile(paths), text(scriptFile(paths)).replace('exit 1', 'exit 0'))
    fs.rmSync(at('isonapse/commands/status.md'))
    fs.chmodSync(at('isonapse/commands/explain.md'), 0o666)
    const manifest = at('isonapse/.claude-plugin/plugin.json')
    fs.renameSync(manifest, at('elsewhere.json'))
    fs.symlinkSync(at('elsewhere.json'), manifest)
    write(at('isonapse/.mcp.json'), '{}')
    write(at('isonapse/skills/x/SKILL.md'), '')
    const problems = pluginDrift(paths, all).map(({ path, problem }) => `${path} ${problem}`)
    expect(problems.sort()).toEqual([
      'elsewhere.json unexpected',
      'isonapse/.claude-plugin/plugin.json unreadable',
      'isonapse/.mcp.json unexpected',
      'isonapse/commands/explain.md open',
      'isonapse/commands/status.md missing',
      'isonapse/hook.sh changed',
      'isonapse/skills unexpected',
    ])
  })

  it('is all missing where there is none', () => {
    const { paths } = tempHome()
    const all = Result.getOrThrow(pluginFiles(options()))
    expect(pluginDrift(paths, all).map(({ problem }) => problem)).toEqual(all.map(() => 'missing'))
  })

  it('refuses to write through a link that stands for its folder', () => {
    const { home, paths } = tempHome()
    const elsewhere = path.join(home, 'elsewhere')
    fs.mkdirSync(elsewhere)
    fs.mkdirSync(path.dirname(paths.pluginDir), { recursive: true, mode: 0o700 })
    fs.mkdirSync(paths.pluginDir, { mode: 0o700 })
    fs.symlinkSync(elsewhere, path.join(paths.pluginDir, 'isonapse'))
    const wrote = writePlugin(paths, Result.getOrThrow(pluginFiles(options())))
    expect(Result.isFailure(wrote) && wrote.failure.reason).toBe('symlink')
    expect(fs.readdirSync(elsewhere)).toEqual([])
  })
})
