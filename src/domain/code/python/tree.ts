// Python's syntax tree in the common form. Nothing of the text is left out: a form that is not told
// apart becomes `all` of its parts.
import { parser } from '@lezer/python'
import { type Expr, type Func, NOTHING, type Stmt, type Tree, UNREAD } from '../tree/tree.ts'
import {
  childrenOf,
  MOST_DEPTH,
  PUNCTUATION,
  PythonExpressions,
  type SyntaxNode,
} from './expressions.ts'

/** More words and signs, or deeper brackets, take the parser too long. */
const MOST_TOKENS = 16_384
const MOST_BROKEN = 2048
const MOST_NESTING = 100

const STRICT = parser.configure({ strict: true })

export const pythonTree = (text: string): Tree => {
  if (isTooMuch(text)) return { body: [{ is: 'do', value: UNREAD }], broken: false }
  const whole = text.endsWith('\n') ? text : `${text}\n`
  // The grammar knows no `yield` without a value. What stands for it is as long.
  const valued = whole.replaceAll(/^([ \t]*(?:\w+ = )?)yield(?=[ \t]*$)/gm, '$1...  ')
  for (const one of valued === whole ? [whole] : [whole, valued]) {
    const parsed = parsedWhole(one)
    if (parsed !== undefined)
      return { body: new Python(one).body(childrenOf(parsed)), broken: false }
  }
  // What is not valid is read as far as that goes.
  const cut = whole.slice(0, MOST_BROKEN)
  return { body: new Python(cut).body(childrenOf(parser.parse(cut).topNode)), broken: true }
}

const parsedWhole = (text: string): SyntaxNode | undefined => {
  try {
    return STRICT.parse(text).topNode
  } catch {
    return undefined
  }
}

/** By words, signs and depth of brackets, strings not told apart. */
const isTooMuch = (text: string): boolean => {
  let depth = 0
  let tokens = 0
  let inWord = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isWord =
      code > 127 ||
      code === 95 ||
      (code >= 48 && code <= 57) ||
      (code >= 65 && code <= 90) ||
      (code >= 97 && code <= 122)
    if (isWord ? !inWord : code > 32) tokens++
    inWord = isWord
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > MOST_NESTING) return true
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--
  }
  return tokens > MOST_TOKENS
}

class Python extends PythonExpressions {
  body(nodes: ReadonlyArray<SyntaxNode>): Array<Stmt> {
    const out: Array<Stmt> = []
    for (const node of nodes) {
      if (PUNCTUATION.has(node.name)) continue
      if (this.depth > MOST_DEPTH) {
        out.push({ is: 'do', value: UNREAD })
        break
      }
      this.depth++
      this.statement(node, out)
      this.depth--
    }
    return out
  }

  private bodyIn(node: SyntaxNode): Array<Stmt> {
    const body = node.getChild('Body')
    return body === null ? [] : this.body(childrenOf(body))
  }

  private statement(node: SyntaxNode, out: Array<Stmt>): void {
    const push = (value: Expr): number => out.push({ is: 'do', value })
    const kids = childrenOf(node)
    switch (node.name) {
      case 'StatementGroup':
      case 'Script':
        out.push(...this.body(kids))
        return
      case 'AssignStatement':
        this.assignment(kids, push)
        return
      case 'UpdateStatement': {
        const at = kids.findIndex(({ name }) => name === 'UpdateOp')
        const op = at < 0 ? '' : this.of(kids[at]!).slice(0, -1)
        push({
          is: 'assign',
          target: this.target(kids.slice(0, at)),
          value: this.tuple(kids.slice(at + 1)),
          op,
        })
        return
      }
      case 'ReturnStatement':
        out.push({ is: 'return', value: kids.length > 1 ? this.tuple(kids.slice(1)) : NOTHING })
        return
      case 'ImportStatement':
        this.imported(kids, out)
        return
      case 'ScopeStatement':
        out.push({
          is: 'outer',
          names: kids.filter(({ name }) => name === 'VariableName').map((kid) => this.of(kid)),
        })
        return
      case 'IfStatement':
        this.conditional(kids, out)
        return
      case 'WhileStatement':
        out.push({ is: 'loop', test: this.expr(kids[1]), body: this.bodyIn(node) })
        this.rest(node, out)
        return
      case 'ForStatement': {
        const inside = kids.findIndex(({ name }) => name === 'in')
        const from = kids.findIndex(({ name }) => name === 'for') + 1
        const to = kids.findIndex(({ name }) => name === 'Body')
        out.push({
          is: 'loop',
          target: this.target(kids.slice(from, inside)),
          over: this.tuple(kids.slice(inside + 1, to < 0 ? undefined : to)),
          body: this.bodyIn(node),
        })
        this.rest(node, out)
        return
      }
      case 'TryStatement':
        this.attempt(kids, out)
        return
      case 'WithStatement':
        this.managed(kids, push)
        out.push(...this.bodyIn(node))
        return
      case 'FunctionDefinition':
      case 'ClassDefinition':
        push(this.definition(node))
        return
      case 'DecoratedStatement':
        this.decorated(kids, push)
        return
      case 'MatchStatement': {
        const arms: Array<Array<Stmt>> = []
        for (const clause of node.getChild('MatchBody')?.getChildren('MatchClause') ?? []) {
          const guard = clause.getChild('Guard')
          const arm: Array<Stmt> = []
          for (const name of namesIn(clause)) arm.push({ is: 'do', value: assigned(this.of(name)) })
          if (guard !== null) arm.push({ is: 'do', value: this.all(childrenOf(guard).slice(1)) })
          arms.push([...arm, ...this.bodyIn(clause)])
        }
        out.push({ is: 'branches', test: this.expr(kids[1]), arms, total: false })
        return
      }
      case 'ExpressionStatement':
        push(this.tuple(kids))
        return
      case 'YieldStatement':
        out.push({ is: 'return', value: { is: 'list', items: [this.tuple(kids.slice(1))] } })
        return
      case 'PassStatement':
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        out.push({ is: 'leave', far: false })
        return
      case 'RaiseStatement':
        push(this.all(kids))
        out.push({ is: 'leave', far: true })
        return
      case 'DeleteStatement':
        for (const kid of kids) if (/^[A-Z]/.test(kid.name)) push(this.deleted(kid))
        return
      case 'PrintStatement':
        push({
          is: 'call',
          callee: { is: 'name', name: 'print' },
          args: kids.slice(1).map((kid) => ({ value: this.expr(kid) })),
          start: node.from,
          end: node.to,
        })
        return
      case 'AssertStatement':
      case 'TypeDefinition':
        push(this.all(kids))
        return
      default:
        // Where the text is broken, expressions and bodies lie about.
        if (node.name === 'Body') out.push(...this.body(kids))
        else push(this.expr(node))
    }
  }

  /** What is deleted by its place moves the others. */
  private deleted(kid: SyntaxNode): Expr {
    const value = this.expr(kid)
    if (value.is !== 'index' && value.is !== 'slice') return value
    return {
      is: 'call',
      callee: { is: 'member', object: value.object, name: '__delitem__' },
      args: [],
      start: kid.from,
      end: kid.to,
    }
  }

  private rest(node: SyntaxNode, out: Array<Stmt>): void {
    const [, other] = node.getChildren('Body')
    if (other !== undefined)
      out.push({
        is: 'branches',
        test: NOTHING,
        arms: [this.body(childrenOf(other))],
        total: false,
      })
  }

  private assignment(kids: ReadonlyArray<SyntaxNode>, push: (value: Expr) => void): void {
    const groups: Array<Array<SyntaxNode>> = [[]]
    for (const kid of kids)
      if (kid.name === 'AssignOp') groups.push([])
      else if (kid.name === 'TypeDef') push(this.all(childrenOf(kid)))
      else groups.at(-1)!.push(kid)
    if (groups.length < 2) return
    let value = this.tuple(groups.at(-1)!)
    for (const group of groups.slice(0, -1).toReversed())
      value = { is: 'assign', target: this.target(group), value }
    push(value)
  }

  private conditional(kids: ReadonlyArray<SyntaxNode>, out: Array<Stmt>): void {
    const arms: Array<Array<Stmt>> = []
    const tests: Array<SyntaxNode> = []
    let total = false
    for (const kid of kids) {
      if (kid.name === 'else') total = true
      if (kid.name === 'Body') arms.push(this.body(childrenOf(kid)))
      else if (!['if', 'elif', 'else'].includes(kid.name)) tests.push(kid)
    }
    const [first] = tests
    // What a program does when it is run itself is what it does.
    if (arms.length === 1 && first !== undefined && /^__name__\s*==/.test(this.of(first)))
      out.push(...arms[0]!)
    else out.push({ is: 'branches', test: this.all(tests), arms, total })
  }

  private attempt(kids: ReadonlyArray<SyntaxNode>, out: Array<Stmt>): void {
    const bodies: Array<{ readonly of: string; readonly body: Array<Stmt> }> = []
    let word = 'try'
    let head: Array<Stmt> = []
    for (const kid of kids) {
      if (['try', 'except', 'else', 'finally'].includes(kid.name)) {
        word = kid.name
        head = []
      } else if (kid.name === 'Body')
        bodies.push({ of: word, body: [...head, ...this.body(childrenOf(kid))] })
      else if (kid.name === 'VariableName' && this.of(kid.prevSibling ?? kid) === 'as')
        head.push({ is: 'do', value: assigned(this.of(kid)) })
      else if (kid.name !== 'as') head.push({ is: 'do', value: this.expr(kid) })
    }
    const of = (name: string): Array<Array<Stmt>> =>
      bodies.filter((one) => one.of === name).map((one) => one.body)
    out.push({
      is: 'try',
      body: [...of('try').flat(), ...of('else').flat()],
      handlers: of('except'),
    })
    out.push(...of('finally').flat())
  }

  private managed(kids: ReadonlyArray<SyntaxNode>, push: (value: Expr) => void): void {
    for (let at = 0; at < kids.length; at++) {
      const kid = kids[at]!
      if (['with', 'async', 'as', ',', 'Body', '(', ')'].includes(kid.name)) continue
      const bound = kids[at + 1]?.name === 'as' ? kids[at + 2] : undefined
      const value = this.expr(kid)
      push(bound === undefined ? value : { is: 'assign', target: this.target([bound]), value })
      if (bound !== undefined) at += 2
    }
  }

  private definition(node: SyntaxNode): Expr {
    const name = node.getChild('VariableName')
    const target: Expr = { is: 'name', name: name === null ? '' : this.of(name) }
    if (node.name === 'FunctionDefinition')
      return {
        is: 'assign',
        target,
        value: { is: 'function', fn: this.function(node, target.name) },
      }
    const bases = node.getChild('ArgList')
    return {
      is: 'assign',
      target,
      value: {
        is: 'class',
        class: {
          name: target.name,
          bases: bases === null ? [] : this.args(bases).map(({ value }) => value),
          body: this.bodyIn(node),
        },
      },
    }
  }

  private decorated(kids: ReadonlyArray<SyntaxNode>, push: (value: Expr) => void): void {
    const defined = kids.find(({ name }) => name !== 'Decorator')
    if (defined === undefined) return
    const decorators = kids.filter(({ name }) => name === 'Decorator')
    const own = this.definition(defined)
    const isStatic = decorators.some((one) => this.of(one).trim() === '@staticmethod')
    if (own.is === 'assign' && own.value.is === 'function' && isStatic) {
      const { fn } = own.value
      push({
        ...own,
        value: {
          is: 'function',
          fn: { ...fn, params: [{ target: { is: 'name', name: '' } }, ...fn.params] },
        },
      })
      return
    }
    push(own)
    if (own.is !== 'assign') return
    let value = own.target
    for (const one of decorators.toReversed()) {
      const parts = childrenOf(one)
      let callee: Expr | undefined
      for (const part of parts) {
        if (part.name === 'VariableName') {
          const name = this.of(part)
          callee =
            callee === undefined ? { is: 'name', name } : { is: 'member', object: callee, name }
        } else if (part.name === 'ArgList' && callee !== undefined)
          callee = { is: 'call', callee, args: this.args(part), start: part.from, end: part.to }
      }
      if (callee !== undefined)
        value = { is: 'call', callee, args: [{ value }], start: one.from, end: one.to }
    }
    push(value)
  }

  private function(node: SyntaxNode, name?: string): Func {
    const list = node.getChild('ParamList')
    return {
      name,
      params: list === null ? [] : this.params(childrenOf(list)),
      body: this.bodyIn(node),
      owns: true,
    }
  }

  private imported(kids: ReadonlyArray<SyntaxNode>, out: Array<Stmt>): void {
    const push = (value: Expr): number => out.push({ is: 'do', value })
    const assign = (name: string, value: Expr): void => {
      push({ is: 'assign', target: { is: 'name', name }, value })
    }
    const first = kids[0]?.name
    const cut = kids.findIndex(({ name }, at) => name === 'import' && at > 0)
    const names = first === 'from' ? kids.slice(cut + 1) : kids.slice(1)
    const from =
      first === 'from'
        ? kids
            .slice(1, cut)
            .map((kid) => this.of(kid))
            .join('')
        : ''
    let dotted: Array<string> = []
    let alias: string | undefined
    const flush = (): void => {
      const [root] = dotted
      if (root === undefined) return
      const whole = dotted.join('.')
      if (first === 'from') assign(alias ?? root, { is: 'module', name: from, member: root })
      else if (alias !== undefined) assign(alias, { is: 'module', name: whole })
      else {
        if (dotted.length > 1) push({ is: 'module', name: whole })
        assign(root, { is: 'module', name: root })
      }
      dotted = []
      alias = undefined
    }
    let after = false
    for (const kid of names) {
      if (kid.name === ',') flush()
      else if (kid.name === '*') out.push({ is: 'star', module: from })
      else if (kid.name === 'as') after = true
      else if (kid.name === 'VariableName') {
        if (after) alias = this.of(kid)
        else dotted.push(this.of(kid))
        after = false
      }
    }
    flush()
  }
}

const assigned = (name: string): Expr => ({
  is: 'assign',
  target: { is: 'name', name },
  value: { is: 'all', of: [], gives: 'truth' },
})

/** Names that a pattern of a `case` sets. */
const namesIn = (clause: SyntaxNode): ReadonlyArray<SyntaxNode> => {
  const out: Array<SyntaxNode> = []
  const cursor = clause.cursor()
  const end = clause.getChild('Body')?.from ?? clause.to
  while (cursor.next() && cursor.from < end && out.length < 64)
    if (cursor.name === 'VariableName' && cursor.node.parent?.name === 'CapturePattern')
      out.push(cursor.node)
  return out
}
