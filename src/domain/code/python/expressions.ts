// Python's expressions in the common form. A form that is not told apart becomes `all` of its parts.
import type { parser } from '@lezer/python'
import { type Argument, type Expr, NOTHING, type Parameter, UNREAD } from '../tree/tree.ts'
import { literalOf } from './literal.ts'

export type SyntaxNode = ReturnType<typeof parser.parse>['topNode']

export const MOST_DEPTH = 120

export const childrenOf = (node: SyntaxNode): Array<SyntaxNode> => {
  const out: Array<SyntaxNode> = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'Comment') out.push(child)
  return out
}

export const PUNCTUATION = new Set(['(', ')', '[', ']', '{', '}', ',', ':', ';', '.'])

export class PythonExpressions {
  protected readonly text: string
  protected depth = 0

  constructor(text: string) {
    this.text = text
  }

  protected of(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to)
  }

  protected params(kids: ReadonlyArray<SyntaxNode>): Array<Parameter> {
    const out: Array<Parameter> = []
    let rest = false
    for (let at = 0; at < kids.length; at++) {
      const kid = kids[at]!
      if (kid.name === '*' || kid.name === '**') rest = true
      else if (kid.name === ',') rest = false
      else if (kid.name === 'VariableName') {
        const target: Expr = { is: 'name', name: this.of(kid) }
        const assigns = kids[at + 1]?.name === 'TypeDef' ? at + 2 : at + 1
        if (kids[assigns]?.name === 'AssignOp') {
          out.push({ target: { is: 'default', target, value: this.expr(kids[assigns + 1]) } })
          at = assigns + 1
        } else out.push(rest ? { target, rest: true } : { target })
      }
    }
    return out
  }

  protected all(nodes: ReadonlyArray<SyntaxNode>): Expr {
    const of = nodes.filter(({ name }) => /^[A-Z]/.test(name)).map((kid) => this.expr(kid))
    return { is: 'all', of, gives: 'data' }
  }

  /** One expression, or several as a tuple. */
  protected tuple(nodes: ReadonlyArray<SyntaxNode>): Expr {
    const parts = this.items(nodes)
    const comma = nodes.some(({ name }) => name === ',')
    return parts.length === 1 && !comma ? parts[0]! : { is: 'list', items: parts }
  }

  protected items(nodes: ReadonlyArray<SyntaxNode>): Array<Expr> {
    const out: Array<Expr> = []
    let spread = false
    for (const node of nodes) {
      if (node.name === '*') spread = true
      else if (!PUNCTUATION.has(node.name)) {
        const value = this.expr(node)
        out.push(spread ? { is: 'spread', value } : value)
        spread = false
      }
    }
    return out
  }

  protected target(nodes: ReadonlyArray<SyntaxNode>): Expr {
    return this.tuple(nodes)
  }

  expr(node: SyntaxNode | undefined | null): Expr {
    if (node === undefined || node === null) return NOTHING
    if (this.depth > MOST_DEPTH) return UNREAD
    this.depth++
    const value = this.inner(node)
    this.depth--
    return value
  }

  protected inner(node: SyntaxNode): Expr {
    const at = { start: node.from, end: node.to }
    switch (node.name) {
      case 'VariableName':
        return { is: 'name', name: this.of(node).normalize('NFKC') }
      case 'Number': {
        const value = Number(this.of(node).replaceAll('_', ''))
        return Number.isNaN(value) ? { is: 'all', of: [], gives: 'truth' } : { is: 'const', value }
      }
      case 'Boolean':
        return { is: 'const', value: this.of(node) === 'True' }
      case 'None':
        return NOTHING
      case 'String':
        return { is: 'const', value: literalOf(this.of(node)) }
    }
    const kids = childrenOf(node)
    switch (node.name) {
      case 'ContinuedString':
        return { is: 'text', parts: kids.map((kid) => this.expr(kid)) }
      case 'FormatString':
        return this.format(node, kids)
      case 'ParenthesizedExpression':
      case 'AwaitExpression':
        return this.tuple(kids.filter(({ name }) => name !== 'await'))
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'SetExpression':
        return { is: 'list', items: this.items(kids) }
      case 'DictionaryExpression':
        return this.dictionary(kids)
      case 'MemberExpression':
        return this.member(kids)
      case 'CallExpression':
        return {
          is: 'call',
          callee: this.expr(kids[0]),
          args: kids[1] === undefined ? [] : this.args(kids[1]),
          ...at,
        }
      case 'BinaryExpression':
        return this.binary(node, kids)
      case 'UnaryExpression': {
        const value = this.expr(kids[1])
        if (value.is === 'const' && typeof value.value === 'number' && this.of(kids[0]!) === '-')
          return { is: 'const', value: -value.value }
        return { is: 'all', of: [value], gives: 'truth' }
      }
      case 'ConditionalExpression':
        return {
          is: 'either',
          test: this.expr(kids[2]),
          of: [this.expr(kids[0]), this.expr(kids[4])],
        }
      case 'LambdaExpression': {
        const list = node.getChild('ParamList')
        return {
          is: 'function',
          fn: {
            name: undefined,
            params: list === null ? [] : this.params(childrenOf(list)),
            body: [{ is: 'return', value: this.expr(kids.at(-1)) }],
            owns: true,
          },
        }
      }
      case 'NamedExpression':
        return { is: 'assign', target: this.expr(kids[0]), value: this.expr(kids[2]) }
      case 'YieldExpression':
        return this.all(kids)
    }
    if (node.name.endsWith('ComprehensionExpression')) return this.comprehension(kids)
    return this.all(kids)
  }

  protected format(node: SyntaxNode, kids: ReadonlyArray<SyntaxNode>): Expr {
    const raw = this.of(node)
    const prefix = /^[a-zA-Z]*/.exec(raw)![0]
    const quote = /^(?:'''|"""|'|")/.exec(raw.slice(prefix.length))?.[0] ?? ''
    const parts: Array<Expr> = []
    let from = node.from + prefix.length + quote.length
    const plain = (to: number): void => {
      if (to > from) {
        const text = this.text.slice(from, to).replaceAll('{{', '{').replaceAll('}}', '}')
        const marks = /r/i.test(prefix) ? 'r"""' : '"""'
        parts.push({ is: 'const', value: literalOf(`${marks}${text}"""`) })
      }
    }
    for (const kid of kids) {
      if (kid.name !== 'FormatReplacement') continue
      plain(kid.from)
      const inner = childrenOf(kid).filter(
        ({ name }) => /^[A-Z]/.test(name) && !/^Format(?:Spec|Conversion|SelfDoc)$/.test(name),
      )
      const spec = kid.getChild('FormatSpec')
      const nested =
        spec === null ? [] : childrenOf(spec).filter(({ name }) => name === 'FormatReplacement')
      const how = spec === null ? '' : this.of(spec).replace(/^:/, '')
      const conversion = kid.getChild('FormatConversion')
      const quotes = conversion !== null && !this.of(conversion).endsWith('s')
      // Its own text is written before it, and quotes about it.
      const selfDoc = kid.getChild('FormatSelfDoc') !== null
      const value = this.tuple(inner)
      const mark: Expr = { is: 'const', value: "'" }
      const bare = quotes ? { is: 'text' as const, parts: [mark, value, mark] } : value
      parts.push({
        is: 'format',
        value: bare,
        spec: nested.length > 0 || selfDoc ? undefined : how,
      })
      for (const one of nested) parts.push(this.all(childrenOf(one)))
      from = kid.to
    }
    plain(node.to - quote.length)
    return { is: 'text', parts }
  }

  protected dictionary(kids: ReadonlyArray<SyntaxNode>): Expr {
    const entries: Array<{ key?: Expr; value: Expr }> = []
    const parts = kids.filter(({ name }) => !['{', '}', ','].includes(name))
    for (let at = 0; at < parts.length; at++) {
      if (parts[at]!.name === '**') entries.push({ value: this.expr(parts[++at]) })
      else if (parts[at + 1]?.name === ':') {
        entries.push({ key: this.expr(parts[at]), value: this.expr(parts[at + 2]) })
        at += 2
      } else entries.push({ value: this.expr(parts[at]) })
    }
    return { is: 'map', entries }
  }

  protected member(kids: ReadonlyArray<SyntaxNode>): Expr {
    const object = this.expr(kids[0])
    const property = kids.find(({ name }) => name === 'PropertyName')
    if (property !== undefined)
      return { is: 'member', object, name: this.of(property).normalize('NFKC') }
    const inside = kids.slice(2, -1)
    if (!inside.some(({ name }) => name === ':'))
      return { is: 'index', object, key: this.tuple(inside) }
    const bounds: Array<Expr | undefined> = [undefined]
    for (const kid of inside)
      if (kid.name === ':') bounds.push(undefined)
      else bounds[bounds.length - 1] = this.expr(kid)
    return { is: 'slice', object, bounds }
  }

  /** A chain such as `a + b + c + …` is as deep as it is long: its left side is walked, not climbed. */
  protected binary(node: SyntaxNode, kids: ReadonlyArray<SyntaxNode>): Expr {
    const steps: Array<{ readonly op: string; readonly right: Expr }> = []
    let here: SyntaxNode = node
    let parts = kids
    for (;;) {
      const op = parts
        .slice(1, -1)
        .map((kid) => this.of(kid))
        .join('')
      steps.push({ op, right: this.expr(parts.at(-1)) })
      const [left] = parts
      if (left === undefined) return this.all(parts)
      here = left
      if (here.name !== 'BinaryExpression' || steps.length > 4096) break
      parts = childrenOf(here)
    }
    let value = this.expr(here)
    for (const { op, right } of steps.toReversed())
      value =
        op === 'or' || op === 'and'
          ? { is: 'either', of: [value, right] }
          : { is: 'binary', op, left: value, right }
    return value
  }

  protected comprehension(kids: ReadonlyArray<SyntaxNode>): Expr {
    const inside = kids.filter(
      ({ name }) => !['(', ')', '[', ']', '{', '}', 'async'].includes(name),
    )
    const first = inside.findIndex(({ name }) => name === 'for')
    const over: Array<{ target: Expr; from: Expr }> = []
    const tests: Array<Expr> = []
    for (let at = first; at >= 0 && at < inside.length; at++) {
      const { name } = inside[at]!
      if (name === 'if') tests.push(this.expr(inside[at + 1]))
      if (name !== 'for') continue
      const cut = inside.findIndex((kid, index) => index > at && kid.name === 'in')
      if (cut < 0) break
      over.push({
        target: this.target(inside.slice(at + 1, cut)),
        from: this.expr(inside[cut + 1]),
      })
    }
    return { is: 'each', over, tests, value: this.tuple(inside.slice(0, Math.max(first, 0))) }
  }

  protected args(list: SyntaxNode): Array<Argument> {
    const out: Array<Argument> = []
    const kids = childrenOf(list).filter(({ name }) => name !== '(' && name !== ')')
    let group: Array<SyntaxNode> = []
    const flush = (): void => {
      const [first, second, third] = group
      if (first === undefined) return
      const comprehension = group.findIndex(({ name }) => name === 'for')
      if (first.name === '*' || first.name === '**')
        out.push({ value: this.expr(second), spread: true })
      else if (second?.name === 'AssignOp' && third !== undefined)
        out.push({ name: this.of(first), value: this.tuple(group.slice(2)) })
      else if (comprehension > 0) out.push({ value: this.comprehension(group) })
      else out.push({ value: this.tuple(group) })
      group = []
    }
    for (const kid of kids)
      if (kid.name === ',') flush()
      else group.push(kid)
    flush()
    return out
  }
}
