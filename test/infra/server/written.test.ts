import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ValidatorFailed } from '../../../src/domain/event/event.ts'
import { template } from '../../../src/templates/templates.ts'
import { bash, type Plane, withPlane } from './plane.ts'

const validators = [
  {
    id: 'config',
    paths: ['project:conf/*.json'],
    kind: 'json',
    reason: 'the server reads it at start',
    examples: { fires: '{,}', passes: '{}' },
  },
  {
    id: 'no-debug',
    paths: ['project:**/*.ts', 'project:conf/**'],
    kind: 'forbidden',
    patterns: ['debugger'],
    examples: { fires: 'debugger', passes: '' },
  },
]

const apply = async (plane: Plane, mode: 'enforce' | 'profile' = 'enforce'): Promise<void> => {
  const policy = { ...template('default'), validators }
  await plane.call('policy.import', { policy, pid: process.pid })
  if (mode === 'enforce') await plane.call('mode.set', { mode })
}

/** The file is written, then the client reports the call. */
const wrote = async (plane: Plane, name: string, content: string, tool = 'Write') => {
  const file = path.join(plane.project, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  if (content !== '') fs.writeFileSync(file, content)
  return report(plane, file, tool)
}

const report = async (plane: Plane, file: string, tool = 'Write') => {
  const call = bash(plane, '', {
    tool_name: tool,
    tool_input:
      tool === 'NotebookEdit'
        ? { notebook_path: file, new_source: 'x' }
        : { file_path: file, content: 'x' },
  })
  await plane.hook('PreToolUse', call)
  return plane.hook('PostToolUse', {
    ...call,
    hook_event_name: 'PostToolUse',
    tool_response: { type: 'create', filePath: file, content: 'x', structuredPatch: [] },
  })
}

const toldBy = ({ stdout }: { readonly stdout: string }): string =>
  stdout === ''
    ? ''
    : ((JSON.parse(stdout) as { hookSpecificOutput?: { additionalContext?: string } })
        .hookSpecificOutput?.additionalContext ?? '')

const failures = async (plane: Plane): Promise<ReadonlyArray<ValidatorFailed>> =>
  (await plane.entries()).flatMap(({ event }) => (event._tag === 'ValidatorFailed' ? [event] : []))

describe('validators of files that the agent wrote', () => {
  it('tell the model in enforce what is wrong and where, and log it', async () => {
    await withPlane(async (plane) => {
      await apply(plane)
      const answer = await wrote(plane, 'conf/app.json', '{\n  "a": 1,\n}\n')
      expect(answer.exit).toBe(0)
      expect(toldBy(answer)).toBe(
        'Isonapse: the file was written, and does not pass what the policy checks. Mend it:\n' +
          '- ./conf/app.json:3:1: expected a key in double quotes [validator config] (the server reads it at start)',
      )
      expect(await failures(plane)).toMatchObject([
        { id: 'config', path: { project: 'conf/app.json' }, code: 'not-json', line: 3, column: 1 },
      ])
      expect(await wrote(plane, 'conf/app.json', '{}')).toEqual({ exit: 0, stdout: '' })
      expect(await wrote(plane, 'other.json', '{,}')).toEqual({ exit: 0, stdout: '' })
      expect(await plane.call('witness.replay', {})).toMatchObject({ first: null, mismatches: 0 })
    })
  })

  it('read YAML, each document of it, and say nothing of what stands there', async () => {
    await withPlane(async (plane) => {
      const yaml = {
        id: 'manifests',
        paths: ['project:**/*.yaml'],
        kind: 'yaml',
        examples: { fires: 'a: b: c', passes: 'a: !Ref b' },
      }
      const policy = { ...template('default'), validators: [yaml] }
      await plane.call('policy.import', { policy, pid: process.pid })
      await plane.call('mode.set', { mode: 'enforce' })
      const text = 'kind: Secret\n---\npassword: hunter2hunter2\npassword: hunter2hunter2\n'
      const told = toldBy(await wrote(plane, 'k8s/app.yaml', text))
      expect(told).toBe(
        'Isonapse: the file was written, and does not pass what the policy checks. Mend it:\n' +
          '- ./k8s/app.yaml:4:1: a key that its mapping has already [validator manifests]',
      )
      expect(await failures(plane)).toMatchObject([
        { id: 'manifests', code: 'duplicate-key', line: 4, column: 1 },
      ])
    })
  })

  it('only record in profile mode', async () => {
    await withPlane(async (plane) => {
      await apply(plane, 'profile')
      expect(await wrote(plane, 'a.ts', 'debugger\n')).toEqual({ exit: 0, stdout: '' })
      expect(await failures(plane)).toMatchObject([{ id: 'no-debug', code: 'forbidden', line: 1 }])
    })
  })

  it('look at the file itself, whatever tool wrote it and whatever link it was written through', async () => {
    await withPlane(async (plane) => {
      await apply(plane)
      for (const tool of ['Write', 'Edit', 'MultiEdit', 'NotebookEdit'])
        expect([tool, toldBy(await wrote(plane, 'a.ts', '//\ndebugger', tool))]).toEqual([
          tool,
          expect.stringContaining('a.ts:2:1: what pattern 1 forbids [validator no-debug]'),
        ])
      fs.mkdirSync(path.join(plane.project, 'conf'))
      fs.writeFileSync(path.join(plane.project, 'conf/real.json'), '[')
      fs.symlinkSync('conf/real.json', path.join(plane.project, 'plain'))
      expect(toldBy(await report(plane, path.join(plane.project, 'plain')))).toContain('plain:1:2')
    })
  })

  it('wait for nothing and take in nothing without end', async () => {
    await withPlane(async (plane) => {
      await apply(plane)
      const conf = path.join(plane.project, 'conf')
      fs.mkdirSync(conf)
      execFileSync('mkfifo', [path.join(conf, 'pipe.json')])
      fs.mkdirSync(path.join(conf, 'folder.json'))
      fs.symlinkSync('loop.json', path.join(conf, 'loop.json'))
      fs.symlinkSync('/dev/zero', path.join(conf, 'zero.json'))
      for (const name of ['pipe', 'folder', 'loop', 'zero', 'missing'])
        expect(await report(plane, path.join(conf, `${name}.json`))).toEqual({
          exit: 0,
          stdout: '',
        })
      fs.writeFileSync(path.join(conf, 'huge.json'), '')
      fs.truncateSync(path.join(conf, 'huge.json'), 3_000_000)
      expect(toldBy(await report(plane, path.join(conf, 'huge.json')))).toContain(
        'larger than the 2097152 bytes that are looked at',
      )
    })
  })

  it('are not taken over with an example that fails', async () => {
    await withPlane(async (plane) => {
      const bad = { ...validators[0]!, examples: { fires: '{}', passes: '{}' } }
      await expect(
        plane.call('policy.import', {
          policy: { ...template('default'), validators: [bad] },
          pid: process.pid,
        }),
      ).rejects.toMatchObject({
        message: expect.stringContaining('validators[0] (config).examples.fires'),
      })
    })
  })
})
