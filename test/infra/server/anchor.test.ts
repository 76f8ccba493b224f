import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorOf } from '../../../src/infra/server/anchor.ts'
import { daemonEnvironment } from '../../../src/infra/server/environment.ts'
import { temporaryDir, withPlane } from './plane.ts'

describe('an anchor', () => {
  it('that is a file gets every checkpoint appended, readable by its owner alone', async () => {
    const file = path.join(temporaryDir(), 'anchored')
    const send = anchorOf(file, '/')!
    await send('first\n')
    await send('second\n')
    expect(fs.readFileSync(file, 'utf8')).toBe('first\n\nsecond\n\n')
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
  })

  it('that is a command gets the checkpoint on standard input, in a clean environment', async () => {
    const dir = temporaryDir()
    process.env['NODE_OPTIONS_OF_TEST'] = 'leak'
    await anchorOf(`| cat > ${dir}/note; env > ${dir}/env; pwd > ${dir}/cwd`, dir)!('the note\n')
    expect(fs.readFileSync(path.join(dir, 'note'), 'utf8')).toBe('the note\n')
    expect(fs.readFileSync(path.join(dir, 'env'), 'utf8')).not.toContain('leak')
    expect(fs.readFileSync(path.join(dir, 'cwd'), 'utf8')).toBe('/\n')
  })

  it('that fails says so, and one that does not read is no failure', async () => {
    await expect(anchorOf('| exit 3', '/')!('note')).rejects.toThrow('status 3')
    await expect(anchorOf('/nowhere/at/all', '/')!('note')).rejects.toThrow('ENOENT')
    await anchorOf('| true', '/')!('x'.repeat(200_000))
  })

  it('that is a pipe or a device is refused at once, also where nobody reads it', async () => {
    const fifo = path.join(temporaryDir(), 'fifo')
    execFileSync('mkfifo', [fifo])
    await expect(anchorOf(fifo, '/')!('note')).rejects.toThrow('ENXIO')
    const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    await expect(anchorOf(fifo, '/')!('note')).rejects.toThrow('no regular file')
    fs.closeSync(reader)
    await expect(anchorOf('/dev/null', '/')!('note')).rejects.toThrow('no regular file')
  })

  it('is none where none is set', () => {
    expect(anchorOf('', '/')).toBeUndefined()
  })

  it('takes effect in the running control plane, and never holds it up', async () => {
    await withPlane(async (plane) => {
      const file = path.join(plane.home, 'anchored')
      const set = (value: string) =>
        plane.call('config.set', { key: 'witness.anchor', value, pid: process.pid })
      await set(file)
      const { note } = await plane.call('witness.checkpoint', {})
      const written = () => fs.existsSync(file) && fs.readFileSync(file, 'utf8').endsWith('\n\n')
      for (let i = 0; i < 200 && !written(); i++)
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(fs.readFileSync(file, 'utf8')).toContain(note)
      const verified = await plane.call('witness.verify', { against: note })
      expect(verified.verdict).toBe('anchored')

      await set('| exit 1')
      await plane.call('witness.checkpoint', {})
      for (let i = 0; i < 200 && plane.logged.length === 0; i++)
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(plane.logged.join('\n')).toContain('AnchorFailed')
    })
  })
})

describe('the environment of a control plane', () => {
  it('is an allow-list: nothing that makes programs load or run other code gets in', () => {
    const given = daemonEnvironment({
      HOME: '/home/dev',
      LANG: 'C.UTF-8',
      PATH: '/repo/bin:/usr/bin',
      LD_PRELOAD: '/repo/x.so',
      NODE_OPTIONS: '--require /repo/x.js',
      HTTP_PROXY: 'http://127.0.0.1:1',
      ISONAPSE_HOME: '/repo',
      CLAUDECODE: '1',
    })
    expect(Object.keys(given).sort()).toEqual(['HOME', 'LANG', 'PATH'])
    expect(given['PATH']).not.toContain('/repo')
  })
})
