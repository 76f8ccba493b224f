// The mode marker: what is written, what counts, and what the hook client makes of anything else.
import { afterAll, describe, expect, it } from 'vitest'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { MARKERS, readMarker, writeMarker } from '../../../src/infra/transport/marker.ts'
import { AVAILABLE, install, makeFolder, removeFolders, run, unanswered } from './scripted.ts'

afterAll(removeFolders)

describe('the marker file', () => {
  it.each(MARKERS)('holds %s, for its owner only', (marker) => {
    const file = path.join(makeFolder(), 'marker')
    Result.getOrThrow(writeMarker(file, marker))
    expect(fs.readFileSync(file, 'utf8')).toBe(`${marker}\n`)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(Result.getOrThrow(readMarker(file))).toBe(marker)
  })

  it('is replaced whole, and nothing is left beside it', () => {
    const dir = makeFolder()
    const file = path.join(dir, 'marker')
    Result.getOrThrow(writeMarker(file, 'profile'))
    const before = fs.statSync(file).ino
    Result.getOrThrow(writeMarker(file, 'enforce'))
    expect(fs.statSync(file).ino).not.toBe(before)
    expect(fs.readdirSync(dir)).toEqual(['marker'])
  })

  it('replaces a link instead of writing where it leads', () => {
    const dir = makeFolder()
    const [file, elsewhere] = [path.join(dir, 'marker'), path.join(dir, 'elsewhere')]
    fs.writeFileSync(elsewhere, 'mine')
    fs.symlinkSync(elsewhere, file)
    Result.getOrThrow(writeMarker(file, 'profile'))
    expect(fs.readFileSync(elsewhere, 'utf8')).toBe('mine')
  })

  it('is undefined where there is none, and a failure in a folder that is not there', () => {
    const dir = makeFolder()
    expect(Result.getOrThrow(readMarker(path.join(dir, 'marker')))).toBeUndefined()
    expect(Result.isFailure(writeMarker(path.join(dir, 'none', 'marker'), 'profile'))).toBe(true)
  })

  it.each(['', 'profile', 'PROFILE\n', ' profile\n', 'profile\n\n', 'x'.repeat(1000)])(
    'is a failure to read when it holds %j',
    (text) => {
      const file = path.join(makeFolder(), 'marker')
      fs.writeFileSync(file, text, { mode: 0o600 })
      expect(Result.isFailure(readMarker(file))).toBe(true)
    },
  )
})

const [exchange] = AVAILABLE
const dead = () => install(exchange!)
const proceeds = unanswered('PreToolUse', 'profile')
const blocks = unanswered('PreToolUse', 'enforce')

describe('with nobody to answer, the hook client', () => {
  it('lets a call proceed on the marker that was written for it', async () => {
    const client = dead()
    Result.getOrThrow(writeMarker(client.marker, 'profile'))
    expect(await run(client, 'PreToolUse', '{}')).toEqual(proceeds)
  })

  it.each([
    'enforce\n',
    'locked\n',
    '',
    '\n',
    'profile',
    ' profile\n',
    'profile \n x\n',
    'Profile\n',
    'profile\r\n',
    'enforce\nprofile\n',
    'xprofile\n',
    '\0profilex\n',
    '$(echo profile)\n',
    `${'profile'.repeat(100_000)}\n`,
  ])('blocks on %j', async (text) => {
    const client = dead()
    fs.writeFileSync(client.marker, text)
    expect(await run(client, 'PreToolUse', '{}')).toEqual(blocks)
  })

  it('blocks, and does not hang, when the marker is a folder, a FIFO, a device or a dead link', async () => {
    const makers: ReadonlyArray<(marker: string) => void> = [
      (marker) => fs.mkdirSync(marker),
      (marker) => void execFileSync('mkfifo', [marker]),
      (marker) => fs.symlinkSync('/dev/zero', marker),
      (marker) => fs.symlinkSync('/nonexistent', marker),
    ]
    for (const make of makers) {
      const client = dead()
      make(client.marker)
      expect(await run(client, 'PreToolUse', '{}')).toEqual(blocks)
    }
  })
})
