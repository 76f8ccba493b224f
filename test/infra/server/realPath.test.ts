import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { realPathOf } from '../../../src/infra/server/realPath.ts'
import { temporaryDir } from './plane.ts'

describe('where a path really leads', () => {
  it('is told for what exists and for what does not yet', () => {
    const dir = temporaryDir()
    fs.mkdirSync(path.join(dir, 'far/inner'), { recursive: true })
    fs.symlinkSync(path.join(dir, 'far/inner'), path.join(dir, 'link'))
    fs.symlinkSync('nowhere/at/all', path.join(dir, 'dangling'))
    fs.writeFileSync(path.join(dir, 'file'), '')
    const at = (text: string) => realPathOf(`${dir}/${text}`)
    expect(at('link')).toBe(`${dir}/far/inner`)
    expect(at('link/new')).toBe(`${dir}/far/inner/new`)
    expect(at('link/new/deep/er')).toBe(`${dir}/far/inner/new/deep/er`)
    expect(at('link/..')).toBe(`${dir}/far`)
    expect(at('link/../new')).toBe(`${dir}/far/new`)
    expect(at('none/a/b/c/d/e')).toBe(`${dir}/none/a/b/c/d/e`)
    expect(at('file/x')).toBe(`${dir}/file/x`)
    expect(realPathOf('/none-such/x')).toBe('/none-such/x')
    expect(realPathOf('/')).toBe('/')
    expect(at('link//new//x')).toBe(`${dir}/far/inner/new/x`)
  })

  it('is told through a link to what does not exist yet, which writing would make', () => {
    const dir = temporaryDir()
    fs.mkdirSync(path.join(dir, 'home/.ssh'), { recursive: true })
    fs.mkdirSync(path.join(dir, 'app'))
    fs.symlinkSync(path.join(dir, 'home/.ssh/authorized_keys'), path.join(dir, 'app/notes'))
    fs.symlinkSync('notes', path.join(dir, 'app/again'))
    fs.symlinkSync('../home/new', path.join(dir, 'app/folder'))
    const at = (text: string) => realPathOf(`${dir}/app/${text}`)
    expect(at('notes')).toBe(`${dir}/home/.ssh/authorized_keys`)
    expect(at('again')).toBe(`${dir}/home/.ssh/authorized_keys`)
    expect(at('folder/x/y')).toBe(`${dir}/home/new/x/y`)
    for (let n = 0; n < 20; n++) fs.symlinkSync(`hop${n + 1}`, path.join(dir, `app/hop${n}`))
    expect(at('hop18')).toBe(`${dir}/app/hop20`)
    expect(at('hop0')).toBeUndefined()
  })

  it('is not told where it goes in a circle, or further than a path can', () => {
    const dir = temporaryDir()
    fs.symlinkSync('loop', path.join(dir, 'loop'))
    expect(realPathOf(`${dir}/loop`)).toBeUndefined()
    expect(realPathOf(`${dir}/loop/x/y`)).toBeUndefined()
    expect(realPathOf(`${dir}/${'a'.repeat(300)}`)).toBeUndefined()
  })

  it('is the same for every depth of what does not exist', () => {
    const dir = temporaryDir()
    fs.mkdirSync(path.join(dir, 'real/a/b'), { recursive: true })
    fs.symlinkSync(path.join(dir, 'real'), path.join(dir, 'link'))
    for (let depth = 0; depth < 40; depth++) {
      const rest = 'x/'.repeat(depth)
      expect(realPathOf(`${dir}/link/a/b/${rest}end`)).toBe(`${dir}/real/a/b/${rest}end`)
    }
  })
})
