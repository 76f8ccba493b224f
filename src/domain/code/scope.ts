// The names of a block or function while its text is read. A branch writes into a scope of its own
// that is joined afterwards, so that what only one branch sets is never taken for certain.
import { ANYTHING, either, type Value } from './value.ts'

export class Scope {
  readonly parent: Scope | undefined
  readonly kind: 'function' | 'block' | 'branch'
  private readonly names = new Map<string, Value>()
  private readonly outer = new Set<string>()

  constructor(parent: Scope | undefined, kind: Scope['kind']) {
    this.parent = parent
    this.kind = kind
  }

  get(name: string): Value | undefined {
    return this.names.get(name) ?? this.parent?.get(name)
  }

  /** A name of this very block. */
  declare(name: string, value: Value): void {
    this.names.set(name, value)
  }

  /** Assignments to these names are for the scope around the function. */
  isOuter(name: string): void {
    this.function().outer.add(name)
  }

  private function(): Scope {
    return outward(this).find(({ kind }) => kind === 'function') ?? this
  }

  /**
   * Assigns a name where it is declared. With `owns` the innermost function is where it is. What a
   * function sets outside itself may have been set or not by the time somebody looks.
   */
  set(name: string, value: Value, owns: boolean): void {
    const scopes = outward(this)
    let target = scopes[0]!
    let left = false
    let branch: Scope | undefined
    for (const scope of scopes) {
      target = scope
      if (scope.kind === 'branch' && !left) branch ??= scope
      const found = scope.names.has(name) && scope.kind !== 'branch'
      const ends = scope.kind === 'function' && owns && !left && !scope.outer.has(name)
      if (found || ends || scope.parent === undefined) break
      if (scope.kind === 'function') left = true
    }
    if (left) target.names.set(name, either([target.names.get(name) ?? ANYTHING, value]))
    else (branch ?? target).names.set(name, value)
  }

  /** Everything that any of the branches wrote, as one of what they left. */
  join(branches: ReadonlyArray<Scope>, total: boolean, owns: boolean): boolean {
    const names = new Set(branches.flatMap((branch) => [...branch.names.keys()]))
    let changed = false
    for (const name of names) {
      const before = this.get(name)
      const values = branches.map((branch) => branch.names.get(name) ?? before)
      const known = [...(total ? [] : [before]), ...values].filter((one) => one !== undefined)
      const after = either(known)
      if (after !== before) changed = true
      this.set(name, after, owns)
    }
    return changed
  }
}

/** A scope and those around it, the innermost first. */
const outward = (inner: Scope): ReadonlyArray<Scope> => {
  const out: Array<Scope> = []
  for (let scope: Scope | undefined = inner; scope !== undefined; scope = scope.parent)
    out.push(scope)
  return out
}
