// Whether a call may have the secrets that it names: each goes to the sinks declared for it and nowhere
// else, and where a call cannot be followed it gets none. The call is the agent's, every word of it; the
// sinks are the user's. Plain values in, so that a decision made again says the same.
import type { Action } from '../action/action.ts'
import type { ActionEffect } from '../action/effect.ts'
import type { PathRef } from '../action/place.ts'
import { toolNameOf } from '../action/toolName.ts'
import type { Sinks } from './sinkList.ts'
import { compilePath, hostMatches, hostName, pathMatches, segmentsOf } from '../policy/pattern.ts'
import { secretsNamedIn } from './placeholder.ts'
import { type Refusal, type RefusalCode, refusal } from './refusals.ts'
import { baseName } from './shellCode.ts'
import { shellPlaces } from './shellPlaces.ts'
import type { Reader } from './shellReaders.ts'

export interface NamingCall {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Undefined where there is no secret of that name. */
export type SinksOf = (secret: string) => Sinks | undefined

/** Names of the secrets in any text of the call's input, its keys too. */
export const secretsOfCall = ({ input }: NamingCall): ReadonlyArray<string> => [
  ...new Set(textsIn(input).flatMap(secretsNamedIn)),
]

/**
 * Why the call may not have a secret that it names; undefined where it may have all. `action` is what
 * the call would do, read from the call as `standInCall` writes it.
 */
export const sinkRefusal = (
  call: NamingCall,
  action: Action,
  sinksOf: SinksOf,
): Refusal | undefined => {
  const named = secretsOfCall(call)
  for (const secret of named) {
    const sinks = sinksOf(secret)
    if (sinks === undefined) return refusal('unknown', secret)
    const { programs, paths, servers } = sinks
    if (programs.length + paths.length + servers.length === 0) return refusal('no-sinks', secret)
  }
  if (named.length === 0) return undefined
  const { mcp } = toolNameOf(call.name)
  if (mcp !== undefined)
    return firstOf(named, (secret) =>
      sinksOf(secret)!.servers.includes(mcp.server) ? undefined : 'server',
    )
  const fields = TEXT_FIELDS[action.tool]
  const elsewhere =
    fields === undefined
      ? named
      : secretsOfCall({ ...call, input: without(call.input, [...fields, 'description']) })
  if (elsewhere.length > 0) return refusal('tool', elsewhere[0]!)
  return action.tool === 'Bash'
    ? bashRefusal(call, action, sinksOf)
    : firstOf(named, (secret) => fileRefusal(action, sinksOf(secret)!))
}

/** Fields in which a tool is given secrets. */
const TEXT_FIELDS: Readonly<Record<string, ReadonlyArray<string>>> = {
  Bash: ['command'],
  Write: ['content'],
  Edit: ['old_string', 'new_string'],
  NotebookEdit: ['new_source'],
}

const without = (
  input: Readonly<Record<string, unknown>>,
  fields: ReadonlyArray<string>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(input).filter(([name]) => !fields.includes(name)))

const firstOf = (
  secrets: ReadonlyArray<string>,
  why: (secret: string) => RefusalCode | undefined,
): Refusal | undefined => {
  for (const secret of secrets) {
    const code = why(secret)
    if (code !== undefined) return refusal(code, secret)
  }
  return undefined
}

const fileRefusal = ({ effects }: Action, sinks: Sinks): RefusalCode | undefined => {
  const writes = effects.filter(({ kind }) => kind === 'fs.write')
  return writes.length > 0 && writes.every((effect) => isDeclaredPath(effect, sinks))
    ? undefined
    : 'path'
}

const bashRefusal = (
  { input }: NamingCall,
  { effects }: Action,
  sinksOf: SinksOf,
): Refusal | undefined => {
  const command = typeof input['command'] === 'string' ? input['command'] : ''
  const found = shellPlaces(command, standInFor(command))
  if ('why' in found) return refusal(found.why, found.secret)
  for (const { secret, readers, quotes } of found.places) {
    if (quotes === 'comment') continue
    const sinks = sinksOf(secret)!
    if ([...found.sets].some((name) => CHANGES_PROGRAMS.test(name) || isNameOf(name, readers)))
      return refusal('environment', secret)
    const why = placeRefusal(readers, effects, sinks)
    if (why !== undefined) return refusal(why, secret)
  }
  return undefined
}

const placeRefusal = (
  readers: ReadonlyArray<Reader>,
  effects: ReadonlyArray<ActionEffect>,
  sinks: Sinks,
): RefusalCode | undefined => {
  if (readers.length === 0) return 'no-program'
  const programs = new Set<string>()
  const byPath = new Set<string>()
  for (const reader of readers) {
    const program = programOf(reader)
    if (program === undefined || !isDeclaredProgram(program.name, sinks)) return 'program'
    if (program.words.some((word) => REROUTING.test(word))) return 'rerouted'
    programs.add(baseName(program.name))
    if (sinks.programs.includes(program.name) && program.name.startsWith('/'))
      byPath.add(baseName(program.name))
  }
  for (const effect of effects) {
    const { kind, target, by = '', why } = effect
    const own = by === '' || by === 'redirection' || programs.has(by)
    // Of a declared program that no table knows, the user knows what it does.
    if (kind === 'opaque' && !(UNKNOWN.has(why ?? '') && programs.has(by)))
      if (!(why === 'outside-code' && byPath.has(by))) return 'opaque'
    if ((kind === 'net.fetch' || kind === 'net.send') && !isDeclaredHost(target, sinks))
      return 'host'
    if (kind === 'fs.write' && own && !isDeclaredPath(effect, sinks)) return 'path'
  }
  return undefined
}

const UNKNOWN: ReadonlySet<string> = new Set(['unknown-program', 'unknown-subcommand'])

/** Variables by which another program runs, more is loaded into it, or it asks somebody else. */
const CHANGES_PROGRAMS =
  /^(?:PATH|ENV|IFS|CDPATH|SHELLOPTS|HOME|LD_\w+|DYLD_\w+|BASH_\w+|\w+_(?:proxy|PROXY|HOME|OPTIONS|OPTS|PRELOAD)|GIT_\w+|PYTHON\w+|PERL5\w+|RUBY(?:OPT|LIB)|NODE_(?:PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)|SSL_\w+|CURL_\w+)$/

/** Options of HTTP clients that send a request to somebody else than its address says. */
const REROUTING =
  /^--(?:connect-to|resolve|unix-socket|abstract-unix-socket|dns-servers|doh-url|preproxy|socks\w+|execute|use-askpass)(?:=|$)/

const isNameOf = (name: string, readers: ReadonlyArray<Reader>): boolean =>
  readers.some((reader) => reader.words[0] === name || programOf(reader)?.name === name)

/** Commands that run the one behind them as it stands. */
const TRANSPARENT: ReadonlySet<string> = new Set(['command', 'exec', 'nohup', 'time', 'env'])

const programOf = ({
  words,
  static: known,
}: Reader): { readonly name: string; readonly words: ReadonlyArray<string> } | undefined => {
  let at = 0
  for (;;) {
    const word = words[at]
    if (!known || word === undefined || word.startsWith('-') || /[$`*?[{]/.test(word))
      return undefined
    if (word === 'timeout' && /^\d+[smhd]?$/.test(words[at + 1] ?? '')) at += 2
    else if (TRANSPARENT.has(word)) {
      at += 1
      if (word === 'env') while (/^[A-Za-z_]\w*=/.test(words[at] ?? '')) at += 1
    } else return { name: word, words: words.slice(at) }
  }
}

/** Folders that only the system's own tools write to: a program there is the one of its name. */
const SYSTEM_FOLDER = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$|^\/opt\/homebrew\/bin\/[^/]+$/

const isDeclaredProgram = (name: string, { programs }: Sinks): boolean =>
  programs.includes(name) || (SYSTEM_FOLDER.test(name) && programs.includes(baseName(name)))

/** A host that is not known is declared by `*` alone. */
const isDeclaredHost = (target: ActionEffect['target'], { hosts }: Sinks): boolean =>
  target !== undefined && 'host' in target
    ? hosts.some((pattern) => hostMatches(pattern, hostName(target.host)))
    : hosts.includes('*')

const isDeclaredPath = ({ target, reach }: ActionEffect, { paths }: Sinks): boolean => {
  if (target === undefined || !('path' in target) || reach !== undefined) return false
  return paths.some((pattern) => pathIsDeclared(pattern, target.path))
}

const pathIsDeclared = (pattern: string, path: PathRef): boolean =>
  pathMatches(compilePath(rootedPattern(pattern)).segments, segmentsOf(path))

/** A path pattern as it is written: from the project's root unless it says otherwise. */
export const rootedPattern = (pattern: string): string =>
  /^(?:\/|~\/|project:)/.test(pattern) ? pattern : `project:${pattern.replace(/^(?:\.\/)+/, '')}`

/**
 * The call with plain words where it names secrets, as it has to be read: unquoted, a name alone is
 * three words of a script.
 */
export const standInCall = <C extends NamingCall>(call: C): C => {
  const { command } = call.input
  if (typeof command !== 'string' || secretsNamedIn(command).length === 0) return call
  const found = shellPlaces(command, standInFor(command))
  return 'why' in found ? call : { ...call, input: { ...call.input, command: found.text } }
}

/** A word that the command does not hold, the same whenever it is asked for. */
const standInFor = (command: string): ((secret: string) => string) => {
  let mark = 'isonapse_secret_'
  while (command.includes(mark)) mark = `_${mark}`
  return (secret) => `${mark}${secret}`
}

const MOST_DEPTH = 64

const textsIn = (value: unknown, depth = 0): ReadonlyArray<string> => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return []
  return Array.isArray(value)
    ? value.flatMap((one) => textsIn(one, depth + 1))
    : Object.entries(value).flatMap(([key, one]) => [key, ...textsIn(one, depth + 1)])
}
