// One run of one program while its effects are told: besides what it does itself, what it runs: shell
// text, other programs, files and whatever feeds it. Code that nobody can see is told as such.
import { fileRoleOf } from '../action/fileRoles.ts'
import type { EffectDraft } from '../action/draft.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { baseName, isWithin } from '../action/paths.ts'
import type { Source } from '../action/sources.ts'
import type { CodeCall, CodeReader } from '../code/codeCall.ts'
import { type Language, languageOfProgram } from '../code/language.ts'
import { READERS } from '../code/readers.ts'
import { CallEffects } from './callEffects.ts'
import type { InnerChange } from './callSurroundings.ts'
import { losesData, TASK_FILES } from './databaseTasks.ts'
import { runsGivenText } from './frameworkShells.ts'
import { absolutePath, isStream, unresolvedPath } from './pathEffects.ts'
import type { Role } from './program.ts'
import type { SimpleCommand } from './reading.ts'
import { type Standing, standingOf } from './standing.ts'
import {
  asScript,
  type CommandRange,
  literalWord,
  type ShellWord,
  textOf,
  UNKNOWN,
} from './word.ts'

export class ProgramCall extends CallEffects implements CodeCall {
  take(role: Role, word: ShellWord): void {
    const file = fileRoleOf(role)
    if (file !== undefined) {
      this.path(file.kind, word, file.reach, file.more)
      return
    }
    switch (role) {
      case 'data':
      case 'pair':
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

  /** The working directory as an argument that was left out. */
  takeDirectory(role: Role): void {
    const { start, end } = this.around.command.span
    const text = this.cwd ?? UNKNOWN
    this.take(role, { text, is: this.cwd === undefined ? 'dynamic' : 'literal', start, end })
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
    // A here-document whose text never came: what the shell is to run is still to be typed.
    else if (text === '' && stdin.from === 'text') this.exec('dynamic-command')
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
    } else this.exec('dynamic-command')
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
    // An interpreter takes a file for a text, whatever bytes are in it.
    const looked = language !== undefined && source?.is === 'binary' ? undefined : source
    const standing = this.standing(path, unresolved, language !== undefined)
    if (standing?.installed === true) {
      this.effect('exec', { program })
      this.opaque(standing.why)
      return
    }
    if (path === undefined || written !== undefined || source?.text === undefined) {
      const origin = source?.origin
      this.effect('exec', { program, ...(origin === undefined ? {} : { origin }) })
      const why = written ?? standing?.why ?? this.codeAt(path, looked)
      if (origin === 'downloaded') this.opaque('remote-code', { origin })
      else this.opaque(why, origin === undefined ? {} : { origin })
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

  /** What a file is known for by where it lies, if nothing in this session or this call wrote it. */
  standing(
    path: string | undefined,
    unresolved: string | undefined,
    asScript = false,
  ): Standing | undefined {
    if (path === undefined || this.around.writtenBy(path) !== undefined) return undefined
    const { project, worktrees = [], home } = this.around.place
    const source = this.around.source(unresolved ?? path)
    return standingOf(path, [project, ...worktrees], home, source, asScript)
  }

  /** A file that is a task runner by its name: some of its tasks are known, whatever its text says. */
  private task(name: string): void {
    if (TASK_FILES.has(name)) {
      losesData(this, name)
      runsGivenText(this, name)
    } else if (name === 'jenkins-cli.jar') {
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
}

const originOf = ({ origin }: Source): Pick<EffectDraft, 'origin'> =>
  origin === undefined ? {} : { origin }

const INPUT = /^(?:-|\/dev\/(?:stdin|fd\/0)|\/proc\/self\/fd\/0)$/
