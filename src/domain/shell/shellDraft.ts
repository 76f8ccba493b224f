// From shell text to the effects of running it: every simple command through the program table, its
// redirections, and what flows from one command of a pipeline into another.
import type { Capability } from '../action/action.ts'
import { capability } from '../action/capability.ts'
import type { CallDraft, EffectDraft } from '../action/draft.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { baseName, isWithin, normalise, zoneOf } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import { MOST_SOURCES, NO_SOURCES, type Source, type Sources } from '../action/sources.ts'
import { specialZoneOf } from '../action/zones.ts'
import type { Binding } from './bindings.ts'
import { databaseHosts } from './databaseAddress.ts'
import { behave, behaviourPath, onlyAsks } from './behaviour.ts'
import { Flows } from './flows.ts'
import { asDeclared, type DeclaredTask } from './declaredTasks.ts'
import { absolutePath, isStream, unresolvedPath } from './pathEffects.ts'
import type { CompiledBehaviour } from './program.ts'
import { FETCHERS, type InnerChange, ProgramCall } from './programCall.ts'
import { programNamed, programsMatching } from './programs/table.ts'
import { readScript } from './read.ts'
import type { ScriptReading, SimpleCommand, Stdin } from './reading.ts'
import { tellAssignment } from './loaders.ts'
import { isTextProgram } from './textPrograms.ts'
import {
  type CommandRange,
  headOf,
  literalWord,
  type ShellWord,
  tailOf,
  textOf,
  UNKNOWN,
} from './word.ts'
import type { WrittenFile } from './writtenFiles.ts'

const DEPTH_LIMIT = 12
const EFFECT_LIMIT = 4000
/** Words of one command that are read: a path of thousands is a list, not a line somebody wrote. */
const WORD_LIMIT = 4096
/** Texts that one call has read: options that each hold a command may be thousands. */
const READING_LIMIT = 512
/** Readings of files that a call runs, and their text in UTF-16 code units. */
const MOST_READINGS = 64
const MOST_READ_AGAIN = 160 * 1024

/** `tool` names the capabilities: `tool:Bash:git:push`. The text runs in `place.cwd`. */
export const shellDraft = (
  text: string,
  place: Place,
  tool: string,
  sources: Sources = NO_SOURCES,
): CallDraft => {
  const run = new ShellRun(place, tool, sources)
  // A call has no positional words: `$1` is nothing.
  run.script(text, place.cwd, place.home, 0, undefined, { args: [] })
  return run.finish()
}

/** What puts bytes into a file that no file of the project held before. */
const AUTHORS = new Set([...FETCHERS, 'redirection', 'tee', 'dd', 'base64', 'xxd', 'openssl'])

/** Program text that writes a file makes it what no file of the project was. */
const INTERPRETER = /^(?:i?python|pypy|node|nodejs|bun|deno|tsx|ts-node|ruby|perl|php)[\d.]*$/

/** Where a command stands: in which reading, and in which flow of it. */
interface At {
  readonly reading: ScriptReading
  readonly home: string
  readonly depth: number
  readonly tag: string
  readonly flow: string
  readonly index: number
  /** Names the command among all that are read. */
  readonly id: string
}

/** The command that runs a script. */
interface Outer {
  readonly command: SimpleCommand
  readonly flow: string
  readonly id: string
}

/** What writes to one file, other than programs that leave its text as it is or copy a known one. */
const rewrites = ({ by, path, reach }: EffectDraft, { cwd }: SimpleCommand): boolean =>
  !KEEPERS.has(by ?? '') && reach !== 'all' && path !== cwd

/** What writes to a file and leaves its text as it is, or one that is known. */
const KEEPERS = new Set('chmod chown chgrp touch cp mv ln install git setfacl xattr'.split(' '))

class ShellRun {
  private readonly place: Place
  private readonly tool: string
  private readonly effects: Array<EffectDraft> = []
  private readonly capabilities: Array<Capability> = []
  private readonly flows = new Flows()
  /** Flows into which something comes from the network. */
  private readonly fetching = new Set<string>()
  private readonly written: Array<{ readonly path: string; readonly by: string | undefined }> = []
  /** Text of files that the scripts read so far have written; undefined where it is not known. */
  private readonly texts = new Map<string, string | undefined>()
  /** Copies and links that they made, by where these lie: never of a copy, so that no ring closes. */
  private readonly copies = new Map<string, string>()
  private readonly sources: Sources
  private readonly wants = new Set<string>()
  private readonly flags = new Map<Capability, Set<string>>()
  /** Files that are being read, the innermost last: effects stand in that one. */
  private readonly files: Array<{
    readonly path: string
    readonly source: Source
    readonly task: DeclaredTask | undefined
  }> = []
  /** Files read so far and their text, the same file each time it is read again. */
  private opened = { files: 0, text: 0 }
  private readings = 0
  private full = false

  constructor(place: Place, tool: string, sources: Sources) {
    this.place = place
    this.tool = tool
    this.sources = sources
  }

  finish(): CallDraft {
    this.effects.push(...this.flows.leaks())
    const { capabilities, effects, flags } = this
    return { capabilities, effects, flags, wants: [...this.wants] }
  }

  /** The text of a file that would run; asks for it where it was not given. */
  private source(path: string): Source | undefined {
    const text = this.texts.get(path)
    if (text !== undefined) return { is: 'text', text, origin: 'written' }
    const from = this.copies.get(path)
    if (from !== undefined) return this.source(from)
    const source = this.sources.get(path)
    if (source === undefined && this.wants.size < MOST_SOURCES) this.wants.add(path)
    return source
  }

  private within(
    path: string,
    source: Source,
    read: () => void,
    task: DeclaredTask | undefined,
  ): boolean {
    // A file that has written itself anew is another one by now.
    const open = this.files.some(
      (file) =>
        file.path === path && file.task?.part === task?.part && file.source.text === source.text,
    )
    if (open) return false
    const { files, text } = this.opened
    this.opened = { files: files + 1, text: text + (source.text?.length ?? 0) }
    // Files that each run the next one twice are few, and their readings without end.
    if (files >= MOST_READINGS || text >= MOST_READ_AGAIN) {
      this.emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
      return false
    }
    this.files.push({ path, source, task })
    read()
    this.files.pop()
    return true
  }

  /** Reads text that runs in a shell of its own; `outer` is the command that runs it. */
  script(
    text: string,
    cwd: string | undefined,
    home: string,
    depth: number,
    outer: Outer | undefined,
    { inFile = false, self, args }: InnerChange = {},
    input?: Stdin,
  ): void {
    if (depth > DEPTH_LIMIT || this.readings >= READING_LIMIT) {
      this.emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
      return
    }
    const reading = readScript(text, {
      home,
      cwd,
      project: this.place.project,
      self,
      args,
      input,
      environment: outer === undefined ? undefined : environmentOf(outer.command),
      textAt: (path) => this.texts.get(path) ?? this.sources.get(path)?.text,
    })
    const tag = `${this.readings++}`
    const by = outer?.command
    for (const { why, certainty, span } of reading.unread)
      this.emit({ kind: 'opaque', why, certainty, span: inFile ? span : (by?.span ?? span) })
    if (reading.forkBomb)
      this.emit({ kind: 'destroy.system', name: 'fork-bomb', certainty: 'possible' })
    for (const [index, command] of reading.commands.entries()) {
      const flow = `${tag}.${command.flow}`
      if (outer !== undefined) this.flows.within(flow, outer.flow, outer.id)
      this.command(by === undefined ? command : within(command, by, inFile), {
        reading,
        home,
        depth,
        tag,
        flow,
        index,
        id: `${tag}:${index}`,
      })
    }
  }

  private emit(told: EffectDraft): void {
    const file = this.files.at(-1)
    const origin = this.files.findLast(({ source }) => source.origin !== undefined)?.source.origin
    const declared =
      file !== undefined &&
      origin === undefined &&
      this.files.every(
        ({ path, task }) => task !== undefined || isWithin(path, this.place.project),
      )
    const extended = declared && this.files.some(({ task }) => task?.extended === true)
    const effect: EffectDraft =
      file === undefined
        ? told
        : {
            ...(declared ? asDeclared(told, extended) : told),
            in: file.path,
            ...(origin === undefined ? {} : { origin }),
          }
    if (this.effects.length < EFFECT_LIMIT) this.effects.push(effect)
    else if (!this.full) {
      this.full = true
      this.effects.push({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
    }
  }

  private command(command: SimpleCommand, at: At): void {
    this.inflows(command, at)
    const own = command.words.length > 0 ? this.program(command.words, command, at) : undefined
    this.redirections(command, at, own)
    this.variables(command, at)
    this.shows(command, at)
    for (const file of command.wrote ?? []) this.wrote(file)
    if (command.background && command.words.length > 0)
      this.emit({
        kind: 'spawn',
        name: 'background',
        certainty: command.certainty,
        span: command.span,
      })
  }

  private wrote({ path, text, from }: WrittenFile): void {
    this.texts.set(path, text)
    this.copies.delete(path)
    if (from !== undefined && from !== path) this.copies.set(path, this.copies.get(from) ?? from)
    // What it holds is known now, whoever wrote there before.
    const known = this.written.findIndex((one) => one.path === path)
    if (known >= 0 && text !== undefined && !text.includes(UNKNOWN)) this.written.splice(known, 1)
  }

  /** Secrets that reach a command by variables and by the text on its input. */
  private inflows({ stdin, words, assignments }: SimpleCommand, at: At): void {
    const told = [
      ...words.filter((word, index) => !isHeader(word, words[index - 1])),
      ...assignments.map(({ value }) => value),
      ...(stdin.from === 'text' ? [stdin] : stdin.from === 'file' ? [stdin.file] : []),
    ]
    for (const { secret, source } of told)
      if (secret !== undefined || this.holdsSecret(source, at)) {
        this.flows.secret(at.flow, at.id)
        return
      }
  }

  private holdsSecret(range: CommandRange | undefined, { reading, tag }: At): boolean {
    if (range === undefined) return false
    for (const { flow } of reading.commands.slice(range.start, range.end))
      if (this.flows.holdsSecret(`${tag}.${flow}`)) return true
    return false
  }

  /** A credential of the environment that is printed where everybody reads it. */
  private shows(command: SimpleCommand, { reading, index }: At): void {
    const { words, stdin, certainty, span, group, redirections } = command
    const name = textOf(words[0]) ?? ''
    const secret = PRINTERS.has(name)
      ? words.find((word) => word.secret !== undefined)?.secret
      : isTextProgram(name) && stdin.from === 'text'
        ? stdin.secret
        : undefined
    if (secret === undefined || group !== 0 || redirections.some(({ does }) => does === 'write'))
      return
    const last = reading.commands.findLast(
      (one) => one.stdin.from === 'pipe' && one.stdin.start <= index && index < one.stdin.end,
    )
    if (last === undefined || isTextProgram(textOf(last.words[0]) ?? ''))
      this.emit({ kind: 'secret.read', name: secret, certainty, span })
  }

  /** A file that this script wrote is no file that the project held. */
  private writtenBy(path: string): OpaqueCode | undefined {
    const exact = this.written.some((one) => one.path === path)
    if (!exact && this.texts.get(path) !== undefined) return undefined
    for (const { path: written, by } of this.written) {
      const fetched = by !== undefined && FETCHERS.has(by)
      if (path === written || (fetched && isWithin(path, written)))
        return fetched ? 'remote-code' : 'dynamic-command'
    }
    return undefined
  }

  private emitter({ flow, id }: At, command: SimpleCommand) {
    return (effect: EffectDraft): void => {
      this.emit(effect)
      const { kind, path } = effect
      const by = effect.by ?? ''
      if (kind === 'net.fetch' && FETCHERS.has(by)) this.fetching.add(flow)
      if (kind === 'fs.read' && path !== undefined && this.writtenBy(path) === 'remote-code')
        this.fetching.add(flow)
      if (kind === 'fs.write' && path !== undefined) {
        // What a flow from the network leaves behind is the network's, whoever writes it.
        if (this.fetching.has(flow) && !FETCHERS.has(by))
          this.written.push({ path, by: FROM_NETWORK })
        else if (FETCHERS.has(by)) this.written.push(...downloads(path, by, command))
        else if (AUTHORS.has(by) || INTERPRETER.test(by) || rewrites(effect, command))
          this.written.push({ path, by })
        this.flows.writing(flow, path)
      }
      if (kind === 'secret.read') this.flows.secret(flow, id)
      else if (kind === 'fs.read' && path !== undefined && effect.shallow !== true) {
        const read = effect.pattern ?? path
        if (specialZoneOf(read, this.place.home) === 'secret' || this.flows.isSecretFile(path))
          this.flows.secret(flow, id)
      } else if (kind === 'net.send') this.flows.sending(flow, id, effect)
    }
  }

  private program(words: ReadonlyArray<ShellWord>, command: SimpleCommand, at: At): Capability {
    const [first, ...args] = words.slice(0, WORD_LIMIT)
    if (words.length > WORD_LIMIT)
      this.emit({ kind: 'opaque', why: 'too-large', certainty: command.certainty })
    const written = first === undefined ? '' : textOf(first)
    const row = written === undefined ? undefined : this.rowOf(written, command)
    const name = written === undefined ? '' : baseName(written)
    const path = row === undefined ? undefined : behaviourPath([name], args, row)
    const own =
      written === undefined
        ? capability(this.tool, 'dynamic')
        : path === undefined
          ? capability(this.tool, this.shownName(written, command.cwd))
          : capability(this.tool, ...path.segments)
    this.capabilities.push(own)
    const call = this.callOf(name, path?.args ?? args, own, command, at)
    if (first?.is === 'glob') this.matching(first, args, command, at)
    if (written === undefined) {
      call.effect('exec')
      call.opaque(call.fedByNetwork(first?.source) ? 'remote-code' : 'dynamic-command')
    } else if (path === undefined) this.unknown(call, written)
    else {
      try {
        behave(call, path, row?.sub !== undefined)
      } catch {
        // A defect of one row must not let the call through unread, nor take the others along.
        call.opaque('reader-failed')
      }
    }
    if (command.assignments.length > 0)
      for (const host of databaseHosts(command.assignments))
        call.effect('net.fetch', { host, certainty: 'possible' })
    this.usedWith(own, call.flagNames)
    return own
  }

  /** One of several uses says nothing for the others: what is not in each of them is marked with `?`. */
  /** By its name, or by where it lies however that is written. */
  private rowOf(written: string, { cwd }: SimpleCommand): CompiledBehaviour | undefined {
    if (!written.includes('/')) return programNamed(written)
    const path = absolutePath(written, cwd)
    return path === undefined ? programNamed(written) : programNamed(this.copies.get(path) ?? path)
  }

  private callOf(
    name: string,
    args: ReadonlyArray<ShellWord>,
    own: Capability | undefined,
    command: SimpleCommand,
    at: At,
  ): ProgramCall {
    const { reading, home, depth } = at
    const emit = this.emitter(at, command)
    const call: ProgramCall = new ProgramCall(name, args, own, {
      place: this.place,
      home,
      commands: reading.commands,
      command,
      index: at.index,
      outputs: reading.outputs,
      holdsSecret: (range) => this.holdsSecret(range, at),
      emit,
      knows: (name) => programNamed(name) !== undefined,
      writtenBy: (path) => this.writtenBy(path),
      inner: (inner, change = {}) => {
        if (depth >= DEPTH_LIMIT) emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
        else if (inner.length > 0)
          this.program(inner, changed(command, change), { ...at, depth: depth + 1 })
      },
      script: (text, change = {}) => {
        const outer = changed(command, change)
        const { flow, id } = at
        const input = change.drained === true ? undefined : inputFor(command, reading, call)
        this.script(text, outer.cwd, home, depth + 1, { command: outer, flow, id }, change, input)
      },
      source: (path) => this.source(path),
      within: (path, source, read, task) => this.within(path, source, read, task),
    })
    return call
  }

  /** A program named by a pattern is any that the pattern matches. */
  private matching(
    { text }: ShellWord,
    args: ReadonlyArray<ShellWord>,
    command: SimpleCommand,
    at: At,
  ): void {
    if (at.depth >= DEPTH_LIMIT) return
    const possible: SimpleCommand = { ...command, certainty: 'possible' }
    for (const name of programsMatching(text))
      this.program([literalWord(name), ...args], possible, { ...at, depth: at.depth + 1 })
  }

  private usedWith(own: Capability, flags: ReadonlySet<string>): void {
    const known = this.flags.get(own)
    if (known === undefined) {
      this.flags.set(own, new Set(flags))
      return
    }
    for (const flag of known)
      if (!flag.endsWith('?') && !flags.has(flag)) {
        known.delete(flag)
        known.add(`${flag}?`)
      }
    for (const flag of flags) if (!known.has(flag)) known.add(`${flag}?`)
  }

  /** A program without a row: a file by its path, or a name that nothing here describes. */
  private unknown(call: ProgramCall, written: string): void {
    if (!written.includes('/')) {
      if (onlyAsks(call.args) || call.around.command.alias === true) return
      call.exec('unknown-program')
      this.ordinaryPaths(call)
      return
    }
    const path = call.pathOf(literalWord(written))
    const shown = this.shownName(written, call.directory)
    call.runPath(path, undefined, call.args, shown, unresolvedPath(written, call.directory))
    this.ordinaryPaths(call)
  }

  /** Whatever an unknown program does with them, arguments that name special files are noted. */
  private ordinaryPaths(call: ProgramCall): void {
    for (const word of call.args) {
      const path = word.text.startsWith('-') ? undefined : call.pathOf(word)
      if (path === undefined) continue
      const zone = zoneOf(path, this.place)
      if (zone === 'secret') call.effect('fs.read', { path, certainty: 'possible' })
      if (zone === 'gate') call.effect('fs.write', { path, certainty: 'possible' })
    }
  }

  /** A program's name as a capability may hold it: no home path, no user's name. */
  private shownName(written: string, cwd: string | undefined): string {
    if (!written.includes('/')) return written
    const path =
      written.startsWith('/') || cwd === undefined ? written : normalise(`./${written}`, cwd, '/')
    const { project, home } = this.place
    if (path.startsWith(`${project}/`)) return `./${path.slice(project.length + 1)}`
    return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
  }

  private redirections(command: SimpleCommand, at: At, reader: Capability | undefined): void {
    if (command.redirections.length === 0) return
    const emit = this.emitter(at, command)
    for (const { does, target } of command.redirections) {
      const network = /^\/dev\/(?:tcp|udp)\/([^/]+)/.exec(headOf(target))
      if (network !== null) {
        const host = network[1]!
        emit({
          kind: does === 'read' ? 'net.fetch' : 'net.send',
          host,
          certainty: command.certainty,
          span: command.span,
        })
        continue
      }
      if (target.is === 'literal' && isStream(target.text)) continue
      const own =
        does === 'read' && reader !== undefined
          ? reader
          : capability(this.tool, does, this.zoneName(target, command))
      if (own !== reader) this.capabilities.push(own)
      const call = this.callOf('redirection', [], own, command, at)
      call.path(does === 'write' ? 'fs.write' : 'fs.read', target)
    }
  }

  private zoneName(target: ShellWord, { cwd }: SimpleCommand): string {
    const text = textOf(target)
    const path = text === undefined ? undefined : absolutePath(text, cwd)
    return path === undefined ? 'unknown' : zoneOf(path, this.place)
  }

  /** Variables that make later programs load or run other code. */
  private variables(command: SimpleCommand, at: At): void {
    const { assignments, words } = command
    const name = textOf(words[0])
    const exported = name === 'export' || name === 'declare' || name === 'typeset'
    const set = exported
      ? words.slice(1).flatMap((word) => {
          const equals = word.text.indexOf('=')
          return equals <= 0
            ? []
            : [{ name: word.text.slice(0, equals), value: tailOf(word, equals + 1) }]
        })
      : assignments
    for (const one of set)
      tellAssignment(
        this.callOf(textOf(words[0]) ?? '', [], undefined, command, at),
        one.name,
        one.value,
      )
  }
}

const within = (command: SimpleCommand, outer: SimpleCommand, inFile: boolean): SimpleCommand => ({
  ...command,
  certainty: outer.certainty === 'possible' ? 'possible' : command.certainty,
  span: inFile ? command.span : outer.span,
})

const changed = (command: SimpleCommand, change: InnerChange): SimpleCommand => ({
  ...command,
  ...('cwd' in change ? { cwd: change.cwd } : {}),
  ...(change.span === undefined ? {} : { span: change.span }),
  certainty: change.certainty === 'possible' ? 'possible' : command.certainty,
})

/** Variables that a program which the command starts gets from the script. */
const environmentOf = ({
  environment,
  assignments,
  words,
}: SimpleCommand): ReadonlyMap<string, Binding> | undefined =>
  assignments.length === 0 || words.length === 0
    ? environment
    : new Map([
        ...(environment ?? []),
        ...assignments.map(({ name, value }) => [name, value] as const),
      ])

/** What a script finds on the standard input that it has from the command which runs it. */
const inputFor = (
  { stdin, certainty, cwd }: SimpleCommand,
  { outputs }: ScriptReading,
  call: ProgramCall,
): Stdin => {
  if (stdin.from === 'none') return stdin
  if (stdin.from === 'file') return stdin.file.source === undefined ? stdin : SOMETHING
  const text = outputs.ofInput({ stdin, certainty, cwd }) ?? UNKNOWN
  const fetched = stdin.from === 'pipe' ? call.fedByNetwork(stdin) : stdin.fetched === true
  return { from: 'text', text, ...(fetched ? { fetched } : {}) }
}

const SOMETHING: Stdin = { from: 'text', text: UNKNOWN }

const FROM_NETWORK = 'curl'

/** `wget URL` writes into the folder a file that the URL names, no more. */
const downloads = (
  path: string,
  by: string,
  { cwd, words }: SimpleCommand,
): ReadonlyArray<{ readonly path: string; readonly by: string }> => {
  if (path !== cwd || (by !== 'wget' && by !== 'curl')) return [{ path, by }]
  const names = words.flatMap((word) => {
    const name = /^https?:\/\/[^?#]*\/([^/?#]+)(?:[?#]|$)/.exec(textOf(word) ?? '')?.[1]
    return name === undefined ? [] : [name]
  })
  const urls = words.filter((word) => word.text.includes('://')).length
  return names.length === 0 || names.length < urls
    ? [{ path, by }]
    : names.map((name) => ({ path: `${path}/${name}`, by }))
}

const PRINTERS = new Set(['echo', 'printf', 'print'])

/** `Authorization: …`: who asks for something says who it is. */
const isHeader = (word: ShellWord, before: ShellWord | undefined): boolean =>
  /^(?:-H\s*|--header[= ])?(?:proxy-)?(?:authorization|[\w-]*(?:token|key|auth|secret)[\w-]*)\s*:/i.test(
    word.text,
  ) || /^(?:-u|--user|--oauth2-bearer)$/.test(before?.text ?? '')
