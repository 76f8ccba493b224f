// Where a shell script names secrets: in what quotes each name stands, and which commands would see
// its value. Every place that is not understood is a refusal; none is left out.
import { parse } from 'unbash'
import type {
  Command,
  CommandExpansionPart,
  HereDoc,
  ProcessSubstitutionPart,
  Redirection,
  TestExpression,
  Word,
} from 'unbash'
import { PLACEHOLDER } from './placeholder.ts'
import {
  Marks,
  type Occurrence,
  type PlaceRefused,
  type Scope,
  type SecretPlace,
} from './secretMarks.ts'
import { isCode, readsCodeFromInput } from './shellCode.ts'
import { type Reader, readerOf, readersIn, takersOf, type Visited } from './shellReaders.ts'

export interface ShellPlaces {
  /** The script with each name replaced by its stand-in, a word that the script does not have. */
  readonly text: string
  readonly places: ReadonlyArray<SecretPlace>
  /** Names of variables that are set, and of functions and aliases: what else may change a command. */
  readonly sets: ReadonlySet<string>
}

const MOST_PLACES = 64
const MOST_TEXT = 262_144
const MOST_PIPED = 64

/** `standIn` gives each secret a word such as a variable's name is, the same each time. */
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

class Finder {
  private readonly sets = new Set<string>()
  private readonly marks: Marks
  private readonly text: string
  private readonly found: ReadonlyArray<Occurrence>

  constructor(text: string, found: ReadonlyArray<Occurrence>) {
    this.text = text
    this.found = found
    this.marks = new Marks(text, found)
  }

  find(): ShellPlaces | PlaceRefused {
    const script = parse(this.text)
    const secret = this.found[0]?.secret ?? ''
    if ((script.errors?.length ?? 0) > 0 || script.source !== undefined)
      return { why: 'unreadable', secret }
    this.visit(script, { readers: [], backticks: false, quoted: false, lost: false })
    const places = this.marks.all()
    return 'why' in places ? places : { text: this.text, places, sets: this.sets }
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
        // What each command writes goes to all behind it: no pipeline is longer than a few.
        if (node.commands.length > MOST_PIPED) {
          for (const one of this.found) this.marks.refuse('too-many', one)
          return
        }
        node.commands.forEach((one, i) => {
          const later = node.commands.slice(i + 1).flatMap((next) => readersIn(next))
          if (later.some(({ words }) => readsCodeFromInput(words)))
            this.marks.refuseWithin(one, 'nested-code')
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
          this.marks.refuseWithin(part, 'arithmetic')
        this.visit(node.body, scope)
        return
      case 'ArithmeticCommand':
        this.marks.refuseWithin(node, 'arithmetic')
    }
  }

  private named(name: Word): void {
    this.marks.isText(name)
    this.marks.refuseWithin(name, 'name')
    this.sets.add(name.text)
  }

  private command(command: Command, scope: Scope): void {
    const reader = readerOf(command)
    const takers = takersOf([...command.prefix, ...command.suffix])
    const own =
      reader === undefined
        ? { ...scope, lost: true }
        : { ...scope, readers: [reader, ...takers, ...scope.readers] }
    this.marks.isText({ pos: command.pos, end: command.pos })
    if (command.name !== undefined) {
      this.marks.refuseWithin(command.name, 'name')
      this.word(command.name, own)
    }
    let at = 0
    for (const one of [...command.prefix, ...command.suffix]) {
      if (one.type === 'Word') {
        at += 1
        if (reader !== undefined && this.marks.within(one).length > 0 && isCode(reader.words, at))
          this.marks.refuseWithin(one, 'nested-code')
        this.word(one, own)
      } else if (one.type === 'Assignment') {
        if (command.suffix.includes(one)) at += 1
        this.sets.add(one.name)
        this.marks.isText(one)
        const value = one.value
        this.marks.refuseWithin(one.index, 'arithmetic')
        const { pos } = value
        this.marks.refuseWithin(
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
      this.marks.refuseWithin(one.descriptor, 'redirection')
      if (one.type === 'HereDoc') {
        if (readers.some(({ words }) => readsCodeFromInput(words)))
          this.marks.refuseWithin(one.body, 'nested-code')
        this.heredoc(one, scope)
      } else if (one.type === 'HereString') {
        if (one.target === undefined) continue
        if (readers.some(({ words }) => readsCodeFromInput(words)))
          this.marks.refuseWithin(one.target, 'nested-code')
        this.word(one.target, scope)
      } else if (one.target !== undefined) {
        this.marks.isText(one.target)
        for (const part of one.target.parts ?? [])
          if (part.type === 'ProcessSubstitution') this.substitution(part, scope)
          else this.marks.refuseWithin(part, 'redirection')
        if (one.target.parts === undefined) this.marks.refuseWithin(one.target, 'redirection')
      }
    }
  }

  private heredoc(heredoc: HereDoc, scope: Scope): void {
    const { body, delimiter, closing } = heredoc
    this.marks.isText(body)
    this.marks.refuseWithin(delimiter, 'heredoc')
    if (closing === undefined || delimiter === undefined || scope.backticks) {
      this.marks.refuseWithin(body, 'heredoc')
      return
    }
    if (delimiter.quoted) {
      if (/^\w+$/.test(delimiter.value))
        this.marks.place(body, 'literal', scope, body.text, heredoc)
      else this.marks.refuseWithin(body, 'heredoc')
      return
    }
    if (body.parts === undefined) this.marks.place(body, 'heredoc', scope, body.text)
    for (const part of body.parts ?? [])
      if (part.type === 'Literal') this.marks.place(part, 'heredoc', scope, part.text)
      else if (part.type === 'CommandExpansion') this.substitution(part, scope)
      else this.marks.refuseWithin(part, 'expansion')
  }

  private word(word: Word, scope: Scope): void {
    this.marks.isText(word)
    const { parts } = word
    if (parts === undefined) {
      this.marks.place(word, 'bare', scope, word.text)
      return
    }
    for (const part of parts)
      switch (part.type) {
        case 'Literal':
          this.marks.place(part, 'bare', scope, part.text)
          break
        case 'SingleQuoted':
          this.marks.place(
            { pos: part.pos + 1, end: part.end - 1 },
            'single',
            scope,
            part.text.slice(1, -1),
          )
          break
        case 'AnsiCQuoted':
          this.marks.place(
            { pos: part.pos + 2, end: part.end - 1 },
            'ansi',
            scope,
            part.text.slice(2, -1),
          )
          break
        case 'DoubleQuoted':
          for (const child of part.parts)
            if (child.type === 'Literal') this.marks.place(child, 'double', scope, child.text)
            else if (child.type === 'CommandExpansion')
              this.substitution(child, { ...scope, quoted: true })
            else
              this.marks.refuseWithin(
                child,
                child.type === 'ArithmeticExpansion' ? 'arithmetic' : 'expansion',
              )
          break
        case 'CommandExpansion':
        case 'ProcessSubstitution':
          this.substitution(part, scope)
          break
        default:
          this.marks.refuseWithin(
            part,
            part.type === 'ArithmeticExpansion' ? 'arithmetic' : 'expansion',
          )
      }
  }

  private substitution(part: CommandExpansionPart | ProcessSubstitutionPart, scope: Scope): void {
    const backticks = part.text.startsWith('`')
    if (part.script === undefined) this.marks.refuseWithin(part, 'unreadable')
    else if (part.script.source !== undefined || (backticks && (scope.quoted || scope.backticks)))
      this.marks.refuseWithin(part, 'backticks')
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
          this.marks.refuseWithin(expression.operand, 'arithmetic')
        this.word(expression.operand, scope)
        return
      case 'TestBinary':
        if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(expression.operator))
          this.marks.refuseWithin(expression, 'arithmetic')
        if (expression.operator === '=~') this.marks.refuseWithin(expression.right, 'regex')
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
        this.marks.refuseWithin(expression, 'unreadable')
    }
  }
}
