// The layers' import directions hold because the linter refuses the others: a planted violation of
// each rule must be found, and the same code in its right place must pass.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
let dir = ''

beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-lint-'))
  fs.copyFileSync(path.join(root, '.oxlintrc.json'), path.join(dir, '.oxlintrc.json'))
})
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }))

/** Rules that the linter names for a tree of planted files. */
const lint = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  fs.rmSync(path.join(dir, 'src'), { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(dir, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }
  const run = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--format', 'json', 'src'],
    { cwd: dir, encoding: 'utf8' },
  )
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: Array<{ code: string }> }
  return diagnostics.map((one) => one.code)
}

const IMPORTS = 'eslint(no-restricted-imports)'
const use = (specifier: string) => `import * as it from '${specifier}'\nexport const x = it\n`

describe('the import rules bite', () => {
  it.each([
    ['the domain and node', 'src/domain/a.ts', 'node:fs/promises'],
    ['the domain and infra', 'src/domain/merkle/a.ts', '../../infra/store/b.ts'],
    ['the domain and projections', 'src/domain/a.ts', '../projections/b.ts'],
    ['the domain and templates', 'src/domain/a.ts', '../templates/b.ts'],
    ['the domain and another hash library', 'src/domain/a.ts', '@noble/hashes/sha2.js'],
    ['the domain and effect’s barrel', 'src/domain/a.ts', 'effect'],
    ['the domain and a reader that is not pure', 'src/domain/a.ts', 'yaml'],
    ['projections and node', 'src/projections/a.ts', 'node:crypto'],
    ['projections and infra', 'src/projections/a.ts', '../infra/b.ts'],
    ['infra and commands', 'src/infra/store/a.ts', '../../commands/b.ts'],
    ['infra and oclif', 'src/infra/a.ts', '@oclif/core'],
    ['infra and effect’s barrel', 'src/infra/a.ts', 'effect'],
    ['commands and the store', 'src/commands/hook/a.ts', '../../infra/store/b.ts'],
    ['commands and the server', 'src/commands/hook/a.ts', '../../infra/server/b.ts'],
    ['commands and the database', 'src/commands/hook/a.ts', 'level'],
  ])('between %s', (_, file, specifier) => {
    expect(lint({ [file]: use(specifier) })).toContain(IMPORTS)
  })

  it.each(['process.pid', 'Buffer.alloc(1)', 'setTimeout(() => {}, 1)'])(
    'on %s in the domain and in projections',
    (code) => {
      for (const layer of ['domain', 'projections'])
        expect(lint({ [`src/${layer}/a.ts`]: `export const x = () => ${code}\n` })).toContain(
          'eslint(no-restricted-globals)',
        )
    },
  )

  it.each(['Date.now()', 'Math.random()'])('on %s in the domain and in projections', (code) => {
    for (const layer of ['domain', 'projections'])
      expect(lint({ [`src/${layer}/a.ts`]: `export const x = () => ${code}\n` })).toContain(
        'eslint(no-restricted-properties)',
      )
  })

  it('on a cycle', () => {
    const found = lint({
      'src/infra/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
      'src/infra/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n",
    })
    expect(found).toContain('import(no-cycle)')
  })

  it('and let the right directions pass', () => {
    const found = lint({
      'src/domain/a.ts': use('effect/Schema'),
      'src/projections/a.ts': use('../domain/a.ts'),
      'src/infra/a.ts': use('../projections/a.ts'),
      'src/commands/hook/a.ts': use('../../infra/control/b.ts'),
      'src/infra/control/b.ts': 'export const b = 1\n',
    })
    expect(found).toEqual([])
  })
})
