// How a row of the program table is applied to a command: which subcommand it is, and what its
// options and operands then mean.
import { type Arguments, splitArguments } from './options.ts'
import type { CompiledBehaviour } from './program.ts'
import type { ProgramCall } from './programCall.ts'
import { type ShellWord, textOf } from './word.ts'

/** The behaviour that a command's words lead to, with what is left of them. */
export interface BehaviourPath {
  /** Program and subcommands, for the capability. */
  readonly segments: ReadonlyArray<string>
  readonly args: ReadonlyArray<ShellWord>
  readonly behaviour: CompiledBehaviour
  /** Options before the subcommand, where they are a language of their own. */
  readonly globals: Arguments | undefined
  /** The word that named the subcommand, where there is one. */
  readonly verb?: ShellWord
}

/** Follows subcommands as far as rows describe them. */
export const behaviourPath = (
  segments: ReadonlyArray<string>,
  args: ReadonlyArray<ShellWord>,
  behaviour: CompiledBehaviour,
  globals?: Arguments,
): BehaviourPath => {
  if (behaviour.sub === undefined)
    return { segments: [...segments, ...namesIn(args, behaviour)], args, behaviour, globals }
  const at = firstOperand(args, behaviour)
  const text = at < 0 ? undefined : textOf(args[at])
  if (text === undefined) return { segments, args, behaviour, globals }
  const first = behaviour.source.globalsFirst === true
  const own = first ? splitArguments(args.slice(0, at), behaviour) : globals
  const from = args[at - 1]?.text === '--' ? at - 1 : at
  const rest = first ? args.slice(at + 1) : args.toSpliced(from, at + 1 - from)
  const inner = behaviour.sub.get(text)
  if (inner !== undefined)
    return { verb: args[at]!, ...behaviourPath([...segments, text], rest, inner, own) }
  return {
    segments: /^[\w.-]{1,32}$/.test(text) ? [...segments, text] : segments,
    args: behaviour.other === undefined ? args : rest,
    behaviour: behaviour.other ?? behaviour,
    globals: behaviour.other === undefined ? globals : own,
    verb: args[at]!,
  }
}

/** The operands that say what is done, as far as they are plain words. */
const namesIn = (
  args: ReadonlyArray<ShellWord>,
  behaviour: CompiledBehaviour,
): ReadonlyArray<string> => {
  const { named } = behaviour.source
  if (named === undefined) return []
  const out: Array<string> = []
  for (const word of splitArguments(args, behaviour).operands.slice(0, named)) {
    const text = textOf(word)
    // A path may be the home directory's, which no capability names.
    if (text === undefined || text.startsWith('/') || !/^[\w.:@/-]{1,48}$/.test(text)) break
    out.push(text)
  }
  return out
}

/** Index of the word that names the subcommand: past options and their values. */
const firstOperand = (
  args: ReadonlyArray<ShellWord>,
  { options, style }: CompiledBehaviour,
): number => {
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (!text.startsWith('-') || text === '-') return at
    if (text === '--') return at + 1 < args.length ? at + 1 : -1
    if (text.includes('=') && (text.startsWith('--') || style === 'long')) continue
    if (options.has(text)) at++
  }
  return -1
}

/** `--help` or `--version` and nothing else. */
export const onlyAsks = (args: ReadonlyArray<ShellWord>): boolean =>
  args.length === 1 && /^(?:--?help|-h|--?version|-V|-v|help|version)$/.test(args[0]!.text)

/** Tells the effects of a command by its row. */
export const behave = (
  call: ProgramCall,
  { behaviour, args, globals, verb }: BehaviourPath,
  hasSubcommands: boolean,
): void => {
  const { source } = behaviour
  if (asksForHelp(args, behaviour, hasSubcommands)) return
  if (globals !== undefined) {
    call.globals = globals
    for (const { option, value } of globals.values) if (option === '-C') call.chdir(value)
  }
  if (verb !== undefined) call.verb = verb
  const split = splitArguments(args, behaviour)
  call.use(split)
  for (const { option, value } of split.values)
    if (behaviour.options.get(option) === 'chdir') call.chdir(value)
  for (const { option, value } of split.values) {
    const role = behaviour.options.get(option)
    if (role !== undefined && role !== 'chdir') call.take(role, value)
  }
  for (const { spellings, facts } of behaviour.flags) if (call.has(...spellings)) call.facts(facts)
  for (const run of behaviour.every) run(call)
  if (source.does !== undefined) call.facts(source.does)
  if (behaviour.sub !== undefined && source.run === undefined) {
    const at = firstOperand(args, behaviour)
    if (at >= 0)
      call.exec(textOf(args[at]) === undefined ? 'dynamic-command' : 'unknown-subcommand')
    return
  }
  const { operands } = split
  const roles = source.operands
  if (roles !== undefined)
    for (const [at, word] of operands.entries()) {
      const final = source.last !== undefined && at === operands.length - 1 && at > 0
      call.take(final ? source.last : (roles[at] ?? roles.at(-1)!), word)
    }
  if (operands.length === 0 && source.none !== undefined) call.takeDirectory(source.none)
  source.run?.(call)
}

/** `--help` alone, or at the end of a subcommand that does not hand its arguments on. */
const asksForHelp = (
  args: ReadonlyArray<ShellWord>,
  { source, style }: CompiledBehaviour,
  hasSubcommands: boolean,
): boolean => {
  const last = args.at(-1)?.text
  if (last !== '--help' && last !== '--version') return false
  if (args.length === 1) return true
  const passesOn =
    style === 'posix' || args.some((word) => word.text === '--' || word.open === true)
  return last === '--help' && !passesOn && (hasSubcommands || source.helps === true)
}
