// Bundles the program into dist/: one entry per command, so that a command loads only what it needs,
// the daemon, and the package's exports. Native modules stay outside.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as esbuild from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const commandsDir = path.join(root, 'src/commands/hook')

const walk = (dir: string): ReadonlyArray<string> =>
  fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name)
    return entry.isDirectory() ? walk(file) : entry.name.endsWith('.ts') ? [file] : []
  })

const commands = Object.fromEntries(
  walk(commandsDir).map((file) => [
    path.relative(path.join(root, 'src'), file).replace(/\.ts$/, ''),
    file,
  ]),
)

const shared: esbuild.BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'node22',
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { __VERSION__: JSON.stringify(readPackage().version) },
}

function readPackage(): { readonly version: string } {
  return JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
}

fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true })
const built = await esbuild.build({
  ...shared,
  platform: 'node',
  splitting: true,
  outdir: path.join(root, 'dist'),
  external: ['level', 'classic-level'],
  entryPoints: {
    ...commands,
    main: path.join(root, 'src/commands/main.ts'),
    daemon: path.join(root, 'src/infra/server/daemon.ts'),
    gate: path.join(root, 'src/gate.ts'),
  },
  // oclif is CommonJS inside and asks for node's modules by require().
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  metafile: true,
})

// The portable verifier stands alone, with nothing of node's: it runs in a browser.
await esbuild.build({
  ...shared,
  platform: 'browser',
  entryPoints: [path.join(root, 'src/infra/verifier/witness.ts')],
  outfile: path.join(root, 'dist/witness.js'),
})

const bytes = Object.values(built.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0)
console.log(`dist: ${Object.keys(built.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB`)
