// From shell text to the effects of running it: every simple command through the program table, its
// redirections, and what flows from one command of a pipeline into another.
import { isLoopback } from '../action/hosts.ts'
import type { Capability } from '../action/action.ts'
import { capability } from '../action/capability.ts'
import type { CallDraft, EffectDraft } from '../action/draft.ts'
import { baseName, normalise, zoneOf } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import { NO_SOURCES, type Sources } from '../action/sources.ts'
import { specialZoneOf } from '../action/zones.ts'
import { noteWrite } from './authorship.ts'
import { databaseHosts } from './databaseAddress.ts'
import { behave, behaviourPath, onlyAsks } from './behaviour.ts'
import { Flows } from './flows.ts'
import { OpenFiles } from './openFiles.ts'
import { asPartOf, changed, environmentOf, inputFor } from './outerCommand.ts'
import { absolutePath, isStream, unresolvedPath } from './pathEffects.ts'
import type { CompiledBehaviour } from './program.ts'
import { FETCHERS } from './fetchers.ts'
import { FilesOfRun } from './filesOfRun.ts'
import type { InnerChange } from './callSurroundings.ts'
import { ProgramCall } from './programCall.ts'
import { programNamed, programsMatching } from './programs/table.ts'
import { readScript } from './read.ts'
import type { SimpleCommand, Stdin } from './reading.ts'
import { type At, Secrets } from './secrets.ts'
import { tellAssignment } from './loaders.ts'
import { headOf, literalWord, type ShellWord, tailOf, textOf } from './word.ts'
import { StandIns } from './standIns.ts'

const DEPTH_LIMIT = 12
const EFFECT_LIMIT = 2000
/** Words of one command that are read: a path of thousands is a list, not a line somebody wrote. */
const WORD_LIMIT = 1024
/** Texts that one call has read: options that each hold a command may be thousands. */
const READING_LIMIT = 512

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

/** The command that runs a script. */
interface Outer {
  readonly command: SimpleCommand
  readonly flow: string
  readonly id: string
}

class ShellRun {
  private readonly place: Place
  private readonly tool: string
  private readonly effects: Array<EffectDraft> = []
  private readonly capabilities: Array<Capability> = []
  private readonly flows = new Flows()
  private readonly secrets = new Secrets(this.flows)
  /** Flows into which something comes from the network. */
  private readonly fetching = new Set<string>()
  private readonly ofRun: FilesOfRun
  private readonly flags = new Map<Capability, Set<string>>()
  private readonly files: OpenFiles
  private readings = 0
  private full = false

  constructor(place: Place, tool: string, sources: Sources) {
    this.place = place
    this.tool = tool
    this.ofRun = new FilesOfRun(sources)
    this.files = new OpenFiles(place)
  }

  finish(): CallDraft {
    this.effects.push(...this.flows.leaks())
    const { capabilities, effects, flags } = this
    return { capabilities, effects, flags, wants: [...this.ofRun.wants] }
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
      textAt: (path) => this.ofRun.textAt(path),
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
      this.command(by === undefined ? command : asPartOf(command, by, inFile), {
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

  /** The effect as it stands in the file that is being read. */
  private emit(told: EffectDraft): EffectDraft {
    const effect = this.files.asFound(told)
    if (this.effects.length < EFFECT_LIMIT) this.effects.push(effect)
    else if (!this.full) {
      this.full = true
      this.effects.push({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
    }
    return effect
  }

  private command(command: SimpleCommand, at: At): void {
    this.secrets.flowInto(command, at)
    const own = command.words.length > 0 ? this.program(command.words, command, at) : undefined
    this.redirections(command, at, own)
    this.variables(command, at)
    const shown = this.secrets.shownBy(command, at)
    if (shown !== undefined) this.emit(shown)
    for (const file of command.wrote ?? []) this.ofRun.left(file)
    if (command.background && command.words.length > 0)
      this.emit({
        kind: 'spawn',
        name: 'background',
        certainty: command.certainty,
        span: command.span,
      })
  }

  private readonly standIns = new StandIns()

  private emitter({ flow, id }: At, command: SimpleCommand) {
    return (effect: EffectDraft): void => {
      const told = this.emit(effect)
      for (const one of this.standIns.reached(effect, command)) this.emit(one)
      const { kind, path } = effect
      const by = effect.by ?? ''
      if (kind === 'net.fetch' && FETCHERS.has(by)) this.fetching.add(flow)
      if (kind === 'fs.read' && path !== undefined && this.ofRun.writtenBy(path) === 'remote-code')
        this.fetching.add(flow)
      if (kind === 'fs.write' && path !== undefined) {
        noteWrite(effect, path, command, this.fetching.has(flow), this.ofRun, this.place)
        this.flows.writing(flow, path)
      }
      if (kind === 'secret.read') this.flows.secret(flow, id)
      else if (kind === 'fs.read' && path !== undefined && effect.shallow !== true) {
        const read = effect.pattern ?? path
        if (specialZoneOf(read, this.place.home) === 'secret' || this.flows.isSecretFile(path))
          this.flows.secret(flow, id)
      } else if (kind === 'net.send' && (effect.host === undefined || !isLoopback(effect.host)))
        this.flows.sending(flow, id, told)
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

  /** By its name, or by where it lies however that is written. */
  private rowOf(written: string, { cwd }: SimpleCommand): CompiledBehaviour | undefined {
    if (!written.includes('/')) return programNamed(written)
    const path = absolutePath(written, cwd)
    return path === undefined ? programNamed(written) : programNamed(this.ofRun.originalOf(path))
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
      holdsSecret: (range) => this.secrets.held(range, at),
      emit,
      knows: (name) => programNamed(name) !== undefined,
      writtenBy: (path) => this.ofRun.writtenBy(path),
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
      source: (path) => this.ofRun.source(path),
      within: (path, source, read, task) => {
        const entered = this.files.enter({ path, source, task }, read)
        if (entered === 'too-large')
          this.emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
        return entered === 'read'
      },
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

  /** One of several uses says nothing for the others: what is not in each of them is marked with `?`. */
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
    const unresolved = unresolvedPath(written, call.directory)
    const standing = call.standing(path, unresolved)
    const stands = standing?.program
    if (stands !== undefined && programNamed(stands) !== undefined) {
      call.runs([literalWord(stands), ...call.args])
      // What it stands for is told; where its text was looked at, that counts as well.
      if (this.ofRun.source(unresolved ?? path ?? '')?.text === undefined) {
        call.opaque(standing!.why)
        return
      }
    }
    const shown = this.shownName(written, call.directory)
    call.runPath(path, undefined, call.args, shown, unresolved)
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
    if (path === project) return '.'
    if (path.startsWith(`${project}/`)) return `./${path.slice(project.length + 1)}`
    return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
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
