import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isNew, listed } from '../../../src/infra/integrity/listed.ts'
import { MOST_FILES } from '../../../src/infra/skills/findSkills.ts'
import type { SkillKind } from '../../../src/domain/skills/item.ts'
import { temporaryDir } from '../server/plane.ts'

const list = (files: Iterable<readonly [string, SkillKind | undefined]>, at: number) =>
  listed({ files: new Map(files), patterns: [], at })

describe('a file that is listed for the first time', () => {
  it('is new by its time, or where it would have been listed before', () => {
    const dir = temporaryDir()
    const made = (name: string): string => {
      const file = path.join(dir, name)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, 'x')
      return file
    }
    const skill = made('.claude/skills/a/SKILL.md')
    const plugin = made('.claude/plugins/p/skills/a/SKILL.md')
    const script = made('tools/hook.sh')
    const early = list([], Date.now() - 10_000)
    const late = list([], Date.now() + 10_000)
    for (const [file, kind] of [
      [skill, 'skill'],
      [plugin, 'plugin'],
      [script, 'hook'],
    ] as const) {
      expect(isNew(file, kind, early, early)).toBe(true)
      expect(isNew(file, kind, late, late)).toBe(file === skill)
    }
    // Of more than are listed any may have been there.
    const names = Array.from({ length: MOST_FILES }, (_, i) => path.join(dir, String(i)))
    const full = list(
      names.map((name) => [name, 'skill'] as const),
      Date.now() + 10_000,
    )
    expect(isNew(skill, 'skill', full, full)).toBe(false)
  })

  it('is known by where it really lies, and so are the folders above it', () => {
    const dir = temporaryDir()
    fs.mkdirSync(path.join(dir, 'real'))
    fs.writeFileSync(path.join(dir, 'real/a'), 'x')
    fs.symlinkSync('real', path.join(dir, 'link'))
    fs.symlinkSync('real/a', path.join(dir, 'b'))
    const { names, folders } = list(
      [
        [path.join(dir, 'link/a'), undefined],
        [path.join(dir, 'b'), undefined],
        [path.join(dir, 'real/a'), undefined],
        [path.join(dir, 'none/c'), undefined],
      ],
      0,
    )
    expect([...names]).toEqual([
      [path.join(dir, 'real/a'), [path.join(dir, 'link/a'), path.join(dir, 'b')]],
    ])
    expect(folders.has(path.join(dir, 'link')) && folders.has(dir) && folders.has('/')).toBe(true)
  })
})
