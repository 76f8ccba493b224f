// The names of a block or function while its text is read. A branch writes into a scope of its own
// that is joined afterwards, so that what only one branch sets is never taken for certain.
import { alike, ANYTHING, either, optionsOf, type Value } from './value.ts'

const MOST_PAST = 16

export class Scope {
  readonly parent: Scope | undefined
  readonly kind: 'function' | 'block' | 'branch'
  private readonly names = new Map<string, Value>()
  private readonly outer = new Set<string>()
  /** What functions further in set here. */
  private late: Map<string, Value> | undefined
  /** Of a branch that may end anywhere: all that each name was set to. */
  private readonly trail: Map<string, Array<Value>> | undefined

  /** A branch `inPart` may be left after any of its statements. */
  constructor(parent: Scope | undefined, kind: Scope['kind'], inPart = false) {
    this.parent = parent
    this.kind = kind
    this.trail = inPart ? new Map() : undefined
  }

  get(name: string): Value | undefined {
    return this.find(name, undefined)
  }

  /** `shown` is what a branch further in has it be. */
  private find(name: string, shown: Value | undefined): Value | undefined {
    const own = this.names.get(name)
    if (own === undefined || this.kind === 'branch') {
      const known = shown ?? own
      return this.parent === undefined ? known : this.parent.find(name, known)
    }
    if (shown === undefined) return own
    // A function may have set it behind the branch's back.
    const late = this.late?.get(name)
    return late === undefined ? shown : either([shown, late])
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
      const shown = scope.kind === 'branch' && left ? scope.names.get(name) : undefined
      if (shown !== undefined) scope.put(name, either([shown, value]))
      if (scope.kind === 'branch' && !left) branch ??= scope
      const found = scope.names.has(name) && scope.kind !== 'branch'
      const ends = scope.kind === 'function' && owns && !left && !scope.outer.has(name)
      if (found || ends || scope.parent === undefined) break
      if (scope.kind === 'function') left = true
    }
    if (left) {
      target.put(name, either([target.names.get(name) ?? ANYTHING, value]))
      const before = target.late?.get(name)
      ;(target.late ??= new Map()).set(name, before === undefined ? value : either([before, value]))
    } else (branch ?? target).put(name, value)
  }

  private put(name: string, value: Value): void {
    this.names.set(name, value)
    const past = this.trail?.get(name)
    if (past === undefined) this.trail?.set(name, [value])
    else if (past.length < MOST_PAST) past.push(value)
    else past[0] = either([past[0]!, value])
  }

  /** What a name of this branch may be when the branch is over. */
  private left(name: string, before: Value | undefined): Value | undefined {
    if (this.trail === undefined) return this.names.get(name) ?? before
    const past = [...(before === undefined ? [] : [before]), ...(this.trail.get(name) ?? [])]
    return past.length === 0 ? undefined : either(past)
  }

  /** Everything that any of the branches wrote, as one of what they left; names that are new so. */
  join(branches: ReadonlyArray<Scope>, total: boolean, owns: boolean): ReadonlyArray<string> {
    const names = new Set(branches.flatMap((branch) => [...branch.names.keys()]))
    const changed: Array<string> = []
    for (const name of names) {
      const before = this.get(name)
      const values = branches.map((branch) => branch.left(name, before))
      const known = [...(total ? [] : [before]), ...values].filter((one) => one !== undefined)
      const after = either(known)
      if (before === undefined || !covers(before, after)) changed.push(name)
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

const covers = (before: Value, after: Value): boolean => {
  const known = optionsOf(before)
  return optionsOf(after).every((one) => known.some((other) => alike(one, other)))
}
