// What `npm run x` runs: the script of that name in the nearest package.json, with those before and
// after it, read as shell text in the package's folder. Whatever cannot be read stays the project's
// own code; a script that is read adds what it would do.
import { isWithin } from '../action/paths.ts'
import type { Source } from '../action/sources.ts'
import type { ProgramCall } from './programCall.ts'
import { asScript, respelled, type ShellWord, textOf } from './word.ts'

/** Folders that are looked at for a package.json, from the working directory upwards. */
const MOST_FOLDERS = 8

/** A script is one line of a manifest; one that is longer is not read. UTF-16 code units. */
const LONGEST = 8192

/** The scripts of a package.json by name; undefined for a text that is none. */
export const scriptsIn = (text: string): ReadonlyMap<string, string> | undefined => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const scripts = Object.hasOwn(value, 'scripts') ? (value as { scripts: unknown }).scripts : {}
  if (typeof scripts !== 'object' || scripts === null) return undefined
  return new Map(
    Object.entries(scripts).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

/** The run of a script of the project, by a package manager's word for it. */
export const runsScript = (
  call: ProgramCall,
  name: string | undefined,
  args: ReadonlyArray<ShellWord>,
): void => {
  const found = name === undefined || isElsewhere(call, args) ? undefined : manifestOf(call)
  const scripts = found?.source.text === undefined ? undefined : scriptsIn(found.source.text)
  if (name === undefined || found === undefined || scripts?.has(name) !== true) {
    const origin = found?.source.origin
    const from = origin === undefined ? {} : { origin }
    call.effect('exec', { program: call.name, ...from })
    call.opaque(origin === 'downloaded' ? 'remote-code' : 'project-code', from)
    return
  }
  call.effect('exec', { program: call.name })
  for (const part of [`pre${name}`, name, `post${name}`]) {
    const script = scripts.get(part)
    if (script !== undefined)
      runsPart(call, found, part, script, part === name ? handedOn(call, args) : [])
  }
}

/** What a manager runs of the project's own scripts while it does something else, such as installing. */
export const runsAlong = (call: ProgramCall, parts: ReadonlyArray<string>): void => {
  if (call.has('--ignore-scripts') || isElsewhere(call, [])) return
  const found = manifestOf(call)
  const scripts = found?.source.text === undefined ? undefined : scriptsIn(found.source.text)
  if (found === undefined || scripts === undefined) return
  for (const part of parts) {
    const script = scripts.get(part)
    if (script !== undefined) runsPart(call, found, part, script, [])
  }
}

/** `npm install` in a project, and `npm ci`. */
export const runsInstalled = (call: ProgramCall): void => runsAlong(call, INSTALLED)

const INSTALLED = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
]

/** `npm pack` and `npm publish`. */
export const runsPacked = (call: ProgramCall): void => runsAlong(call, PACKED)

const PACKED = ['prepublishOnly', 'prepack', 'prepare', 'postpack', 'publish', 'postpublish']

interface Manifest {
  readonly folder: string
  readonly path: string
  readonly source: Source
}

const runsPart = (
  call: ProgramCall,
  { folder, path, source }: Manifest,
  part: string,
  script: string,
  args: ReadonlyArray<ShellWord>,
): void => {
  if (script.length > LONGEST) {
    call.opaque('too-large')
    return
  }
  const text = [script, ...args.map((word) => asScript(respelled(word)))].join(' ')
  const span = spanOf(source.text ?? '', script)
  call.around.within(path, source, () => call.around.script(text, { cwd: folder, span }), {
    part,
    extended: args.length > 0,
  })
}

/** Where the script stands in its file; the whole file where it is written in another way. */
const spanOf = (text: string, script: string): { readonly start: number; readonly end: number } => {
  const spelled = JSON.stringify(script)
  const start = text.indexOf(spelled)
  return start < 0 ? { start: 0, end: text.length } : { start, end: start + spelled.length }
}

/** npm keeps for itself what looks like an option and stands before `--`. */
const isOwn = (call: ProgramCall, { text }: ShellWord): boolean =>
  /^c?npm$/.test(call.name) && text.startsWith('-')

const handedOn = (call: ProgramCall, args: ReadonlyArray<ShellWord>): ReadonlyArray<ShellWord> => {
  const dashes = args.findIndex(({ text }) => text === '--')
  if (dashes < 0) return args.filter((word) => !isOwn(call, word))
  return [...args.slice(0, dashes).filter((word) => !isOwn(call, word)), ...args.slice(dashes + 1)]
}

const ELSEWHERE =
  /^(?:-w|-ws|-F|-r|-C|--(?:workspaces?|filter|recursive|prefix|include-workspace-root)(?:=.*)?)$/

/** Another package of the workspace, or many: which one is not told by the working directory. */
const isElsewhere = (call: ProgramCall, args: ReadonlyArray<ShellWord>): boolean => {
  if (
    [...call.flagNames].some((flag) => flag !== '-C' && flag !== '--prefix' && ELSEWHERE.test(flag))
  )
    return true
  const dashes = args.findIndex(({ text }) => text === '--')
  return args
    .slice(0, dashes < 0 ? args.length : dashes)
    .some((word) => isOwn(call, word) && ELSEWHERE.test(word.text))
}

/** The nearest package.json at or above the working directory, no higher than the project. */
const manifestOf = (call: ProgramCall): Manifest | undefined => {
  let folder = call.directory
  const { project } = call.around.place
  for (let level = 0; folder !== undefined && level < MOST_FOLDERS; level++) {
    const path = `${folder === '/' ? '' : folder}/package.json`
    // One that this very command line wrote is not the one that lies there.
    if (call.around.writtenBy(path) !== undefined) return undefined
    const source = call.around.source(path)
    if (source === undefined) return undefined
    if (source.is !== 'missing') return { folder, path, source }
    if (folder === project || !isWithin(folder, project)) return undefined
    folder = folder.slice(0, Math.max(1, folder.lastIndexOf('/')))
  }
  return undefined
}

/** `npm run x`: the first operand is the script's name. */
export const runsNamed = (call: ProgramCall): void => {
  const [name, ...args] = call.operands
  if (name === undefined) return
  runsScript(call, textOf(name), args)
}

/** `npm test`, `yarn x`: the subcommand is the script's name. */
export const runsVerb = (call: ProgramCall): void => {
  const verb = textOf(call.verb)
  const name = verb !== undefined && Object.hasOwn(ALIASES, verb) ? ALIASES[verb] : verb
  runsScript(call, name, call.operands)
}

const ALIASES: Readonly<Record<string, string>> = { t: 'test', tst: 'test' }
