// Program text as far as effects need it: one small tree for Python and JavaScript alike. What a
// language writes otherwise becomes one of these forms; what none can say becomes `all`, whose parts
// are still looked at, never left out.

export interface Argument {
  readonly value: Expr
  /** Of a keyword argument. */
  readonly name?: string
  readonly spread?: true
}

export interface Parameter {
  readonly target: Expr
  readonly rest?: true
}

export interface Func {
  readonly name: string | undefined
  readonly params: ReadonlyArray<Parameter>
  readonly body: ReadonlyArray<Stmt>
  /** Own names are those that are assigned to (Python), not those that are declared. */
  readonly owns: boolean
  /** Has no `this` of its own. */
  readonly lexical?: true
}

/** Offsets into the text. */
export interface At {
  readonly start: number
  readonly end: number
}

export type Expr =
  | { readonly is: 'const'; readonly value: string | number | boolean | null }
  | { readonly is: 'text'; readonly parts: ReadonlyArray<Expr> }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'member'; readonly object: Expr; readonly name: string }
  | { readonly is: 'index'; readonly object: Expr; readonly key: Expr }
  | {
      readonly is: 'slice'
      readonly object: Expr
      readonly bounds: ReadonlyArray<Expr | undefined>
    }
  | ({
      readonly is: 'call'
      readonly callee: Expr
      readonly args: ReadonlyArray<Argument>
      /** Of a tagged template: what the tag is called with where it is a function of the text. */
      readonly tagged?: ReadonlyArray<Argument>
    } & At)
  | { readonly is: 'list'; readonly items: ReadonlyArray<Expr> }
  /** An entry without a key spreads its value. */
  | {
      readonly is: 'map'
      readonly entries: ReadonlyArray<{ readonly key?: Expr; readonly value: Expr }>
    }
  /** Written by a format; `spec` undefined where only the run tells it. */
  | { readonly is: 'format'; readonly value: Expr; readonly spec: string | undefined }
  | { readonly is: 'spread'; readonly value: Expr }
  | { readonly is: 'function'; readonly fn: Func }
  | { readonly is: 'class'; readonly class: ClassTree }
  | { readonly is: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  /** Any one of these; `test` is looked at first. */
  | { readonly is: 'either'; readonly test?: Expr; readonly of: ReadonlyArray<Expr> }
  | {
      readonly is: 'assign'
      readonly target: Expr
      readonly value: Expr
      readonly op?: string
      /** A name of this block (JavaScript's let, const, class, function). */
      readonly declares?: true
    }
  /** A pattern's value where none is given. */
  | { readonly is: 'default'; readonly target: Expr; readonly value: Expr }
  | {
      readonly is: 'each'
      readonly over: ReadonlyArray<{ readonly target: Expr; readonly from: Expr }>
      readonly tests: ReadonlyArray<Expr>
      readonly value: Expr
    }
  | { readonly is: 'module'; readonly name: string; readonly member?: string }
  /** Parts that are looked at; a `truth` tells nothing of them, `data` may hold them. */
  | { readonly is: 'all'; readonly of: ReadonlyArray<Expr>; readonly gives: 'data' | 'truth' }
  /** The last of these. */
  | { readonly is: 'seq'; readonly of: ReadonlyArray<Expr> }
  /** Nested deeper than is read. */
  | { readonly is: 'unread' }

export interface ClassTree {
  readonly name: string | undefined
  readonly bases: ReadonlyArray<Expr>
  /** Assignments to names and functions become members. */
  readonly body: ReadonlyArray<Stmt>
}

export type Stmt =
  | { readonly is: 'do'; readonly value: Expr }
  | { readonly is: 'return'; readonly value: Expr }
  /** What follows is not run: to the end of a loop, or `far` beyond it. */
  | { readonly is: 'leave'; readonly far: boolean }
  | {
      readonly is: 'branches'
      readonly test: Expr
      readonly arms: ReadonlyArray<ReadonlyArray<Stmt>>
      /** One of the arms runs. */
      readonly total: boolean
    }
  | {
      readonly is: 'loop'
      readonly target?: Expr
      readonly over?: Expr
      readonly test?: Expr
      readonly body: ReadonlyArray<Stmt>
    }
  | { readonly is: 'block'; readonly body: ReadonlyArray<Stmt> }
  /** The body runs, at least to where it fails; handlers may. */
  | {
      readonly is: 'try'
      readonly body: ReadonlyArray<Stmt>
      readonly handlers: ReadonlyArray<ReadonlyArray<Stmt>>
    }
  /** Names of an outer function. */
  | { readonly is: 'outer'; readonly names: ReadonlyArray<string> }
  /** Every name of a module. */
  | { readonly is: 'star'; readonly module: string }

export interface Tree {
  readonly body: ReadonlyArray<Stmt>
  /** The text is not valid: what could be read was read. */
  readonly broken: boolean
}

export const UNREAD: Expr = { is: 'unread' }
export const NOTHING: Expr = { is: 'const', value: null }
