// One run of one program while its effects are told: its arguments, where it runs, what feeds it,
// and the effects found so far. Paths come out absolute; a path that is not known gives an effect
// without a target, never none.
import type { Capability } from '../action/action.ts'
import type { EffectDraft, Reach } from '../action/draft.ts'
import { type Certainty, EFFECT_KINDS, type EffectKind, type Span } from '../action/effect.ts'
import { addressOf, isMetadataHost, remoteHostOf } from '../action/hosts.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { baseName, isWithin, normalise } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import type { Source } from '../action/sources.ts'
import type { CodeCall, CodeReader } from '../code/codeCall.ts'
import { type Language, languageOfProgram } from '../code/language.ts'
import { READERS } from '../code/readers.ts'
import { losesData, TASK_FILES } from './databaseTasks.ts'
import { type Arguments, hasFlag } from './options.ts'
import { productionIn } from './production.ts'
import {
  absolutePath,
  type FileEffect,
  isStream,
  pathEffects,
  unresolvedPath,
} from './pathEffects.ts'
import type { DeclaredTask } from './declaredTasks.ts'
import type { Fact, Role } from './program.ts'
import type { Outputs } from './outputs.ts'
import type { SimpleCommand } from './reading.ts'
import {
  asScript,
  type CommandRange,
  headOf,
  literalWord,
  type ShellWord,
  textOf,
  UNKNOWN,
} from './word.ts'

/** What a program call may ask of the reader around it. */
export interface Surroundings {
  readonly place: Place
  readonly home: string
  /** Commands of the same script, for what feeds this one. */
  readonly commands: ReadonlyArray<SimpleCommand>
  readonly command: SimpleCommand
  /** Where it stands among `commands`. */
  readonly index?: number
  /** What the commands print, as far as that is known. */
  readonly outputs?: Outputs
  /** True when what these commands print holds a credential. */
  readonly holdsSecret?: (range: CommandRange | undefined) => boolean
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
  readonly within: (
    path: string,
    source: Source,
    read: () => void,
    /** A task that the project declares there, by its name: files of many tasks are read by task. */
    task?: DeclaredTask,
  ) => boolean
}

export interface InnerChange {
  readonly cwd?: string | undefined
  /** The text is a file's: positions are offsets into it. */
  readonly inFile?: boolean
  /** Where the text stands in the file that is being read. */
  readonly span?: Span
  readonly certainty?: Certainty
  /** `$0`, and the words of `"$@"`. */
  readonly self?: string
  readonly args?: ReadonlyArray<ShellWord>
  /** The text is what stood on the standard input: nothing is left there. */
  readonly drained?: boolean
}

const REMOTE: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'net.fetch',
  'net.send',
  'destroy.data',
  'destroy.infra',
])

/** Done to something elsewhere of which nothing is said; `database` is any. */
const isUnnamed = (kind: EffectKind, { host, path, name }: Partial<EffectDraft>): boolean =>
  REMOTE.has(kind) &&
  host === undefined &&
  path === undefined &&
  (name === undefined || name === 'database')

const NO_ARGUMENTS: Arguments = { flags: new Set(), values: [], operands: [], open: false }

export class ProgramCall implements CodeCall {
  readonly name: string
  /** All words after the name, as they stand. */
  readonly args: ReadonlyArray<ShellWord>
  readonly around: Surroundings
  private split: Arguments = NO_ARGUMENTS
  private cwd: string | undefined
  private reading: string | undefined
  private maybe = false
  /** Where in the file that is being read. */
  private spot: Span | undefined
  private readonly own: Capability | undefined
  private named: { readonly production: string | undefined } | undefined

  /** Options given before the subcommand, where they are a language of their own (git). */
  globals: Arguments = NO_ARGUMENTS
  /** The word that named the subcommand. */
  verb: ShellWord | undefined

  constructor(
    name: string,
    args: ReadonlyArray<ShellWord>,
    own: Capability | undefined,
    around: Surroundings,
  ) {
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

  get file(): string | undefined {
    return this.reading
  }

  at(span: Span): void {
    if (this.reading !== undefined) this.spot = span
  }

  possibly(read: () => void): void {
    const before = this.maybe
    this.maybe = true
    read()
    this.maybe = before
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
    const production = isUnnamed(kind, more) ? this.production : undefined
    this.around.emit({
      kind,
      certainty: this.maybe ? 'possible' : this.around.command.certainty,
      by: this.name,
      span: this.spot ?? this.around.command.span,
      ...(this.own === undefined ? {} : { capability: this.own }),
      ...more,
      ...(production === undefined ? {} : { name: production }),
    })
  }

  /** What the arguments say of production; looked for once. */
  private get production(): string | undefined {
    this.named ??= { production: productionIn(this.args) }
    return this.named.production
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
    this.elsewhere(kind, word, reach)
  }

  /**
   * The same in other directories that it may run in. Where the directory is likely, only what takes
   * many files along is told.
   */
  private elsewhere(kind: FileEffect, word: ShellWord, reach: Reach): void {
    const { elsewhere, cwd } = this.around.command
    if (elsewhere === undefined || kind === 'fs.read' || cwd !== this.cwd) return
    if (word.text.startsWith('/') || word.text.startsWith(UNKNOWN)) return
    if (cwd !== undefined && (kind !== 'fs.delete' || (reach === 'self' && word.is !== 'glob')))
      return
    for (const other of elsewhere)
      for (const { kind: found, ...draft } of pathEffects(kind, word, reach, {
        cwd: other,
        home: this.home,
        shallow: false,
      }))
        this.effect(found, { ...draft, certainty: 'possible' })
  }

  fetch(word: ShellWord): void {
    this.network('net.fetch', word)
  }

  send(word: ShellWord): void {
    this.network('net.send', word)
  }

  private network(kind: 'net.fetch' | 'net.send', word: ShellWord): void {
    const head = headOf(word)
    // A name or an address that holds a secret tells it to whoever answers for the name.
    const tells =
      kind === 'net.fetch' &&
      word.is === 'dynamic' &&
      (word.secret !== undefined || this.around.holdsSecret?.(word.source) === true)
    if (tells) {
      this.network('net.send', word)
      return
    }
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
  shellText(word: ShellWord, more: Pick<InnerChange, 'self' | 'args' | 'drained'> = {}): void {
    if (word.is !== 'dynamic') {
      this.around.script(word.text, { ...this.inner(), ...more })
      return
    }
    this.exec(this.fedByNetwork(word.source) ? 'remote-code' : 'dynamic-command')
    if (word.text.replaceAll(UNKNOWN, '').trim() === '') return
    this.around.script(asScript(word.text), { ...more, cwd: this.cwd, certainty: 'possible' })
  }

  /** Another program in this one's place, with its arguments. */
  runs(words: ReadonlyArray<ShellWord>): void {
    this.around.inner(words, this.inner())
  }

  private inner(): InnerChange {
    return {
      cwd: this.cwd,
      ...(this.spot === undefined ? {} : { span: this.spot }),
      ...(this.maybe ? { certainty: 'possible' } : {}),
    }
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
      this.readBy(reader, text, args)
    }
  }

  /** A reader that fails (a stack that overflows, say) has not read: that is told, never thrown. */
  private readBy(reader: CodeReader, text: string, args: ReadonlyArray<ShellWord>): void {
    try {
      reader(text, this, args)
    } catch {
      this.opaque('reader-failed')
    }
  }

  /**
   * A file of program text or a program, by its path. `language` is what the program that runs it
   * takes it for; without one, the file is run by its own name.
   */
  runFile(word: ShellWord, language?: Language, args: ReadonlyArray<ShellWord> = []): void {
    const text = textOf(word)
    if (text === undefined || INPUT.test(text) || isStream(text)) {
      const { source } = word
      const input = text !== undefined && source === undefined && INPUT.test(text)
      if (input) this.runInput(language, args)
      else if (word.is === 'glob') {
        const folder = word.text.slice(0, word.text.search(/[*?[]/)).replace(/[^/]*$/, '')
        this.exec(this.codeAt(absolutePath(folder || '.', this.cwd)))
      } else if (text === undefined || !this.runOutput(source, language, args))
        this.exec(this.fedByNetwork(source) ? 'remote-code' : 'dynamic-command')
      return
    }
    if (/^https?:\/\//.test(text)) {
      this.fetch(word)
      this.exec('remote-code')
      return
    }
    const path = absolutePath(text, this.cwd)
    this.runPath(path, language, args, this.name, unresolvedPath(text, this.cwd))
  }

  /** What a shell or interpreter without a script reads from its standard input. */
  runInput(language: Language | undefined, args: ReadonlyArray<ShellWord> = []): void {
    const { stdin } = this.around.command
    const text = this.input()
    if (stdin.from === 'text' && stdin.fetched === true) this.exec('remote-code')
    else if (text !== undefined) this.runKnown(text, language, args, stdin)
    else if (stdin.from === 'file') {
      if (INPUT.test(stdin.file.text)) this.exec('dynamic-command')
      else this.runFile(stdin.file, language, args)
    } else if (stdin.from === 'pipe') {
      const upstream = this.upstream()
      const [first] = upstream
      const file = first?.words[1]
      const cat =
        upstream.length === 1 && first?.words.length === 2 && textOf(first?.words[0]) === 'cat'
      if (cat && file?.is === 'literal' && !INPUT.test(file.text))
        this.runFile(file, language, args)
      else this.exec(this.fedByNetwork(stdin) ? 'remote-code' : 'dynamic-command')
    }
  }

  /** The output of commands as program text; false where nothing is known of it. */
  private runOutput(
    range: CommandRange | undefined,
    language: Language | undefined,
    args: ReadonlyArray<ShellWord>,
  ): boolean {
    const { outputs, command } = this.around
    if (range === undefined || outputs === undefined) return false
    const text = outputs.ofRange(range, command.certainty)
    if (text === UNKNOWN) return false
    this.runKnown(text, language, args, range)
    return true
  }

  private runKnown(
    text: string,
    language: Language | undefined,
    args: ReadonlyArray<ShellWord>,
    from: SimpleCommand['stdin'] | CommandRange,
  ): void {
    const { span } = this.around.command
    const source = 'start' in from ? from : 'source' in from ? from.source : undefined
    const word: ShellWord = {
      text,
      is: text.includes(UNKNOWN) ? 'dynamic' : 'literal',
      ...span,
      ...(source === undefined ? {} : { source }),
    }
    if (language === undefined) this.exec('inline-code')
    else if (language === 'shell') this.shellText(word, { args, drained: true })
    else this.code(language, word, args)
  }

  /** What stands on its standard input, with UNKNOWN for unknown pieces; undefined when not known. */
  input(): string | undefined {
    return this.around.outputs?.ofInput(this.around.command)
  }

  /** Commands of the same script that read what this one prints, the nearest first. */
  downstream(): ReadonlyArray<SimpleCommand> {
    const { index, commands, command } = this.around
    if (index === undefined) return []
    return commands
      .slice(index + 1, index + 1 + DOWNSTREAM_LIMIT)
      .filter(
        ({ stdin, group }) =>
          stdin.from === 'pipe' &&
          group === command.group &&
          stdin.start <= index &&
          index < stdin.end,
      )
  }

  /**
   * The same by its absolute path; `program` is how the effect names it. The file is looked at by its
   * unresolved path where it has one: past a link, that is another file.
   */
  runPath(
    path: string | undefined,
    language?: Language,
    args: ReadonlyArray<ShellWord> = [],
    program: string = this.name,
    unresolved: string | undefined = path,
  ): void {
    if (path !== undefined) this.task(baseName(path))
    const written = path === undefined ? undefined : this.around.writtenBy(path)
    const source = unresolved === undefined ? undefined : this.around.source(unresolved)
    if (path === undefined || written !== undefined || source?.text === undefined) {
      const origin = source?.origin
      this.effect('exec', { program, ...(origin === undefined ? {} : { origin }) })
      if (origin === 'downloaded') this.opaque('remote-code', { origin })
      else this.opaque(written ?? this.codeAt(path, source), origin === undefined ? {} : { origin })
      // What is known of a file that others wrote into is read as far as it goes.
      if (path === undefined || source?.text?.includes(UNKNOWN) !== true) return
      if ((language ?? languageOfProgram(path, source.text)) !== 'shell') return
    } else this.effect('exec', { program, ...originOf(source) })
    const { text } = source
    const part = text.includes(UNKNOWN)
    const spoken = language ?? languageOfProgram(path, text)
    const reader = spoken === undefined ? undefined : READERS[spoken]
    const read = this.around.within(path, source, () => {
      if (spoken === 'shell')
        this.around.script(part ? asScript(text) : text, {
          ...this.inner(),
          ...(part ? { certainty: 'possible' } : {}),
          inFile: true,
          self: path,
          args,
        })
      else if (reader === undefined) this.opaque(this.codeAt(path, source))
      else {
        const { reading, cwd, spot } = this
        this.reading = path
        this.spot = undefined
        this.readBy(reader, text, args)
        this.reading = reading
        this.spot = spot
        this.cwd = cwd
      }
    })
    // A file that starts itself beside itself multiplies without end.
    const { background, stdin } = this.around.command
    if (!read && (background || stdin.from === 'pipe'))
      this.effect('destroy.system', { name: 'fork-bomb', certainty: 'possible' })
  }

  /** A file that is a task runner by its name: some of its tasks are known, whatever its text says. */
  private task(name: string): void {
    if (TASK_FILES.has(name)) losesData(this, name)
    else if (name === 'jenkins-cli.jar') {
      const at = this.args.findIndex((word) => baseName(word.text) === name)
      this.around.inner([literalWord(name), ...this.args.slice(at + 1)], this.inner())
    }
  }

  imports(paths: ReadonlyArray<string>, language: Language, orNothing?: true): void {
    for (const path of paths) {
      if (this.around.writtenBy(path) === undefined && this.around.source(path)?.text === undefined)
        continue
      this.runPath(path, language)
      return
    }
    if (orNothing !== true) this.exec('project-code')
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
  fedByNetwork(range: CommandRange | undefined, depth = 0): boolean {
    if (range === undefined || depth > 4) return false
    return this.commandsIn(range).some(
      (command) =>
        command.words.slice(0, 4).some((word) => FETCHERS.has(baseName(word.text))) ||
        command.words.slice(1, 9).some((word) => this.isFetched(word, command)) ||
        (command.stdin.from === 'file' && this.isFetched(command.stdin.file, command)) ||
        (command.stdin.from === 'text' && this.isEarlier(command.stdin.source, range, depth)) ||
        command.words.some(({ source }) => this.isEarlier(source, range, depth)),
    )
  }

  /** What a variable holds was written by commands before these. */
  private isEarlier(source: CommandRange | undefined, range: CommandRange, depth: number): boolean {
    return source !== undefined && source.end <= range.start && this.fedByNetwork(source, depth + 1)
  }

  /** A file that this script has just brought from the network. */
  private isFetched(word: ShellWord, { cwd }: SimpleCommand): boolean {
    const text = textOf(word)
    const path = text === undefined ? undefined : absolutePath(text, cwd)
    return path !== undefined && this.around.writtenBy(path) === 'remote-code'
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

const originOf = ({ origin }: Source): Pick<EffectDraft, 'origin'> =>
  origin === undefined ? {} : { origin }

const DOWNSTREAM_LIMIT = 32

const INPUT = /^(?:-|\/dev\/(?:stdin|fd\/0)|\/proc\/self\/fd\/0)$/

/** Programs that bring bytes from the network, as capabilities and `by` name them. */
export const FETCHERS: ReadonlySet<string> = new Set(
  'curl wget wget2 fetch http https xh aria2c axel nc ncat ssh scp lynx w3m gh aws gsutil'.split(
    ' ',
  ),
)

const at = (path: string | undefined): { readonly path?: string } =>
  path === undefined ? {} : { path }

const KINDS: ReadonlySet<string> = new Set(EFFECT_KINDS)
