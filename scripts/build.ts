// Bundles the program into dist/: one entry per command, so that a command loads only what it needs,
// the daemon, and the package's exports; and oclif's manifest of the commands, so that none has to be
// loaded to know them. Native modules stay outside.
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import * as path from 'node:path'
import { Plugin } from '@oclif/core'
import * as esbuild from 'esbuild'

const root = path.resolve(import.meta.dirname, '..')
const source = path.join(root, 'src')
const dist = path.join(root, 'dist')

interface PackageJson {
  readonly name: string
  readonly version: string
  readonly oclif: { readonly commands: object }
}

const pkg = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as PackageJson

/** What oclif is told of the package: its root is dist, where the commands and the manifest are. */
const oclifPackage = {
  name: pkg.name,
  version: pkg.version,
  type: 'module',
  oclif: { ...pkg.oclif, commands: { strategy: 'pattern', target: './commands' } },
}

const walk = (dir: string): ReadonlyArray<string> =>
  fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name)
    return entry.isDirectory() ? walk(file) : entry.name.endsWith('.ts') ? [file] : []
  })

const commands = Object.fromEntries(
  [...walk(path.join(source, 'commands/hook')), path.join(source, 'commands/completion.ts')].map(
    (file) => [path.relative(source, file).replace(/\.ts$/, ''), file],
  ),
)

const shared: esbuild.BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: {
    __VERSION__: JSON.stringify(pkg.version),
    __PACKAGE__: JSON.stringify(oclifPackage),
  },
}

/**
 * Modules that oclif requires at once and needs late or never (help, templates, globs): evaluated at
 * their first use. A third of the start of a command was theirs.
 */
const LATE = [
  'ansis',
  'clean-stack',
  'cli-spinners',
  'ejs',
  'indent-string',
  'lilconfig',
  'minimatch',
  'string-width',
  'tinyglobby',
  'widest-line',
  'wrap-ansi',
]

const late: esbuild.Plugin = {
  name: 'late',
  setup(build) {
    const filter = new RegExp(`^(${LATE.join('|')})$`)
    build.onResolve({ filter }, ({ path: name, importer, pluginData }) =>
      importer.includes('@oclif/core') && pluginData !== 'now'
        ? { path: name, namespace: 'late', pluginData: path.dirname(importer) }
        : undefined,
    )
    build.onLoad({ filter, namespace: 'late' }, ({ path: name, pluginData: from }) => {
      const required = createRequire(`${from as string}/`)(name) as { __esModule?: boolean }
      return {
        resolveDir: from as string,
        contents: `let held
const now = () => (held ??= require(${JSON.stringify(name)}))
module.exports = new Proxy(function () {}, {
  get: (_, key) => key === '__esModule' ? ${required.__esModule === true} : now()[key],
  apply: (_, self, args) => now().apply(self, args),
})`,
      }
    })
  },
}

/**
 * What oclif traces itself with, and how it tells WSL from Linux: nothing here asks for either, and
 * they load terminals, streams and child processes.
 */
const UNUSED: Readonly<Record<string, string>> = {
  debug: 'module.exports = () => () => {}',
  'wsl-utils': 'export const isWsl = false',
}

const unused: esbuild.Plugin = {
  name: 'unused',
  setup(build) {
    const filter = new RegExp(`^(${Object.keys(UNUSED).join('|')})$`)
    build.onResolve({ filter }, ({ path: name, importer }) =>
      importer.includes('@oclif/core') ? { path: name, namespace: 'unused' } : undefined,
    )
    build.onLoad({ filter, namespace: 'unused' }, ({ path: name }) => ({
      contents: UNUSED[name]!,
    }))
  },
}

/**
 * Node's own modules as plain objects. Imported as ES modules each gets a facade that evaluates all
 * its getters, and so loads what nobody asked for: 4 ms of a command's start.
 */
const builtins: esbuild.Plugin = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path: name, kind }) =>
      kind === 'import-statement' ? { path: name, namespace: 'builtin' } : undefined,
    )
    build.onLoad({ filter: /^node:/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)})`,
    }))
  },
}

const forNode: esbuild.BuildOptions = {
  ...shared,
  platform: 'node',
  outdir: dist,
  external: ['level', 'classic-level', 'onnxruntime-node'],
  // oclif is CommonJS inside and asks for node's modules by require().
  banner: {
    js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
  metafile: true,
}

fs.rmSync(dist, { recursive: true, force: true })

const program = await esbuild.build({
  ...forNode,
  splitting: true,
  plugins: [late, unused, builtins],
  // Read by every entry, these small modules come in one file instead of a dozen.
  inject: [path.join(source, 'commands/terminal/together.ts')],
  entryPoints: { ...commands, main: path.join(source, 'commands/main.ts') },
})

// Each of these is one file: it starts at once, and what it shares with the commands is its own copy.
const alone = await esbuild.build({
  ...forNode,
  plugins: [builtins],
  entryPoints: {
    daemon: path.join(source, 'infra/server/daemon.ts'),
    launcher: path.join(source, 'infra/server/launcher.ts'),
    scanWorker: path.join(source, 'infra/sensitive/scanWorker.ts'),
    modelWorker: path.join(source, 'infra/intel/modelWorker.ts'),
    gate: path.join(source, 'gate.ts'),
    run: path.join(source, 'infra/run/run.ts'),
    statusline: path.join(source, 'commands/statusLineProgram.ts'),
  },
})

// The portable verifier stands alone, with nothing of node's: it runs in a browser.
await esbuild.build({
  ...shared,
  platform: 'browser',
  entryPoints: [path.join(source, 'infra/verifier/witness.ts')],
  outfile: path.join(dist, 'witness.js'),
})

const plugin = new Plugin({
  root: dist,
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  pjson: oclifPackage as never,
})
await plugin.load()
fs.writeFileSync(path.join(dist, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))

const outputs = [program, alone].flatMap(({ metafile }) => Object.values(metafile!.outputs))
const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0)
console.log(
  `dist: ${outputs.length} files, ${Math.round(bytes / 1024)} KB, ${Object.keys(commands).length} commands`,
)
