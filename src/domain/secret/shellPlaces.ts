// Where a shell script names secrets: in what quotes each name stands, and which commands would see
// its value. Every place that is not understood is a refusal; none is left out.
import { parse } from 'unbash'
import type {
  AndOr,
  Command,
  CommandArgument,
  CommandExpansionPart,
  CompoundList,
  HereDoc,
  ParsedScript,
  PipelineNode,
  ProcessSubstitutionPart,
  Redirection,
  Script,
  Statement,
  TestExpression,
  Word,
} from 'unbash'
import { PLACEHOLDER } from './placeholder.ts'
import type { RefusalCode } from './refusals.ts'
import { isCode, readsCodeFromInput } from './shellCode.ts'

/** The quotes around a place; `literal` is a here-document whose text the shell leaves alone. */
export type Quotes = 'bare' | 'single' | 'double' | 'ansi' | 'heredoc' | 'literal' | 'comment'

export interface SecretPlace {
  readonly secret: string
  /** Offsets into `text`. */
  readonly start: number
  readonly end: number
  readonly quotes: Quotes
  /** The here-document it stands in. */
  readonly heredoc?: HereDoc
  /** Commands that see it: those it is given to, and those that their output goes to. */
  readonly readers: ReadonlyArray<Reader>
}

/** Words of a command as far as they are known beforehand; others are as they are written. */
export interface Reader {
  readonly words: ReadonlyArray<string>
  readonly static: boolean
}

export interface ShellPlaces {
  /** The script with each name replaced by its stand-in, a word that the script does not have. */
  readonly text: string
  readonly places: ReadonlyArray<SecretPlace>
  /** Names of variables that are set, and of functions and aliases: what else may change a command. */
  readonly sets: ReadonlySet<string>
}

export interface PlaceRefused {
  readonly why: RefusalCode
  readonly secret: string
}

const MOST_PLACES = 64
const MOST_TEXT = 262_144

/** Undefined stand-in names of `standIn`: `_` and letters, as a variable's name is. */
export const shellPlaces = (
  script: string,
  standIn: (secret: string) => string,
): ShellPlaces | PlaceRefused => {
  const found: Array<Occurrence> = []
  let text = ''
  let from = 0
  for (const match of script.matchAll(PLACEHOLDER)) {
    const name = standIn(match[1]!)
    text += script.slice(from, match.index)
    found.push({ secret: match[1]!, start: text.length, end: text.length + name.length })
    if (script.includes(name)) return { why: 'unreadable', secret: match[1]! }
    text += name
    from = match.index + match[0].length
  }
  text += script.slice(from)
  const secret = found[0]?.secret ?? ''
  if (found.length > MOST_PLACES || text.length > MOST_TEXT) return { why: 'too-many', secret }
  if (text.includes('\0')) return { why: 'unreadable', secret }
  try {
    return new Finder(text, found).find()
  } catch {
    // A defect of the parser, or a stack that overflows: what was not read is not trusted.
    return { why: 'unreadable', secret }
  }
}

/** An escape of `$'…'` that would go on in the name, or a NUL, with which bash ends the string. */
const UNFINISHED_ANSI =
  /\\[cxuU]$|\\(?:0{1,3}(?![0-7])|x0{1,2}(?![0-9a-fA-F])|[uU]0+(?![0-9a-fA-F])|c@)/

interface Occurrence {
  readonly secret: string
  readonly start: number
  readonly end: number
}

interface Range {
  readonly pos: number
  readonly end: number
}

interface Scope {
  readonly readers: ReadonlyArray<Reader>
  readonly backticks: boolean
  readonly quoted: boolean
  /** Set where values go that cannot be followed: functions, coprocesses. */
  readonly lost: boolean
}

type Visited = ParsedScript | Script | Statement | CompoundList | AndOr | PipelineNode

class Finder {
  private readonly places = new Map<Occurrence, SecretPlace>()
  private readonly sets = new Set<string>()
  /** What is no comment, whatever it holds. */
  private readonly words: Array<Range> = []
  private refused: PlaceRefused | undefined
  private readonly text: string
  private readonly found: ReadonlyArray<Occurrence>

  constructor(text: string, found: ReadonlyArray<Occurrence>) {
    this.text = text
    this.found = found
  }

  find(): ShellPlaces | PlaceRefused {
    const script = parse(this.text)
    const secret = this.found[0]?.secret ?? ''
    if ((script.errors?.length ?? 0) > 0 || script.source !== undefined)
      return { why: 'unreadable', secret }
    this.visit(script, { readers: [], backticks: false, quoted: false, lost: false })
    for (const one of this.found)
      if (!this.places.has(one)) {
        if (this.isComment(one)) this.places.set(one, { ...one, quotes: 'comment', readers: [] })
        else this.refuse('unreadable', one)
      }
    return (
      this.refused ?? {
        text: this.text,
        places: this.found.map((one) => this.places.get(one)!),
        sets: this.sets,
      }
    )
  }

  private refuse(why: RefusalCode, { secret }: Occurrence): void {
    this.refused ??= { why, secret }
  }

  private within({ pos, end }: Range): ReadonlyArray<Occurrence> {
    return this.found.filter((one) => one.start < end && one.end > pos)
  }

  private refuseWithin(range: Range | undefined, why: RefusalCode): void {
    if (range !== undefined) for (const one of this.within(range)) this.refuse(why, one)
  }

  private place(
    range: Range,
    quotes: Quotes,
    scope: Scope,
    written?: string,
    heredoc?: HereDoc,
  ): void {
    for (const one of this.within(range)) {
      // The parser's offsets are believed only where its text is that of the script.
      const same = written === undefined || this.text.slice(range.pos, range.end) === written
      if (!same || one.start < range.pos || one.end > range.end) this.refuse('unreadable', one)
      else if (quotes !== 'single' && quotes !== 'literal' && this.isEscaped(one, range, quotes))
        this.refuse('expansion', one)
      else
        this.places.set(one, {
          ...one,
          quotes,
          readers: scope.lost ? [] : scope.readers,
          ...(heredoc === undefined ? {} : { heredoc }),
        })
    }
  }

  /** A backslash or a `$` before the name would have to do with its first letter. */
  private isEscaped({ start }: Occurrence, { pos }: Range, quotes: Quotes): boolean {
    let at = start
    while (at > pos && this.text[at - 1] === '\\') at -= 1
    if ((start - at) % 2 === 1) return true
    if (quotes === 'ansi') return UNFINISHED_ANSI.test(this.text.slice(pos, start))
    return start > pos && this.text[start - 1] === '$'
  }

  /** Behind a `#` that begins a word and stands in none. */
  private isComment({ start }: Occurrence): boolean {
    const line = this.text.lastIndexOf('\n', start - 1) + 1
    for (
      let at = this.text.indexOf('#', line);
      at >= 0 && at < start;
      at = this.text.indexOf('#', at + 1)
    )
      if (
        (at === line || /[\s;&|()]/.test(this.text[at - 1]!)) &&
        !this.words.some(({ pos, end }) => (at >= pos && at < end) || (start >= pos && start < end))
      )
        return true
    return false
  }

  private visit(node: Visited, scope: Scope): void {
    switch (node.type) {
      case 'Script':
      case 'CompoundList':
      case 'AndOr':
        for (const one of node.commands) this.visit(one, scope)
        return
      case 'Statement':
        this.visit(node.command, scope)
        return
      case 'Pipeline':
        node.commands.forEach((one, i) => {
          const later = node.commands.slice(i + 1).flatMap((next) => readersIn(next))
          if (later.some(({ words }) => readsCodeFromInput(words)))
            this.refuseWithin(one, 'nested-code')
          this.visit(one, { ...scope, readers: [...later, ...scope.readers] })
        })
        return
      case 'Command':
        this.command(node, scope)
        return
      case 'Redirected': {
        const inside = readersIn(node.command)
        const outer = { ...scope, readers: [...takersOf(node.redirects), ...scope.readers] }
        const readers = [...inside, ...outer.readers]
        this.redirections(node.redirects, inside, { ...scope, readers })
        this.visit(node.command, outer)
        return
      }
      case 'Subshell':
      case 'BraceGroup':
        this.visit(node.body, scope)
        return
      case 'If':
        for (const { clause, then } of [node, ...node.elif]) {
          this.visit(clause, scope)
          this.visit(then, scope)
        }
        if (node.else !== undefined) this.visit(node.else, scope)
        return
      case 'While':
        this.visit(node.clause, scope)
        this.visit(node.body, scope)
        return
      case 'For':
      case 'Select':
        this.named(node.name)
        for (const word of node.wordlist ?? []) this.word(word, { ...scope, lost: true })
        this.visit(node.body, scope)
        return
      case 'Case':
        this.word(node.word, { ...scope, lost: true })
        for (const { pattern, body } of node.items) {
          for (const word of pattern) this.word(word, { ...scope, lost: true })
          this.visit(body, scope)
        }
        return
      case 'Function':
        this.named(node.name)
        this.visit(node.body, { ...scope, lost: true })
        return
      case 'Coproc':
        if (node.name !== undefined) this.named(node.name)
        this.visit(node.body, { ...scope, lost: true })
        return
      case 'TestCommand':
        this.test(node.expression, { ...scope, lost: true })
        return
      case 'ArithmeticFor':
        for (const part of [node.initialize, node.test, node.update])
          this.refuseWithin(part, 'arithmetic')
        this.visit(node.body, scope)
        return
      case 'ArithmeticCommand':
        this.refuseWithin(node, 'arithmetic')
    }
  }

  private named(name: Word): void {
    this.words.push(name)
    this.refuseWithin(name, 'name')
    this.sets.add(name.text)
  }

  private command(command: Command, scope: Scope): void {
    const reader = readerOf(command)
    const takers = takersOf([...command.prefix, ...command.suffix])
    const own =
      reader === undefined
        ? { ...scope, lost: true }
        : { ...scope, readers: [reader, ...takers, ...scope.readers] }
    this.words.push({ pos: command.pos, end: command.pos })
    if (command.name !== undefined) {
      this.refuseWithin(command.name, 'name')
      this.word(command.name, own)
    }
    let at = 0
    for (const one of [...command.prefix, ...command.suffix]) {
      if (one.type === 'Word') {
        at += 1
        if (reader !== undefined && this.within(one).length > 0 && isCode(reader.words, at))
          this.refuseWithin(one, 'nested-code')
        this.word(one, own)
      } else if (one.type === 'Assignment') {
        if (command.suffix.includes(one)) at += 1
        this.sets.add(one.name)
        this.words.push(one)
        const value = one.value
        this.refuseWithin(one.index, 'arithmetic')
        const { pos } = value
        this.refuseWithin(
          { pos: one.pos, end: one.index?.end ?? Math.min(pos, one.pos + one.name.length) },
          'name',
        )
        if (value.type === 'Word') this.word(value, own)
        else for (const element of value.elements) this.word(element, own)
      } else this.redirections([one], reader === undefined ? [] : [reader], own)
    }
    const first = reader?.words[0]
    if (first === 'alias' || first === 'hash' || first === 'enable') this.sets.add('PATH')
    if (first === 'export' || first === 'declare' || first === 'typeset' || first === 'readonly')
      for (const word of reader!.words.slice(1)) {
        const name = /^([A-Za-z_]\w*)\+?=/.exec(word)?.[1]
        if (name !== undefined) this.sets.add(name)
      }
  }

  private redirections(
    redirections: ReadonlyArray<Redirection>,
    readers: ReadonlyArray<Reader>,
    scope: Scope,
  ): void {
    for (const one of redirections) {
      this.refuseWithin(one.descriptor, 'redirection')
      if (one.type === 'HereDoc') {
        if (readers.some(({ words }) => readsCodeFromInput(words)))
          this.refuseWithin(one.body, 'nested-code')
        this.heredoc(one, scope)
      } else if (one.type === 'HereString') {
        if (one.target === undefined) continue
        if (readers.some(({ words }) => readsCodeFromInput(words)))
          this.refuseWithin(one.target, 'nested-code')
        this.word(one.target, scope)
      } else if (one.target !== undefined) {
        this.words.push(one.target)
        for (const part of one.target.parts ?? [])
          if (part.type === 'ProcessSubstitution') this.substitution(part, scope)
          else this.refuseWithin(part, 'redirection')
        if (one.target.parts === undefined) this.refuseWithin(one.target, 'redirection')
      }
    }
  }

  private heredoc(heredoc: HereDoc, scope: Scope): void {
    const { body, delimiter, closing } = heredoc
    this.words.push(body)
    this.refuseWithin(delimiter, 'heredoc')
    if (closing === undefined || delimiter === undefined || scope.backticks) {
      this.refuseWithin(body, 'heredoc')
      return
    }
    if (delimiter.quoted) {
      if (/^\w+$/.test(delimiter.value)) this.place(body, 'literal', scope, body.text, heredoc)
      else this.refuseWithin(body, 'heredoc')
      return
    }
    if (body.parts === undefined) this.place(body, 'heredoc', scope, body.text)
    for (const part of body.parts ?? [])
      if (part.type === 'Literal') this.place(part, 'heredoc', scope, part.text)
      else if (part.type === 'CommandExpansion') this.substitution(part, scope)
      else this.refuseWithin(part, 'expansion')
  }

  private word(word: Word, scope: Scope): void {
    this.words.push(word)
    const { parts } = word
    if (parts === undefined) {
      this.place(word, 'bare', scope, word.text)
      return
    }
    for (const part of parts)
      switch (part.type) {
        case 'Literal':
          this.place(part, 'bare', scope, part.text)
          break
        case 'SingleQuoted':
          this.place(
            { pos: part.pos + 1, end: part.end - 1 },
            'single',
            scope,
            part.text.slice(1, -1),
          )
          break
        case 'AnsiCQuoted':
          this.place(
            { pos: part.pos + 2, end: part.end - 1 },
            'ansi',
            scope,
            part.text.slice(2, -1),
          )
          break
        case 'DoubleQuoted':
          for (const child of part.parts)
            if (child.type === 'Literal') this.place(child, 'double', scope, child.text)
            else if (child.type === 'CommandExpansion')
              this.substitution(child, { ...scope, quoted: true })
            else
              this.refuseWithin(
                child,
                child.type === 'ArithmeticExpansion' ? 'arithmetic' : 'expansion',
              )
          break
        case 'CommandExpansion':
        case 'ProcessSubstitution':
          this.substitution(part, scope)
          break
        default:
          this.refuseWithin(part, part.type === 'ArithmeticExpansion' ? 'arithmetic' : 'expansion')
      }
  }

  private substitution(part: CommandExpansionPart | ProcessSubstitutionPart, scope: Scope): void {
    const backticks = part.text.startsWith('`')
    if (part.script === undefined) this.refuseWithin(part, 'unreadable')
    else if (part.script.source !== undefined || (backticks && (scope.quoted || scope.backticks)))
      this.refuseWithin(part, 'backticks')
    else
      this.visit(part.script, {
        ...scope,
        quoted: false,
        backticks: scope.backticks || backticks,
      })
  }

  private test(expression: TestExpression, scope: Scope): void {
    switch (expression.type) {
      case 'TestUnary':
        if (expression.operator === '-v' || expression.operator === '-R')
          this.refuseWithin(expression.operand, 'arithmetic')
        this.word(expression.operand, scope)
        return
      case 'TestBinary':
        if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(expression.operator))
          this.refuseWithin(expression, 'arithmetic')
        if (expression.operator === '=~') this.refuseWithin(expression.right, 'regex')
        this.word(expression.left, scope)
        this.word(expression.right, scope)
        return
      case 'TestLogical':
        for (const operand of expression.operands) this.test(operand, scope)
        return
      case 'TestNot':
        this.test(expression.operand, scope)
        return
      default:
        this.refuseWithin(expression, 'unreadable')
    }
  }
}

/** Every simple command at any depth, but for those in words. */
const readersIn = (node: Visited): ReadonlyArray<Reader> => {
  const readers: Array<Reader> = []
  const open: Array<unknown> = [node]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...(next as ReadonlyArray<unknown>))
    else if (typeof next === 'object' && next !== null) {
      const one = next as Visited | Word | Redirection
      if (one.type === 'Command') {
        const reader = readerOf(one)
        if (reader !== undefined) readers.push(reader)
        readers.push(...takersOf([...one.prefix, ...one.suffix]))
      } else if (one.type === 'Redirect') readers.push(...takersOf([one]))
      else if (one.type !== 'Word' && one.type !== 'HereDoc')
        open.push(...Object.values(next).filter((value) => value !== undefined))
    }
  }
  return readers
}

/** Commands of `>(…)`, which get what is written there. */
const takersOf = (nodes: ReadonlyArray<CommandArgument | Redirection>): ReadonlyArray<Reader> =>
  nodes.flatMap((node) => {
    const word = node.type === 'Redirect' ? node.target : node.type === 'Word' ? node : undefined
    return (word?.parts ?? []).flatMap((part) =>
      part.type === 'ProcessSubstitution' && part.operator === '>' && part.script !== undefined
        ? readersIn(part.script)
        : [],
    )
  })

const readerOf = ({ name, suffix }: Command): Reader | undefined => {
  if (name === undefined) return undefined
  const words = [name, ...suffix].flatMap((one) =>
    one.type === 'Word' ? [one.value] : one.type === 'Assignment' ? [one.text] : [],
  )
  return { words, static: isStatic(name) }
}

/** Known before it runs. */
const isStatic = ({ parts }: Word): boolean =>
  (parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((child) => child.type === 'Literal')),
  )
