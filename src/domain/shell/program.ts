// The form of the program table: one row says how a program's arguments become effects. Rows are
// data; what data cannot say is a small function over a ProgramCall.
import type { EffectKind } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { ProgramCall } from './programCall.ts'

/**
 * What an argument is. `list` a path looked at, not into · `read` a file that is read · `scan` a
 * folder read as a whole · `write`, `change` (as a whole) · `delete`, `deleteAll` · `fetch`, `send` a
 * URL or host · `chdir` where the program works from · `script` shell text · `file` program text that
 * is run · `code` program text of another language · `data` nothing of consequence · `pair` two
 * values, of no consequence.
 */
export type Role =
  | 'data'
  | 'pair'
  | 'list'
  | 'read'
  | 'scan'
  | 'write'
  | 'change'
  | 'delete'
  | 'deleteAll'
  | 'fetch'
  | 'send'
  | 'chdir'
  | 'script'
  | 'file'
  | 'code'

/**
 * A fixed effect: its kind, an opaque code, the repository's own folder written to, or a path below
 * the working directory.
 */
export type Fact =
  Exclude<EffectKind, 'opaque'> | OpaqueCode | 'repository' | `reads ${string}` | `writes ${string}`

/**
 * A command and the short forms of its effects, `cat .env => fs.read .env, secret.read .env`; nothing
 * after the arrow where it has none. Run as tests in the project folder `~/app`.
 */
export type Example = `${string} =>${string}`

export interface Behaviour {
  /** Options that take a value, by all their spellings: `'-o --output': 'write'`. Others are flags. */
  readonly options?: Readonly<Record<string, Role>>
  /** What the operands are: the first, the second, … the last role repeats. Default: `data`. */
  readonly operands?: ReadonlyArray<Role>
  /** Role of the last operand where it differs and there are at least two. */
  readonly last?: Role
  /** Role of the working directory when there is no operand. */
  readonly none?: Role
  /** Effects whatever the arguments. */
  readonly does?: ReadonlyArray<Fact>
  /** Effects when one of the flags is there (any unambiguous shortening of a long one too). */
  readonly flags?: Readonly<Record<string, ReadonlyArray<Fact>>>
  /** Programs with single-dash long options, and those whose options end at the first operand. */
  readonly style?: 'gnu' | 'long' | 'posix'
  /** So many first operands name what is done, and belong into the capability. */
  readonly named?: number
  /** Options before the subcommand are a language of their own: after it `-C` is something else. */
  readonly globalsFirst?: true
  /** A final `--help` only prints, as it does for every program with subcommands. */
  readonly helps?: true
  /** Subcommands, by all their names. */
  readonly sub?: Readonly<Record<string, Behaviour>>
  /** Any other subcommand; without it an unlisted one is opaque. */
  readonly other?: Behaviour
  /** The rest, where data does not say it. */
  readonly run?: (call: ProgramCall) => void
  /** What holds for every subcommand too. */
  readonly every?: (call: ProgramCall) => void
}

export interface ProgramRow extends Behaviour {
  readonly names: string
  readonly examples: ReadonlyArray<Example>
}

/** A behaviour with its spellings split. */
export interface CompiledBehaviour {
  readonly source: Behaviour
  readonly options: ReadonlyMap<string, Role>
  readonly flags: ReadonlyArray<{
    readonly spellings: ReadonlyArray<string>
    readonly facts: ReadonlyArray<Fact>
  }>
  readonly sub: ReadonlyMap<string, CompiledBehaviour> | undefined
  readonly other: CompiledBehaviour | undefined
  readonly every: ReadonlyArray<(call: ProgramCall) => void>
  readonly style: NonNullable<Behaviour['style']>
}

const spread = <V>(
  table: Readonly<Record<string, V>> | undefined,
): ReadonlyArray<readonly [string, V]> =>
  Object.entries(table ?? {}).flatMap(([names, value]) =>
    names.split(' ').map((name) => [name, value] as const),
  )

/**
 * Subcommands take their program's options and its `every` as well as their own. Each part is worked
 * out when a command first asks for it: of thousands of behaviours a session uses a few.
 */
export const compile = (
  source: Behaviour,
  outer: Pick<CompiledBehaviour, 'options' | 'every' | 'style'> = OUTERMOST,
): CompiledBehaviour => new Compiled(source, outer)

const OUTERMOST: Pick<CompiledBehaviour, 'options' | 'every' | 'style'> = {
  options: new Map(),
  every: [],
  style: 'gnu',
}

class Compiled implements CompiledBehaviour {
  readonly source: Behaviour
  readonly every: CompiledBehaviour['every']
  readonly style: CompiledBehaviour['style']
  readonly #outer: Pick<CompiledBehaviour, 'options'>
  #options: CompiledBehaviour['options'] | undefined
  #flags: CompiledBehaviour['flags'] | undefined
  #sub: CompiledBehaviour['sub']
  #other: CompiledBehaviour['other']

  constructor(source: Behaviour, outer: typeof OUTERMOST) {
    this.source = source
    this.every = source.every === undefined ? outer.every : [...outer.every, source.every]
    // How words are split up is the program's manner; where options end is each subcommand's own.
    this.style = source.style ?? (outer.style === 'long' ? 'long' : 'gnu')
    this.#outer = outer
  }

  get options(): CompiledBehaviour['options'] {
    return (this.#options ??= new Map([...this.#outer.options, ...spread(this.source.options)]))
  }

  get flags(): CompiledBehaviour['flags'] {
    return (this.#flags ??= Object.entries(this.source.flags ?? {}).map(([names, facts]) => ({
      spellings: names.split(' '),
      facts,
    })))
  }

  get sub(): CompiledBehaviour['sub'] {
    if (this.source.sub === undefined) return undefined
    return (this.#sub ??= new Map(
      Object.entries(this.source.sub).flatMap(([names, one]) => {
        const compiled = this.#inner(one)
        return names.split(' ').map((name) => [name, compiled] as const)
      }),
    ))
  }

  get other(): CompiledBehaviour['other'] {
    if (this.source.other === undefined) return undefined
    return (this.#other ??= this.#inner(this.source.other))
  }

  #inner(behaviour: Behaviour): CompiledBehaviour {
    const { every, style } = this
    // Options before the subcommand may be a language of their own.
    const around = this.source.globalsFirst === true ? OUTERMOST : this
    return new Compiled(behaviour, { options: around.options, every, style })
  }
}
