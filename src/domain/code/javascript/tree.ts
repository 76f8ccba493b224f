// JavaScript's and TypeScript's syntax tree in the common form. Nothing of the text is left out: a
// form that is not told apart becomes `all` of its parts.
import { tsPlugin } from '@sveltejs/acorn-typescript'
import { type AnyNode, type Options, Parser } from 'acorn'
import { type Expr, NOTHING, type Stmt, type Tree, UNREAD } from '../tree/tree.ts'
import {
  JavaScriptExpressions,
  MOST_DEPTH,
  nameOf,
  type Node,
  nodeOf,
  nodes,
} from './expressions.ts'

/** Reading types takes twice as long. */
const MOST_TYPED = 49_152

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
  checkPrivateFields: false,
}

/** Where types are tried as one thing and then another, nesting would take time without end. */
const bounded = (Base: typeof Parser): typeof Parser =>
  class extends Base {
    private read = 0
    override nextToken(): void {
      if (++this.read > 1000 + this.input.length) throw new RangeError('tokens')
      super.nextToken()
    }
  }

declare module 'acorn' {
  interface Parser {
    nextToken(): void
  }
}

let typed: typeof Parser | undefined
/** Made when it is first wanted: most text has no types. */
const typedParser = (): typeof Parser =>
  (typed ??= bounded(
    Parser.extend(tsPlugin() as unknown as (base: typeof Parser) => typeof Parser),
  ))

const WAYS: ReadonlyArray<(text: string) => unknown> = [
  (text) => Parser.parse(text, OPTIONS),
  (text) => Parser.parse(text, { ...OPTIONS, sourceType: 'script' }),
  (text) => typedParser().parse(text, { ...OPTIONS, locations: true }),
]

export const javascriptTree = (text: string): Tree => {
  for (const parse of text.length > MOST_TYPED ? WAYS.slice(0, 2) : WAYS)
    try {
      const program = parse(text) as AnyNode
      return { body: new JavaScript().program(program), broken: false }
    } catch {
      // The next way may take it; text that none takes is `broken`.
    }
  return { body: [], broken: true }
}

class JavaScript extends JavaScriptExpressions {
  program(program: AnyNode): ReadonlyArray<Stmt> {
    return this.body(nodes((program as unknown as Node)['body']))
  }

  /** Functions are there before the first statement runs. */
  private body(list: ReadonlyArray<Node>): Array<Stmt> {
    const out: Array<Stmt> = []
    const isFunction = (node: Node): boolean =>
      node.type === 'FunctionDeclaration' ||
      nodeOf(node['declaration'])?.type === 'FunctionDeclaration'
    for (const node of list) if (isFunction(node)) this.statement(node, out)
    for (const node of list) if (!isFunction(node)) this.statement(node, out)
    return out
  }

  protected bodyOf(value: unknown): Array<Stmt> {
    const node = nodeOf(value)
    if (node === undefined) return []
    if (node.type === 'BlockStatement' || node.type === 'StaticBlock')
      return this.body(nodes(node['body']))
    return this.body([node])
  }

  private statement(node: Node, out: Array<Stmt>): void {
    if (this.depth > MOST_DEPTH) {
      out.push({ is: 'do', value: UNREAD })
      return
    }
    this.depth++
    this.inner(node, out)
    this.depth--
  }

  private inner(node: Node, out: Array<Stmt>): void {
    const push = (value: Expr): number => out.push({ is: 'do', value })
    switch (node.type) {
      case 'ExpressionStatement':
        push(this.expr(node['expression']))
        return
      case 'VariableDeclaration':
        for (const one of nodes(node['declarations'])) {
          const value = one['init'] === null ? NOTHING : this.expr(one['init'])
          const target = this.expr(one['id'])
          push(
            node['kind'] === 'var' && one['init'] === null
              ? NOTHING
              : {
                  is: 'assign',
                  target,
                  value,
                  ...(node['kind'] === 'var' ? {} : { declares: true }),
                },
          )
        }
        return
      case 'FunctionDeclaration':
        push({
          is: 'assign',
          target: { is: 'name', name: nameOf(node['id']) },
          value: { is: 'function', fn: this.function(node) },
          declares: true,
        })
        return
      case 'ClassDeclaration':
        push({
          is: 'assign',
          target: { is: 'name', name: nameOf(node['id']) },
          value: { is: 'class', class: this.class(node) },
          declares: true,
        })
        return
      case 'ReturnStatement':
        out.push({ is: 'return', value: this.expr(node['argument']) })
        return
      case 'BlockStatement':
        out.push({ is: 'block', body: this.body(nodes(node['body'])) })
        return
      case 'LabeledStatement':
        out.push({ is: 'block', body: this.bodyOf(node['body']) })
        return
      case 'WithStatement':
        // Any name in it may be one of the object's.
        push({
          is: 'call',
          callee: { is: 'name', name: 'eval' },
          args: [{ value: this.all({ type: '', start: 0, end: 0, object: node['object'] }) }],
          start: node.start,
          end: node.end,
        })
        out.push(...this.bodyOf(node['body']))
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        out.push({ is: 'leave', far: node['label'] !== null })
        return
      case 'IfStatement': {
        const other = nodeOf(node['alternate'])
        const arms = [this.bodyOf(node['consequent'])]
        if (other !== undefined) arms.push(this.bodyOf(other))
        out.push({
          is: 'branches',
          test: this.expr(node['test']),
          arms,
          total: other !== undefined,
        })
        return
      }
      case 'SwitchStatement': {
        const cases = nodes(node['cases'])
        const tests = cases.map((one) => this.expr(one['test']))
        out.push({
          is: 'branches',
          test: { is: 'all', of: [this.expr(node['discriminant']), ...tests], gives: 'data' },
          arms: cases.map((one) => this.body(nodes(one['consequent']))),
          total: false,
        })
        return
      }
      case 'ForStatement': {
        const body: Array<Stmt> = []
        const init = nodeOf(node['init'])
        if (init?.type === 'VariableDeclaration') this.statement(init, body)
        else if (init !== undefined) body.push({ is: 'do', value: this.expr(init) })
        body.push({
          is: 'loop',
          test: this.expr(node['test']),
          body: [...this.bodyOf(node['body']), { is: 'do', value: this.expr(node['update']) }],
        })
        out.push({ is: 'block', body })
        return
      }
      case 'WhileStatement':
      case 'DoWhileStatement':
        out.push({ is: 'loop', test: this.expr(node['test']), body: this.bodyOf(node['body']) })
        return
      case 'ForOfStatement':
      case 'ForInStatement':
        out.push(this.each(node))
        return
      case 'TryStatement': {
        const handler = nodeOf(node['handler'])
        out.push({
          is: 'try',
          body: this.bodyOf(node['block']),
          handlers: handler === undefined ? [] : [this.handler(handler)],
        })
        out.push(...this.bodyOf(node['finalizer']))
        return
      }
      case 'ImportDeclaration':
        this.imported(node, out)
        return
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration': {
        const declared = nodeOf(node['declaration'])
        if (declared?.type.endsWith('Declaration') === true) this.statement(declared, out)
        else if (declared !== undefined) push(this.expr(declared))
        this.source(node, push)
        return
      }
      case 'ExportAllDeclaration':
        this.source(node, push)
        return
      case 'TSImportEqualsDeclaration':
      case 'TSEnumDeclaration':
      case 'TSModuleDeclaration':
      case 'TSExportAssignment':
        push(this.all(node))
        return
      case 'ThrowStatement':
        push(this.all(node))
        out.push({ is: 'leave', far: true })
        return
      case 'StaticBlock':
        out.push({ is: 'block', body: this.bodyOf(node) })
        return
      default:
        if (node.type.endsWith('Expression') || node.type === 'Identifier') push(this.expr(node))
    }
  }

  private handler(handler: Node): Array<Stmt> {
    const body = this.bodyOf(handler['body'])
    const param = nodeOf(handler['param'])
    if (param === undefined) return body
    const caught: Expr = { is: 'all', of: [], gives: 'truth' }
    return [
      {
        is: 'do',
        value: { is: 'assign', target: this.expr(param), value: caught, declares: true },
      },
      ...body,
    ]
  }

  private each(node: Node): Stmt {
    const left = nodeOf(node['left'])
    const declared =
      left?.type === 'VariableDeclaration' ? nodes(left['declarations'])[0]?.['id'] : left
    const over = this.expr(node['right'])
    return {
      is: 'block',
      body: [
        {
          is: 'loop',
          target: this.expr(declared),
          over: node.type === 'ForInStatement' ? { is: 'all', of: [over], gives: 'truth' } : over,
          body: this.bodyOf(node['body']),
        },
      ],
    }
  }

  private source(node: Node, push: (value: Expr) => void): void {
    const source = nodeOf(node['source'])
    if (source !== undefined) push({ is: 'module', name: String(source['value']) })
  }

  private imported(node: Node, out: Array<Stmt>): void {
    if (node['importKind'] === 'type') return
    const name = String(nodeOf(node['source'])?.['value'])
    const specifiers = nodes(node['specifiers'])
    if (specifiers.length === 0) out.push({ is: 'do', value: { is: 'module', name } })
    for (const one of specifiers) {
      const wanted = nodeOf(one['imported'])
      const member = wanted === undefined ? undefined : (wanted['name'] ?? wanted['value'])
      out.push({
        is: 'do',
        value: {
          is: 'assign',
          target: this.expr(one['local']),
          value:
            typeof member === 'string' && member !== 'default'
              ? { is: 'module', name, member }
              : { is: 'module', name },
          declares: true,
        },
      })
    }
  }
}
