// JavaScript's expressions in the common form. A form that is not told apart becomes `all` of its parts.
import {
  type Argument,
  type ClassTree,
  type Expr,
  type Func,
  NOTHING,
  type Parameter,
  type Stmt,
  UNREAD,
} from '../tree/tree.ts'

export const MOST_DEPTH = 120

/** A node of any kind: the typed parser makes kinds that acorn's types do not list. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

export const nodes = (value: unknown): ReadonlyArray<Node> =>
  Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []

export const nodeOf = (value: unknown): Node | undefined => (isNode(value) ? value : undefined)

const WRAPPERS = new Set(
  'ParenthesizedExpression ChainExpression AwaitExpression TSAsExpression TSSatisfiesExpression TSNonNullExpression TSTypeAssertion TSInstantiationExpression'.split(
    ' ',
  ),
)

const LOGICAL = new Set(['||', '&&', '??'])

export abstract class JavaScriptExpressions {
  protected depth = 0

  /** The statements of a function or block. */
  protected abstract bodyOf(value: unknown): Array<Stmt>

  protected function(node: Node): Func {
    const body = nodeOf(node['body'])
    return {
      name: node['id'] === undefined || node['id'] === null ? undefined : nameOf(node['id']),
      params: nodes(node['params']).map((one): Parameter => {
        const inner = one.type === 'TSParameterProperty' ? nodeOf(one['parameter'])! : one
        return inner.type === 'RestElement'
          ? { target: this.expr(inner['argument']), rest: true }
          : { target: this.expr(inner) }
      }),
      body:
        body === undefined
          ? []
          : body.type === 'BlockStatement'
            ? this.bodyOf(body)
            : [{ is: 'return', value: this.expr(body) }],
      owns: false,
      ...(node.type === 'ArrowFunctionExpression' ? { lexical: true } : {}),
    }
  }

  protected class(node: Node): ClassTree {
    const body: Array<Stmt> = []
    for (const one of nodes(nodeOf(node['body'])?.['body'])) {
      if (one.type === 'StaticBlock') {
        body.push({ is: 'block', body: this.bodyOf(one) })
        continue
      }
      const value =
        one['value'] === null || one['value'] === undefined ? NOTHING : this.expr(one['value'])
      if (one['computed'] === true) body.push({ is: 'do', value: this.expr(one['key']) })
      const name = one['computed'] === true ? '[]' : keyOf(one['key'])
      body.push({ is: 'do', value: { is: 'assign', target: { is: 'name', name }, value } })
    }
    const base = nodeOf(node['superClass'])
    return {
      name: node['id'] === null || node['id'] === undefined ? undefined : nameOf(node['id']),
      bases: base === undefined ? [] : [this.expr(base)],
      body,
    }
  }

  protected all(node: Node): Expr {
    const of: Array<Expr> = []
    for (const [field, value] of Object.entries(node))
      if (!/^(?:type|start|end|loc|range|typeAnnotation|typeParameters|returnType|id)$/.test(field))
        for (const one of nodes(value)) if (!one.type.startsWith('TSType')) of.push(this.expr(one))
    return { is: 'all', of, gives: 'data' }
  }

  expr(value: unknown): Expr {
    const node = nodeOf(value)
    if (node === undefined) return NOTHING
    if (this.depth > MOST_DEPTH) return UNREAD
    this.depth++
    const result = this.expression(node)
    this.depth--
    return result
  }

  protected expression(node: Node): Expr {
    if (WRAPPERS.has(node.type)) return this.expr(node['expression'] ?? node['argument'])
    switch (node.type) {
      case 'Identifier':
        return { is: 'name', name: nameOf(node) }
      case 'ThisExpression':
        return { is: 'name', name: 'this' }
      case 'Super':
        return { is: 'name', name: 'super' }
      case 'Literal':
        return literal(node)
      case 'TemplateLiteral':
        return { is: 'text', parts: this.template(node) }
      case 'TaggedTemplateExpression':
        return this.tagged(node, nodeOf(node['quasi'])!)
      case 'MemberExpression':
        if (node['computed'] !== true)
          return { is: 'member', object: this.expr(node['object']), name: nameOf(node['property']) }
        return { is: 'index', object: this.expr(node['object']), key: this.expr(node['property']) }
      case 'CallExpression':
      case 'NewExpression':
        return {
          is: 'call',
          callee: this.expr(node['callee']),
          args: this.args(node['arguments']),
          start: node.start,
          end: node.end,
        }
      case 'ImportExpression': {
        const source = this.expr(node['source'])
        return source.is === 'const' && typeof source.value === 'string'
          ? { is: 'module', name: source.value }
          : {
              is: 'call',
              callee: { is: 'name', name: 'require' },
              args: [{ value: source }],
              start: node.start,
              end: node.end,
            }
      }
      case 'ArrayExpression':
      case 'ArrayPattern':
        return {
          is: 'list',
          items: (node['elements'] as ReadonlyArray<unknown>).map((one) => this.expr(one)),
        }
      case 'ObjectExpression':
      case 'ObjectPattern':
        return this.object(node)
      case 'SpreadElement':
      case 'RestElement':
        return { is: 'spread', value: this.expr(node['argument']) }
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return { is: 'function', fn: this.function(node) }
      case 'ClassExpression':
        return { is: 'class', class: this.class(node) }
      case 'AssignmentPattern':
        return { is: 'default', target: this.expr(node['left']), value: this.expr(node['right']) }
      case 'AssignmentExpression': {
        const op = String(node['operator']).slice(0, -1)
        const target = this.expr(node['left'])
        const assigned = this.expr(node['right'])
        if (op === '') return { is: 'assign', target, value: assigned }
        return { is: 'assign', target, value: assigned, op: LOGICAL.has(op) ? '?' : op }
      }
      case 'BinaryExpression':
      case 'LogicalExpression':
        return this.binary(node)
      case 'ConditionalExpression':
        return {
          is: 'either',
          test: this.expr(node['test']),
          of: [this.expr(node['consequent']), this.expr(node['alternate'])],
        }
      case 'SequenceExpression':
        return { is: 'seq', of: nodes(node['expressions']).map((one) => this.expr(one)) }
      case 'UnaryExpression': {
        const argument = this.expr(node['argument'])
        const isNumber = argument.is === 'const' && typeof argument.value === 'number'
        if (node['operator'] === '-' && isNumber)
          return { is: 'const', value: -(argument.value as number) }
        return { is: 'all', of: [argument], gives: 'truth' }
      }
      case 'UpdateExpression': {
        const target = this.expr(node['argument'])
        return {
          is: 'assign',
          target,
          value: { is: 'const', value: 1 },
          op: String(node['operator'])[0]!,
        }
      }
      case 'YieldExpression':
        return this.all(node)
      case 'MetaProperty':
        return {
          is: 'name',
          name: nameOf(node['property']) === 'meta' ? 'import.meta' : 'new.target',
        }
      case 'VariableDeclaration':
      case 'BlockStatement':
        return NOTHING
      default:
        return this.all(node)
    }
  }

  /** Tags of libraries get one text; a function of the text its pieces, then the values between. */
  private tagged(node: Node, quasi: Node): Expr {
    const callee = this.expr(node['tag'])
    const isRaw = callee.is === 'member' && callee.name === 'raw'
    const parts = this.template(quasi, isRaw)
    const pieces = parts.filter((_, at) => at % 2 === 0)
    const values = parts.filter((_, at) => at % 2 === 1)
    return {
      is: 'call',
      callee,
      args: [{ value: { is: 'text', parts } }],
      tagged: [{ value: { is: 'list', items: pieces } }, ...values.map((value) => ({ value }))],
      start: node.start,
      end: node.end,
    }
  }

  protected template(node: Node, isRaw = false): Array<Expr> {
    const texts = nodes(node['quasis'])
    const values = nodes(node['expressions'])
    return texts.flatMap((one, at): Array<Expr> => {
      const written = one['value'] as { readonly cooked?: string | null; readonly raw?: string }
      const whole = isRaw ? written.raw : (written.cooked ?? written.raw)
      const text: Expr = { is: 'const', value: whole ?? '' }
      return at < values.length ? [text, this.expr(values[at])] : [text]
    })
  }

  protected args(value: unknown): Array<Argument> {
    return nodes(value).map((one): Argument =>
      one.type === 'SpreadElement'
        ? { value: this.expr(one['argument']), spread: true }
        : { value: this.expr(one) },
    )
  }

  protected object(node: Node): Expr {
    const entries: Array<{ key?: Expr; value: Expr }> = []
    for (const one of nodes(node['properties'])) {
      if (one.type === 'SpreadElement' || one.type === 'RestElement')
        entries.push({ value: this.expr(one['argument']) })
      else
        entries.push({
          key:
            one['computed'] === true
              ? this.expr(one['key'])
              : { is: 'const', value: keyOf(one['key']) },
          value: this.expr(one['value']),
        })
    }
    return { is: 'map', entries }
  }

  /** A chain such as `a + b + c + …` is as deep as it is long: its left side is walked, not climbed. */
  protected binary(node: Node): Expr {
    const steps: Array<{ readonly op: string; readonly right: Expr }> = []
    let here = node
    while (/^(?:Binary|Logical)Expression$/.test(here.type) && steps.length < 4096) {
      steps.push({ op: String(here['operator']), right: this.expr(here['right']) })
      here = nodeOf(here['left'])!
    }
    let value = this.expr(here)
    for (const { op, right } of steps.toReversed())
      value = LOGICAL.has(op)
        ? { is: 'either', of: [value, right] }
        : { is: 'binary', op, left: value, right }
    return value
  }
}

export const nameOf = (value: unknown): string => {
  const name = nodeOf(value)?.['name']
  return typeof name === 'string' ? name : ''
}

const keyOf = (value: unknown): string => {
  const node = nodeOf(value)
  return node?.type === 'Literal' ? String(node['value']) : nameOf(value)
}

const literal = (node: Node): Expr => {
  const { value } = node
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { is: 'const', value }
  return value === null && node['regex'] === undefined
    ? NOTHING
    : { is: 'all', of: [], gives: 'truth' }
}
