// All program rows by name. A name with a folder is looked up only where the system keeps its
// programs: `./ls` and `/tmp/ls` are files like any other.
import { baseName } from '../../action/paths.ts'
import { type CompiledBehaviour, compile, type ProgramRow } from '../program.ts'
import { ACCOUNTS } from './accounts.ts'
import { AGENTS } from './agents.ts'
import { APPLE_FILES } from './appleFiles.ts'
import { ARCHIVES } from './archives.ts'
import { AUTOMATION } from './automation.ts'
import { AWS } from './aws.ts'
import { AZURE } from './azure.ts'
import { BACKUPS } from './backups.ts'
import { BUILDS } from './builds.ts'
import { CARGO } from './cargo.ts'
import { CLOUDS } from './clouds.ts'
import { COMPILERS } from './compilers.ts'
import { COMPRESSION } from './compression.ts'
import { CONDA } from './conda.ts'
import { CONTAINERS } from './containers.ts'
import { DATABASES } from './databases.ts'
import { DEVICES } from './devices.ts'
import { FILE_CHANGES } from './fileChanges.ts'
import { FILE_MARKS } from './fileMarks.ts'
import { FILES } from './files.ts'
import { FORGES } from './forges.ts'
import { FORMATTERS } from './formatters.ts'
import { GCLOUD } from './gcloud.ts'
import { GIT } from './git.ts'
import { HTTP } from './http.ts'
import { GIT_HOOKS } from './gitHooks.ts'
import { INTERPRETERS } from './interpreters.ts'
import { KEYCHAINS } from './keychains.ts'
import { KUBERNETES } from './kubernetes.ts'
import { LANGUAGE_PACKAGES } from './languagePackages.ts'
import { LOGS } from './logs.ts'
import { MACOS } from './macos.ts'
import { MESSAGING } from './messaging.ts'
import { MACHINES } from './machines.ts'
import { NETWORK } from './network.ts'
import { NETWORK_CONFIG } from './networkConfig.ts'
import { OPENSSL } from './openssl.ts'
import { OTHER_VERSION_CONTROL } from './otherVersionControl.ts'
import { PACKAGES } from './packages.ts'
import { PACKET_FILTERS } from './packetFilters.ts'
import { PICKERS } from './pickers.ts'
import { PROCESSES } from './processes.ts'
import { PYTHON_PACKAGES } from './pythonPackages.ts'
import { PYTHON_TOOLS } from './pythonTools.ts'
import { SAAS } from './saas.ts'
import { SCRIPTING } from './scripting.ts'
import { SEARCHES } from './searches.ts'
import { SECRET_MANAGERS } from './secretManagers.ts'
import { SERVERS } from './servers.ts'
import { SHELL_BUILTINS } from './shellBuiltins.ts'
import { SHELLS } from './shells.ts'
import { SITES } from './sites.ts'
import { SMALL_TOOLS } from './smallTools.ts'
import { SQL_CLIENTS } from './sqlClients.ts'
import { STREAM_EDITORS } from './streamEditors.ts'
import { SURROUNDINGS } from './surroundings.ts'
import { SYSTEM } from './system.ts'
import { SYSTEM_PACKAGES } from './systemPackages.ts'
import { TERRAFORM } from './terraform.ts'
import { TEXT } from './text.ts'
import { TOOLCHAINS } from './toolchains.ts'
import { TRANSFERS } from './transfers.ts'
import { VOLUMES } from './volumes.ts'
import { WINDOWS } from './windows.ts'
import { WINDOWS_SHELLS } from './windowsShells.ts'
import { WRAPPERS } from './wrappers.ts'

export const PROGRAMS: ReadonlyArray<ProgramRow> = [
  ...SHELL_BUILTINS,
  ...FILES,
  ...FILE_CHANGES,
  ...FILE_MARKS,
  ...ARCHIVES,
  ...COMPRESSION,
  ...TEXT,
  ...STREAM_EDITORS,
  ...SEARCHES,
  ...SURROUNDINGS,
  ...WRAPPERS,
  ...SHELLS,
  ...GIT,
  ...FORGES,
  ...OTHER_VERSION_CONTROL,
  ...HTTP,
  ...NETWORK,
  ...TRANSFERS,
  ...PACKAGES,
  ...PYTHON_PACKAGES,
  ...PYTHON_TOOLS,
  ...CONDA,
  ...CARGO,
  ...LANGUAGE_PACKAGES,
  ...SYSTEM_PACKAGES,
  ...TOOLCHAINS,
  ...BUILDS,
  ...FORMATTERS,
  ...GIT_HOOKS,
  ...COMPILERS,
  ...INTERPRETERS,
  ...SCRIPTING,
  ...CONTAINERS,
  ...MACHINES,
  ...CLOUDS,
  ...TERRAFORM,
  ...SERVERS,
  ...SECRET_MANAGERS,
  ...SAAS,
  ...MESSAGING,
  ...KUBERNETES,
  ...GCLOUD,
  ...BACKUPS,
  ...AZURE,
  ...AUTOMATION,
  ...AWS,
  ...DATABASES,
  ...SITES,
  ...SQL_CLIENTS,
  ...SYSTEM,
  ...SMALL_TOOLS,
  ...DEVICES,
  ...VOLUMES,
  ...PROCESSES,
  ...ACCOUNTS,
  ...NETWORK_CONFIG,
  ...PACKET_FILTERS,
  ...LOGS,
  ...KEYCHAINS,
  ...MACOS,
  ...APPLE_FILES,
  ...OPENSSL,
  ...WINDOWS,
  ...WINDOWS_SHELLS,
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
  /^(?:\/usr)?(?:\/local)?\/(?:s?bin|libexec)\/|^\/opt\/(?:homebrew|local)\/s?bin\/|^\/(?:snap|nix\/var\/nix\/profiles\/default)\/bin\//

const WINDOWS_FOLDER = /^[a-z]:[\\/]windows[\\/](?:[\w.]+[\\/])*([\w.-]+)$/i

/** The row of a program as a command names it. Case matters to no file system that some agents use. */
export const programNamed = (written: string): CompiledBehaviour | undefined => {
  let name = WINDOWS_FOLDER.exec(written)?.[1] ?? written
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

const MATCHES_LIMIT = 24

/** Names of programs that a pattern such as `/bin/r?` matches: nobody but a hider writes one. */
export const programsMatching = (pattern: string): ReadonlyArray<string> => {
  const base = baseName(pattern)
  if (base.length > 32 || !/[A-Za-z?]/.test(base) || (base.match(/\*/g)?.length ?? 0) > 3) return []
  const text = base
    .replaceAll(/[.+^$(){}|\\]/g, '\\$&')
    .replaceAll('?', '.')
    .replaceAll('*', '.*')
    .replaceAll('[!', '[^')
  let matches: RegExp
  try {
    matches = new RegExp(`^(?:${text})$`)
  } catch {
    return []
  }
  const found: Array<string> = []
  for (const name of BY_NAME.keys())
    if (found.length < MATCHES_LIMIT && matches.test(name)) found.push(name)
  return found
}
