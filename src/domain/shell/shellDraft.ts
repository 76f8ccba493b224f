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
import { behave, behaviourPath, onlyAsks } from './behaviour.ts'
import { absolutePath, isStream } from './pathEffects.ts'
import { FETCHERS, type InnerChange, ProgramCall } from './programCall.ts'
import { programNamed } from './programs/table.ts'
import { readScript } from './read.ts'
import type { ScriptReading, SimpleCommand } from './reading.ts'
import { setsLoader } from './variables.ts'
import { headOf, literalWord, type ShellWord, textOf } from './word.ts'

const DEPTH_LIMIT = 12
const EFFECT_LIMIT = 4000

/** `tool` names the capabilities: `tool:Bash:git:push`. The text runs in `place.cwd`. */
export const shellDraft = (
  text: string,
  place: Place,
  tool: string,
  sources: Sources = NO_SOURCES,
): CallDraft => {
  const run = new ShellRun(place, tool, sources)
  run.script(text, place.cwd, place.home, 0, undefined)
  return run.finish()
}

/** What puts bytes into a file that no file of the project held before. */
const AUTHORS = new Set([...FETCHERS, 'redirection', 'tee', 'dd', 'base64', 'xxd', 'openssl'])

class ShellRun {
  private readonly place: Place
  private readonly tool: string
  private readonly effects: Array<EffectDraft> = []
  private readonly capabilities: Array<Capability> = []
  /** Flows of one reading that read a secret, by the flow's number. */
  private readonly secretFlows = new Set<string>()
  private readonly sendingFlows = new Map<string, EffectDraft>()
  private readonly written: Array<{ readonly path: string; readonly by: string | undefined }> = []
  private readonly sources: Sources
  private readonly wants = new Set<string>()
  private readonly flags = new Map<Capability, Set<string>>()
  /** Files that are being read, the innermost last: effects stand in that one. */
  private readonly files: Array<{ readonly path: string; readonly source: Source }> = []
  private readings = 0
  private full = false

  constructor(place: Place, tool: string, sources: Sources) {
    this.place = place
    this.tool = tool
    this.sources = sources
  }

  finish(): CallDraft {
    for (const [flow, effect] of this.sendingFlows)
      if (this.secretFlows.has(flow)) this.effects.push({ ...effect, kind: 'secret.send' })
    const { capabilities, effects, flags } = this
    return { capabilities, effects, flags, wants: [...this.wants] }
  }

  /** The text of a file that would run; asks for it where it was not given. */
  private source(path: string): Source | undefined {
    const source = this.sources.get(path)
    if (source === undefined && this.wants.size < MOST_SOURCES) this.wants.add(path)
    return source
  }

  private within(path: string, source: Source, read: () => void): boolean {
    if (this.files.some((file) => file.path === path)) return false
    this.files.push({ path, source })
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
    outer: SimpleCommand | undefined,
    inFile = false,
  ): void {
    if (depth > DEPTH_LIMIT) {
      this.emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
      return
    }
    const reading = readScript(text, { home, cwd })
    const tag = `${this.readings++}`
    for (const { why, certainty, span } of reading.unread)
      this.emit({ kind: 'opaque', why, certainty, span: inFile ? span : (outer?.span ?? span) })
    if (reading.forkBomb)
      this.emit({ kind: 'destroy.system', name: 'fork-bomb', certainty: 'possible' })
    for (const command of reading.commands)
      this.command(
        outer === undefined ? command : within(command, outer, inFile),
        reading,
        home,
        depth,
        tag,
      )
  }

  private emit(told: EffectDraft): void {
    const file = this.files.at(-1)
    const origin = this.files.findLast(({ source }) => source.origin !== undefined)?.source.origin
    const effect: EffectDraft =
      file === undefined
        ? told
        : { ...told, in: file.path, ...(origin === undefined ? {} : { origin }) }
    if (this.effects.length < EFFECT_LIMIT) this.effects.push(effect)
    else if (!this.full) {
      this.full = true
      this.effects.push({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
    }
  }

  private command(
    command: SimpleCommand,
    reading: ScriptReading,
    home: string,
    depth: number,
    tag: string,
  ): void {
    const flow = `${tag}.${command.flow}`
    const own =
      command.words.length > 0
        ? this.program(command.words, command, reading, home, depth, flow)
        : undefined
    this.redirections(command, reading, home, flow, own)
    this.variables(command)
    if (command.background && command.words.length > 0)
      this.emit({
        kind: 'spawn',
        name: 'background',
        certainty: command.certainty,
        span: command.span,
      })
  }

  /** A file that this script wrote is no file that the project held. */
  private writtenBy(path: string): OpaqueCode | undefined {
    for (const { path: written, by } of this.written) {
      const fetched = by !== undefined && FETCHERS.has(by)
      if (path === written || (fetched && isWithin(path, written)))
        return fetched ? 'remote-code' : 'dynamic-command'
    }
    return undefined
  }

  private emitter(flow: string) {
    return (effect: EffectDraft): void => {
      this.emit(effect)
      const writes = effect.kind === 'fs.write' && AUTHORS.has(effect.by ?? '')
      if (writes && effect.path !== undefined)
        this.written.push({ path: effect.path, by: effect.by })
      if (effect.kind === 'secret.read') this.secretFlows.add(flow)
      else if (effect.kind === 'fs.read' && effect.path !== undefined) {
        const path = effect.pattern ?? effect.path
        if (specialZoneOf(path, this.place.home) === 'secret') this.secretFlows.add(flow)
      } else if (effect.kind === 'net.send' && !this.sendingFlows.has(flow))
        this.sendingFlows.set(flow, effect)
    }
  }

  private program(
    words: ReadonlyArray<ShellWord>,
    command: SimpleCommand,
    reading: ScriptReading,
    home: string,
    depth: number,
    flow: string,
  ): Capability {
    const [first, ...args] = words
    const written = first === undefined ? '' : textOf(first)
    const row = written === undefined ? undefined : programNamed(written)
    const name = written === undefined ? '' : baseName(written)
    const path = row === undefined ? undefined : behaviourPath([name], args, row)
    const own =
      written === undefined
        ? capability(this.tool, 'dynamic')
        : path === undefined
          ? capability(this.tool, this.shownName(written, command.cwd))
          : capability(this.tool, ...path.segments)
    this.capabilities.push(own)
    const emit = this.emitter(flow)
    const call = new ProgramCall(name, path?.args ?? args, own, {
      place: this.place,
      home,
      commands: reading.commands,
      command,
      emit,
      knows: (name) => programNamed(name) !== undefined,
      writtenBy: (path) => this.writtenBy(path),
      inner: (inner, change = {}) => {
        if (depth >= DEPTH_LIMIT) emit({ kind: 'opaque', why: 'too-large', certainty: 'possible' })
        else if (inner.length > 0)
          this.program(inner, changed(command, change), reading, home, depth + 1, flow)
      },
      script: (text, change = {}) => {
        const outer = changed(command, change)
        this.script(text, outer.cwd, home, depth + 1, outer, change.inFile)
      },
      source: (path) => this.source(path),
      within: (path, source, read) => this.within(path, source, read),
    })
    if (written === undefined) {
      call.effect('exec')
      call.opaque(call.fedByNetwork(first?.source) ? 'remote-code' : 'dynamic-command')
    } else if (path === undefined) this.unknown(call, written)
    else behave(call, path, row?.sub !== undefined)
    this.usedWith(own, call.flagNames)
    return own
  }

  private usedWith(own: Capability, flags: ReadonlySet<string>): void {
    if (flags.size === 0) return
    const known = this.flags.get(own) ?? new Set<string>()
    for (const flag of flags) known.add(flag)
    this.flags.set(own, known)
  }

  /** A program without a row: a file by its path, or a name that nothing here describes. */
  private unknown(call: ProgramCall, written: string): void {
    if (!written.includes('/')) {
      if (onlyAsks(call.args)) return
      call.exec('unknown-program')
      this.ordinaryPaths(call)
      return
    }
    const path = call.pathOf(literalWord(written))
    call.runPath(path, undefined, call.args, this.shownName(written, call.directory))
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

  private redirections(
    command: SimpleCommand,
    reading: ScriptReading,
    home: string,
    flow: string,
    reader: Capability | undefined,
  ): void {
    if (command.redirections.length === 0) return
    const emit = this.emitter(flow)
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
      const call = new ProgramCall('redirection', [], own, {
        place: this.place,
        home,
        commands: reading.commands,
        command,
        emit,
        knows: () => false,
        writtenBy: () => undefined,
        inner: () => undefined,
        script: () => undefined,
        source: () => undefined,
        within: () => false,
      })
      call.path(does === 'write' ? 'fs.write' : 'fs.read', target)
    }
  }

  private zoneName(target: ShellWord, { cwd }: SimpleCommand): string {
    const text = textOf(target)
    const path = text === undefined ? undefined : absolutePath(text, cwd)
    return path === undefined ? 'unknown' : zoneOf(path, this.place)
  }

  /** Variables that make later programs load or run other code. */
  private variables({ assignments, words, certainty, span }: SimpleCommand): void {
    const name = textOf(words[0])
    const exported = name === 'export' || name === 'declare' || name === 'typeset'
    const set = exported
      ? words.slice(1).map((word) => word.text)
      : assignments.map((one) => `${one.name}=${one.value.text}`)
    if (set.some(setsLoader))
      this.emit({ kind: 'opaque', why: 'environment-code', certainty, span })
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
  certainty: change.certainty === 'possible' ? 'possible' : command.certainty,
})
