// The program `isonapse`: hands the command line to oclif and shows every failure in one form. It
// must never print a stack trace unless asked, and never leave output half-written.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { run } from '@oclif/core/run'
import { settings } from '@oclif/core/settings'
import { CommandFailure, debugLines, failureJson, failureLines } from './terminal/failure.ts'
import { safeJson } from './terminal/json.ts'
import { styleFor } from './terminal/style.ts'
import { failureOfUsage } from './terminal/usageErrors.ts'

/** package.json's name, version and oclif block, put in by the bundler. */
declare const __PACKAGE__: {
  readonly name: string
  readonly version: string
  readonly oclif: object
}

// A reader that went away (`| head`) has what it wanted.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    // A control plane that runs here listens for signals, and is to end in order.
    if (process.listenerCount('SIGTERM') > 0) process.kill(process.pid, 'SIGTERM')
    else process.exit(0)
  })

// The bundle is all there is: oclif must not look for TypeScript sources when NODE_ENV says test.
settings.enableAutoTranspile = false

const argv = process.argv.slice(2)
const ours = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv

/** oclif ends a command that asked for it (such as --help) by throwing. */
const exitOf = (error: unknown): number | undefined => {
  const { code, oclif } = error as { code?: unknown; oclif?: { exit?: number } }
  return code === 'EEXIT' ? (oclif?.exit ?? 0) : undefined
}

try {
  await run(argv, {
    root: import.meta.dirname,
    pjson: __PACKAGE__ as never,
    version: __PACKAGE__.version,
    // oclif would load modules that a file in the data folder names: whoever can write there, or says
    // where it is (XDG_DATA_HOME, or a home that sudo kept), would have root run them.
    userPlugins: false,
    devPlugins: false,
  })
} catch (error) {
  process.exitCode = exitOf(error) ?? show(error)
}

function show(error: unknown): number {
  const failure =
    error instanceof CommandFailure ? error : failureOfUsage(error, argv, commandIds())
  if (ours.includes('--json')) process.stdout.write(`${safeJson(failureJson(failure), 2)}\n`)
  process.stderr.write(failureLines(failure, styleFor(process.stderr, process.env)))
  if (ours.includes('--debug')) process.stderr.write(debugLines(failure))
  return failure.exit
}

/** Read only when something is wrong: oclif has its own copy, and lets nobody have it. */
function commandIds(): ReadonlyArray<string> {
  const file = path.join(import.meta.dirname, 'oclif.manifest.json')
  const { commands } = JSON.parse(fs.readFileSync(file, 'utf8')) as { commands: object }
  return Object.keys(commands)
}

// Whatever is still open (a terminal that was asked, a connection that hangs) must not keep a
// finished command from ending; what was written goes out first.
process.stdout.write('', () => process.exit())
