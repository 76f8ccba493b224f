// What the run needs from outside: Claude Code itself, from the npm registry, and this product as a
// user gets it, packed and installed. Both are kept in the cache folder of the checkout.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** The client that the scenarios were written against. */
const CLIENT_VERSION = '2.1.329'

const repository = path.resolve(import.meta.dirname, '../..')
const cache = path.join(repository, '.cache/e2e')

/** What cannot be had here, in one line; the run is skipped, not failed. */
export class Unavailable extends Error {}

export interface Client {
  readonly program: string
  readonly version: string
}

/** ISONAPSE_E2E_CLAUDE names a client that is there already; _VERSION another one to install. */
export const installClient = (): Client => {
  const given = process.env['ISONAPSE_E2E_CLAUDE']
  const wanted = process.env['ISONAPSE_E2E_CLAUDE_VERSION'] ?? CLIENT_VERSION
  const program = given ?? nativeProgram(path.join(cache, `client-${wanted}`), wanted)
  const asked = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 60_000 })
  const version = /^\d+\.\d+\.\d+/.exec(asked.stdout ?? '')?.[0]
  if (version === undefined)
    throw new Unavailable(`the client at ${program} does not run: ${lastLine(asked)}`)
  return { program: fs.realpathSync(program), version }
}

const nativeProgram = (folder: string, version: string): string => {
  const found = (): string | undefined => {
    const scope = path.join(folder, 'node_modules/@anthropic-ai')
    if (!fs.existsSync(scope)) return undefined
    return fs
      .readdirSync(scope)
      .map((name) => path.join(scope, name, 'claude'))
      .find((file) => fs.existsSync(file))
  }
  if (found() === undefined) {
    console.log(`installing Claude Code ${version} into ${path.relative(repository, folder)}`)
    // Its script only links the native program to another name; it asks for a newer Node by --force.
    npmInstall(folder, `@anthropic-ai/claude-code@${version}`, '--force', '--ignore-scripts')
  }
  const program = found()
  if (program === undefined)
    throw new Unavailable(
      `Claude Code has no native program for ${process.platform}-${process.arch}`,
    )
  return program
}

/** The installed `bin/isonapse.cjs`. With ISONAPSE_E2E_CHECKOUT set, the checkout's own. */
export const installProduct = (): string => {
  const entry = 'bin/isonapse.cjs'
  if (process.env['ISONAPSE_E2E_CHECKOUT'] !== undefined) return path.join(repository, entry)
  fs.mkdirSync(cache, { recursive: true })
  const packed = spawnSync(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', cache],
    {
      cwd: repository,
      encoding: 'utf8',
    },
  )
  if (packed.status !== 0) throw new Error(`npm pack: ${lastLine(packed)}`)
  const tarball = path.join(cache, packed.stdout.trim().split('\n').at(-1)!)
  const digest = createHash('sha256').update(contentOf(tarball)).digest('hex').slice(0, 16)
  const folder = path.join(cache, `product-${digest}`)
  const program = path.join(folder, 'node_modules/isonapse', entry)
  if (!fs.existsSync(program)) {
    for (const name of fs.readdirSync(cache))
      if (name.startsWith('product-')) fs.rmSync(path.join(cache, name), { recursive: true })
    console.log(`installing the packed product into ${path.relative(repository, folder)}`)
    npmInstall(folder, tarball)
  }
  return program
}

/** The tarball without gzip's header, which holds the time of packing. */
const contentOf = (tarball: string): Buffer => fs.readFileSync(tarball).subarray(10)

const npmInstall = (folder: string, ...what: ReadonlyArray<string>): void => {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n')
  const ran = spawnSync('npm', ['install', ...what, '--no-audit', '--no-fund', '--silent'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 600_000,
  })
  if (ran.status === 0) return
  fs.rmSync(folder, { recursive: true, force: true })
  throw new Unavailable(`npm install ${what[0]}: ${lastLine(ran)}`)
}

const lastLine = (ran: { readonly stderr?: string; readonly error?: Error }): string =>
  ran.error?.message ?? ran.stderr?.trim().split('\n').at(-1) ?? 'no word of why'
