// The program as root lays it down: the package as it runs now, the node that it runs with, and the
// modules that the bundle leaves outside. What is read here is what this very process was started from:
// whoever can change that can have changed what root is running already.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { type HardenRoots, placesOf } from './places.ts'

export interface Source {
  /** The package's folder. */
  readonly root: string
  /** The running node, absolute. */
  readonly node: string
  readonly version: string
}

/** Of the package. */
const PARTS = ['bin', 'dist', 'package.json', 'policy.schema.json'] as const
/** Native, and so not in the bundle; models and their runtime are not among them. */
const MODULES = ['level'] as const
/** A cycle of folders would be longer. */
const DEEPEST = 16

/** Replaces the program whole: a crash leaves the old one, the new one, or neither, never a mixture. */
export const copyProgram = (
  { root, node }: Source,
  roots: HardenRoots,
): Result.Result<void, FileFailure | ControlFailure> =>
  Result.gen(function* () {
    const modules = yield* modulesOf(root)
    const { app, node: nodeCopy } = placesOf(roots, '-')
    return yield* Result.try({
      try: () => {
        const fresh = `${app}.new`
        fs.rmSync(fresh, { recursive: true, force: true })
        makeDir(fresh)
        for (const part of PARTS)
          if (fs.existsSync(path.join(root, part)))
            copy(path.join(root, part), path.join(fresh, part))
        makeDir(path.join(fresh, 'node_modules'))
        for (const [name, dir] of modules) {
          const to = path.join(fresh, 'node_modules', name)
          makeDir(path.dirname(to))
          copy(dir, to)
        }
        copyFile(node, `${nodeCopy}.new`, 0o755)
        fs.renameSync(`${nodeCopy}.new`, nodeCopy)
        fs.rmSync(app, { recursive: true, force: true })
        fs.renameSync(fresh, app)
      },
      catch: (error) => failureOf(app, 'copy the program there', error),
    })
  })

/** Every module that must be there, by name: those of the bundle, and all that they need. */
const modulesOf = (root: string): Result.Result<ReadonlyMap<string, string>, ControlFailure> => {
  const found = new Map<string, string>()
  const wanted: Array<readonly [string, string]> = MODULES.map((name) => [name, root])
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const [name, from] = next
    if (found.has(name)) continue
    const dir = moduleDir(name, from)
    if (dir === undefined)
      return Result.fail(
        new ControlFailure({
          kind: 'program-incomplete',
          message: `the module ${name} is not where the program is installed (${root})`,
          remedy: 'install isonapse anew',
          exit: 1,
        }),
      )
    found.set(name, dir)
    const { dependencies = {} } = JSON.parse(
      fs.readFileSync(path.join(dir, 'package.json'), 'utf8'),
    ) as { readonly dependencies?: Readonly<Record<string, string>> }
    for (const each of Object.keys(dependencies)) wanted.push([each, dir])
  }
  return Result.succeed(found)
}

/** As node looks for it: in the folders above. */
const moduleDir = (name: string, from: string): string | undefined => {
  for (let at = from; ; at = path.dirname(at)) {
    const dir = path.join(at, 'node_modules', name)
    if (fs.existsSync(path.join(dir, 'package.json'))) return dir
    if (at === path.dirname(at)) return undefined
  }
}

/** The mask must not take anything from it: every user runs it. */
const makeDir = (dir: string): void => {
  fs.mkdirSync(dir, { recursive: true })
  fs.chmodSync(dir, 0o755)
}

/** Files and folders; links (of commands, in node_modules/.bin) are left out. */
const copy = (from: string, to: string, depth = 0): void => {
  const stat = fs.lstatSync(from)
  if (stat.isFile()) return copyFile(from, to, (stat.mode & 0o111) === 0 ? 0o644 : 0o755)
  if (!stat.isDirectory() || depth > DEEPEST) return
  makeDir(to)
  for (const name of fs.readdirSync(from))
    // Those are copied by name, each once.
    if (name !== 'node_modules') copy(path.join(from, name), path.join(to, name), depth + 1)
}

const copyFile = (from: string, to: string, mode: number): void => {
  fs.rmSync(to, { force: true })
  fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE)
  fs.chmodSync(to, mode)
}
