// All program rows by name. A name with a folder is looked up only where the system keeps its
// programs: `./ls` and `/tmp/ls` are files like any other.
import { baseName } from '../../action/paths.ts'
import { type CompiledBehaviour, compile, type ProgramRow } from '../program.ts'
import { AGENTS } from './agents.ts'
import { ARCHIVES } from './archives.ts'
import { BUILDS } from './builds.ts'
import { CLOUDS } from './clouds.ts'
import { CONTAINERS } from './containers.ts'
import { DATABASES } from './databases.ts'
import { FILES } from './files.ts'
import { FORGES } from './forges.ts'
import { GIT } from './git.ts'
import { INTERPRETERS } from './interpreters.ts'
import { NETWORK } from './network.ts'
import { PACKAGES } from './packages.ts'
import { PICKERS } from './pickers.ts'
import { SEARCHES } from './searches.ts'
import { SHELL_BUILTINS } from './shellBuiltins.ts'
import { SHELLS } from './shells.ts'
import { SYSTEM } from './system.ts'
import { TEXT } from './text.ts'
import { TRANSFERS } from './transfers.ts'
import { WRAPPERS } from './wrappers.ts'

export const PROGRAMS: ReadonlyArray<ProgramRow> = [
  ...SHELL_BUILTINS,
  ...FILES,
  ...ARCHIVES,
  ...TEXT,
  ...SEARCHES,
  ...WRAPPERS,
  ...SHELLS,
  ...GIT,
  ...FORGES,
  ...NETWORK,
  ...TRANSFERS,
  ...PACKAGES,
  ...BUILDS,
  ...INTERPRETERS,
  ...CONTAINERS,
  ...CLOUDS,
  ...DATABASES,
  ...SYSTEM,
  ...PICKERS,
  ...AGENTS,
]

const BY_NAME = new Map(
  PROGRAMS.flatMap((row) => {
    const compiled = compile(row)
    return row.names.split(' ').map((name) => [name, compiled] as const)
  }),
)

/** Programs that are installed under names with a version: `python3.12`, `clang-18`. */
const VERSIONED =
  /^(python|pip|pypy|ruby|perl|php|lua|node|gcc|g\+\+|clang|clang\+\+|clang-format|clang-tidy|psql|java|go|bash|vim)-?\d[\d.]*$/

const SYSTEM_FOLDERS =
  /^(?:\/usr)?(?:\/local)?\/s?bin\/|^\/opt\/(?:homebrew|local)\/s?bin\/|^\/(?:snap|nix\/var\/nix\/profiles\/default)\/bin\//

/** The row of a program as a command names it. Case matters to no file system that some agents use. */
export const programNamed = (written: string): CompiledBehaviour | undefined => {
  let name = written
  if (name.includes('/')) {
    const base = baseName(name)
    // The client and the gate are what their names say wherever a copy of them lies.
    if (base === 'claude' || base === 'isonapse') return BY_NAME.get(base)
    if (!SYSTEM_FOLDERS.test(name) || name.includes('..')) return undefined
    name = base
  }
  const exact = BY_NAME.get(name)
  if (exact !== undefined || name.length > 64) return exact
  const plain = name.toLowerCase().replace(/\.exe$/, '')
  return BY_NAME.get(plain) ?? BY_NAME.get(VERSIONED.exec(plain)?.[1] ?? '')
}
