// What the one-shot and the package export isonapse/gate can reach at all: their whole module graph,
// as the bundler sees it, asks node for files, paths and hashes, and for no network, process or timer.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as esbuild from 'esbuild'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

const graphOf = async (...entries: ReadonlyArray<string>) => {
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [...entries],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    logLevel: 'silent',
  })
  const files = Object.keys(metafile.inputs)
  const outside = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.flatMap((one) => (one.external === true ? [one.path] : [])),
  )
  return { files, outside: [...new Set(outside)].sort() }
}

/** Of a module that anything below it could reach the world by. */
const REACHING =
  /^(node:)?(net|tls|http2?|https|dns|dgram|child_process|worker_threads|cluster|timers|inspector|process)(\/|$)/

const NAMED =
  /Date\.now|new Date\(\)|\bperformance\.|setTimeout|setInterval|Math\.random|globalThis|process\.env/

/** The file without its comments and quoted texts. */
const codeOf = (file: string): string =>
  fs
    .readFileSync(path.join(root, file), 'utf8')
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '')

describe.each([
  ['the judgement', ['src/domain/oneShot/judgeOnce.ts'], []],
  [
    'the one-shot of the command',
    [
      'src/commands/oneShot/gate.ts',
      'src/commands/oneShot/judgedBy.ts',
      'src/commands/oneShot/readStream.ts',
    ],
    ['node:crypto', 'node:fs', 'node:module', 'node:path'],
  ],
  [
    'isonapse/gate',
    ['src/gate.ts'],
    ['node:crypto', 'node:fs', 'node:module', 'node:os', 'node:path'],
  ],
] as const)('the module graph of %s', (_, entries, allowed) => {
  it('asks node for what is listed alone, and names no clock, timer, chance or environment', async () => {
    const { files, outside } = await graphOf(...entries)
    expect(outside).toEqual(allowed)
    expect(outside.filter((name) => REACHING.test(name))).toEqual([])
    const ours = files.filter((file) => file.startsWith('src/') && file.endsWith('.ts'))
    expect(ours.length).toBeGreaterThan(50)
    const naming = ours.filter((file) => NAMED.test(codeOf(file)))
    // hookPath() is told by the environment; evaluate() has no part in it.
    expect(naming).toEqual(entries[0] === 'src/gate.ts' ? ['src/infra/paths.ts'] : [])
  })
})
