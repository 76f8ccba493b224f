// One run of one program while its effects are told: its arguments, where it runs, what feeds it,
// and the effects found so far. Paths come out absolute; a path that is not known gives an effect
// without a target, never none.
import type { Capability } from '../action/action.ts'
import type { EffectDraft, Reach } from '../action/draft.ts'
import { type Certainty, EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import { addressOf, isMetadataHost, remoteHostOf } from '../action/hosts.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { baseName, isWithin, normalise } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import type { Source } from '../action/sources.ts'
import type { CodeCall } from '../code/codeCall.ts'
import { type Language, languageOfProgram } from '../code/language.ts'
import { READERS } from '../code/readers.ts'
import { type Arguments, hasFlag } from './options.ts'
import { absolutePath, type FileEffect, isStream, pathEffects } from './pathEffects.ts'
import type { Fact, Role } from './program.ts'
import type { SimpleCommand } from './reading.ts'
import { asScript, type CommandRange, headOf, type ShellWord, textOf, UNKNOWN } from './word.ts'

/** What a program call may ask of the reader around it. */
export interface Surroundings {
  readonly place: Place
  readonly home: string
  /** Commands of the same script, for what feeds this one. */
  readonly commands: ReadonlyArray<SimpleCommand>
  readonly command: SimpleCommand
  readonly emit: (effect: EffectDraft) => void
  /** What a file is that this very script wrote before: what it holds is not known. */
  readonly writtenBy: (path: string) => OpaqueCode | undefined
  /** Whether the table describes a program of this name. */
  readonly knows: (name: string) => boolean
  /** Reads another command in this one's place: what sudo, env or xargs run. */
  readonly inner: (words: ReadonlyArray<ShellWord>, change?: InnerChange) => void
  /** Reads shell text that this command runs in a shell of its own. */
  readonly script: (text: string, change?: InnerChange) => void
  /** The text of a file that would run, as far as somebody looked. */
  readonly source: (path: string) => Source | undefined
  /**
   * Reads what lies in a file: effects told meanwhile stand in it. False when it is being read
   * already, so that files which run each other come to an end.
   */
  readonly within: (path: string, source: Source, read: () => void) => boolean
}

export interface InnerChange {
  readonly cwd?: string | undefined
  /** The text is a file's: positions are offsets into it. */
  readonly inFile?: boolean
  readonly certainty?: Certainty
}

const NO_ARGUMENTS: Arguments = { flags: new Set(), values: [], operands: [], open: false }

export class ProgramCall implements CodeCall {
  readonly name: string
  /** All words after the name, as they stand. */
  readonly args: ReadonlyArray<ShellWord>
  readonly around: Surroundings
  private split: Arguments = NO_ARGUMENTS
  private cwd: string | undefined
  private readonly own: Capability

  /** Options given before the subcommand, where they are a language of their own (git). */
  globals: Arguments = NO_ARGUMENTS

  constructor(name: string, args: ReadonlyArray<ShellWord>, own: Capability, around: Surroundings) {
    this.name = name
    this.args = args
    this.own = own
    this.around = around
    this.cwd = around.command.cwd
  }

  use(split: Arguments): void {
    this.split = split
  }

  get operands(): ReadonlyArray<ShellWord> {
    return this.split.operands
  }

  get values(): Arguments['values'] {
    return this.split.values
  }

  /** Options may hide in an unknown, unquoted argument. */
  get open(): boolean {
    return this.split.open
  }

  get directory(): string | undefined {
    return this.cwd
  }

  get home(): string {
    return this.around.home
  }

  has(...flags: ReadonlyArray<string>): boolean {
    return hasFlag(this.split.flags, ...flags)
  }

  /** Exactly one of these, no abbreviation. */
  hasExactly(...flags: ReadonlyArray<string>): boolean {
    return flags.some((flag) => this.split.flags.has(flag))
  }

  /** Names of its options, as written. */
  get flagNames(): ReadonlySet<string> {
    return this.split.flags
  }

  value(...options: ReadonlyArray<string>): ShellWord | undefined {
    return this.split.values.findLast((one) => options.includes(one.option))?.value
  }

  valuesOf(...options: ReadonlyArray<string>): ReadonlyArray<ShellWord> {
    return this.split.values.filter((one) => options.includes(one.option)).map((one) => one.value)
  }

  globalsOf(...options: ReadonlyArray<string>): ReadonlyArray<ShellWord> {
    return this.globals.values.filter((one) => options.includes(one.option)).map((one) => one.value)
  }

  effect(kind: EffectKind, more: Partial<EffectDraft> = {}): void {
    this.around.emit({
      kind,
      certainty: this.around.command.certainty,
      by: this.name,
      span: this.around.command.span,
      capability: this.own,
      ...more,
    })
  }

  opaque(why: OpaqueCode, more: Partial<EffectDraft> = {}): void {
    this.effect('opaque', { why, ...more })
  }

  /** Runs code that the table does not know by its effects. */
  exec(why: OpaqueCode, program: string = this.name): void {
    this.effect('exec', { program })
    this.opaque(why)
  }

  facts(facts: ReadonlyArray<Fact>): void {
    for (const fact of facts) {
      if (fact.startsWith('reads ') || fact.startsWith('writes ')) {
        const path = fact.slice(fact.indexOf(' ') + 1)
        const absolute = this.cwd === undefined ? undefined : normalise(path, this.cwd, this.home)
        this.effect(fact.startsWith('reads ') ? 'fs.read' : 'fs.write', at(absolute))
      } else if (fact === 'repository') this.effect('fs.write', at(this.repository()))
      else if (fact === 'exec') this.effect('exec', { program: this.name })
      else if (KINDS.has(fact)) this.effect(fact as EffectKind)
      else this.opaque(fact as OpaqueCode)
    }
  }

  /** Absolute path of a literal word; undefined when unknown. */
  pathOf(word: ShellWord): string | undefined {
    const text = textOf(word)
    return text === undefined ? undefined : absolutePath(text, this.cwd)
  }

  take(role: Role, word: ShellWord): void {
    switch (role) {
      case 'data':
      case 'pair':
        return
      case 'list':
        this.path('fs.read', word, 'self', { shallow: true })
        return
      case 'read':
        this.path('fs.read', word)
        return
      case 'scan':
        this.path('fs.read', word, 'all')
        return
      case 'write':
        this.path('fs.write', word)
        return
      case 'change':
        this.path('fs.write', word, 'all')
        return
      case 'delete':
        this.path('fs.delete', word)
        return
      case 'deleteAll':
        this.path('fs.delete', word, 'all')
        return
      case 'fetch':
        this.fetch(word)
        return
      case 'send':
        this.send(word)
        return
      case 'chdir':
        this.chdir(word)
        return
      case 'script':
        this.shellText(word)
        return
      case 'file':
        this.runFile(word)
        return
      case 'code':
        this.exec('inline-code')
    }
  }

  /** The folder that a repository keeps its history in, as far as the project is one repository. */
  private repository(): string | undefined {
    if (this.cwd === undefined) return undefined
    const { project } = this.around.place
    return `${isWithin(this.cwd, project) ? project : this.cwd}/.git`
  }

  /** The working directory as an argument that was left out. */
  takeDirectory(role: Role): void {
    const { start, end } = this.around.command.span
    const text = this.cwd ?? UNKNOWN
    this.take(role, { text, is: this.cwd === undefined ? 'dynamic' : 'literal', start, end })
  }

  chdir(word: ShellWord): void {
    this.cwd = this.pathOf(word)
  }

  /** One effect on the path that a word names, whatever is known of it. */
  path(
    kind: FileEffect,
    word: ShellWord,
    reach: Reach = 'self',
    more: Partial<EffectDraft> = {},
  ): void {
    const at = { cwd: this.cwd, home: this.home, shallow: more.shallow === true }
    for (const { kind: found, ...draft } of pathEffects(kind, word, reach, at))
      this.effect(found, { ...draft, ...(found === kind ? more : {}) })
  }

  fetch(word: ShellWord): void {
    this.network('net.fetch', word)
  }

  send(word: ShellWord): void {
    this.network('net.send', word)
  }

  private network(kind: 'net.fetch' | 'net.send', word: ShellWord): void {
    const head = headOf(word)
    const open = word.is === 'dynamic' && !/^[a-z]+:\/\/[^/]+\//i.test(head)
    const address = open ? undefined : addressOf(head)
    if (address?.file !== undefined) {
      this.effect('fs.read', { path: normalise(address.file, '/', '/') })
      return
    }
    if (address === undefined) {
      this.effect(kind)
      return
    }
    this.effect(kind, { host: address.host })
    if (isMetadataHost(address.host)) this.effect('secret.read', { host: address.host })
  }

  /** `user@host:path`, as scp and rsync write it: the host, or undefined for a local path. */
  remote(word: ShellWord): string | undefined {
    return word.is === 'dynamic' && word.text.startsWith(UNKNOWN)
      ? undefined
      : remoteHostOf(headOf(word))
  }

  /** Shell text that runs in a shell of its own. */
  shellText(word: ShellWord): void {
    if (word.is !== 'dynamic') {
      this.around.script(word.text, { cwd: this.cwd })
      return
    }
    this.exec(this.fedByNetwork(word.source) ? 'remote-code' : 'dynamic-command')
    if (word.text.replaceAll(UNKNOWN, '').trim() === '') return
    this.around.script(asScript(word.text), { cwd: this.cwd, certainty: 'possible' })
  }

  /** Another program in this one's place, with its arguments. */
  runs(words: ReadonlyArray<ShellWord>): void {
    this.around.inner(words, { cwd: this.cwd })
  }

  /** Program text of a language; `args` are what it is started with. */
  code(language: Language, word: ShellWord, args: ReadonlyArray<ShellWord> = []): void {
    if (language === 'shell') this.shellText(word)
    else if (word.is === 'dynamic') {
      this.exec(this.fedByNetwork(word.source) ? 'remote-code' : 'dynamic-command')
    } else this.program(language, word.text, args)
  }

  private program(language: Language, text: string, args: ReadonlyArray<ShellWord>): void {
    const reader = READERS[language]
    if (reader === undefined) this.exec('inline-code')
    else {
      this.effect('exec', { program: this.name })
      reader(text, this, args)
    }
  }

  /**
   * A file of program text or a program, by its path. `language` is what the program that runs it
   * takes it for; without one, the file is run by its own name.
   */
  runFile(word: ShellWord, language?: Language, args: ReadonlyArray<ShellWord> = []): void {
    const text = textOf(word)
    if (text === undefined || text === '-' || isStream(text)) {
      this.exec(this.fedByNetwork(word.source) ? 'remote-code' : 'dynamic-command')
      return
    }
    if (/^https?:\/\//.test(text)) {
      this.fetch(word)
      this.exec('remote-code')
      return
    }
    this.runPath(absolutePath(text, this.cwd), language, args)
  }

  /** The same by its absolute path; `program` is how the effect names it. */
  runPath(
    path: string | undefined,
    language?: Language,
    args: ReadonlyArray<ShellWord> = [],
    program: string = this.name,
  ): void {
    const written = path === undefined ? undefined : this.around.writtenBy(path)
    const source = path === undefined ? undefined : this.around.source(path)
    if (path === undefined || written !== undefined || source?.text === undefined) {
      const origin = source?.origin
      this.effect('exec', { program, ...(origin === undefined ? {} : { origin }) })
      if (origin === 'downloaded') this.opaque('remote-code', { origin })
      else this.opaque(written ?? this.codeAt(path, source), origin === undefined ? {} : { origin })
      return
    }
    const { text, origin } = source
    this.effect('exec', { program, ...(origin === undefined ? {} : { origin }) })
    const spoken = language ?? languageOfProgram(path, text)
    const reader = spoken === undefined ? undefined : READERS[spoken]
    this.around.within(path, source, () => {
      if (spoken === 'shell') this.around.script(text, { cwd: this.cwd, inFile: true })
      else if (reader === undefined) this.opaque(this.codeAt(path, source))
      else reader(text, this, args)
    })
  }

  /** What a file at this path is to the reader who cannot see into it. */
  codeAt(path: string | undefined, source?: Source): OpaqueCode {
    if (path === undefined) return 'dynamic-command'
    const written = this.around.writtenBy(path)
    if (written !== undefined) return written
    if (!isWithin(path, this.around.place.project)) return 'outside-code'
    return source?.is === 'binary' || source?.is === 'text' ? 'project-code' : 'unread-script'
  }

  /** True when a program among these commands takes its output from the network. */
  fedByNetwork(range: CommandRange | undefined): boolean {
    return this.commandsIn(range).some((command) =>
      command.words.slice(0, 4).some((word) => FETCHERS.has(baseName(word.text))),
    )
  }

  /** Commands of the same script. */
  commandsIn(range: CommandRange | undefined): ReadonlyArray<SimpleCommand> {
    return range === undefined ? [] : this.around.commands.slice(range.start, range.end)
  }

  /** The commands that write into this one's standard input. */
  upstream(): ReadonlyArray<SimpleCommand> {
    const { stdin } = this.around.command
    return this.commandsIn(stdin.from === 'pipe' ? stdin : undefined)
  }
}

/** Programs that bring bytes from the network, as capabilities and `by` name them. */
export const FETCHERS: ReadonlySet<string> = new Set(
  'curl wget wget2 fetch http https xh aria2c axel nc ncat ssh scp lynx w3m gh aws gsutil'.split(
    ' ',
  ),
)

const at = (path: string | undefined): { readonly path?: string } =>
  path === undefined ? {} : { path }

const KINDS: ReadonlySet<string> = new Set(EFFECT_KINDS)
