// A change of the gate's own state as the person asked for it, and whether what the control plane
// wants signed is that change and nothing else. The control plane's word is not taken for it: whoever
// listens on its socket could ask for a signature over something else.
import type { ChangeMethod } from '../../domain/control/changeMethod.ts'
import type { Params } from '../../domain/control/methods.ts'
import { printed } from '../terminal/printed.ts'
import { MODES, POSTURES, sinksInWords } from './words.ts'

/** Methods that may loosen the gate: suspending and taking an approval back never do. */
export type AskedMethod = Exclude<ChangeMethod, 'suspend' | 'approval.revoke'>

export interface AskedChange<M extends AskedMethod = AskedMethod> {
  readonly method: M
  readonly params: Params<M>
  /** The event that this must become: its fields by name. A function checks what only the log knows. */
  readonly event: Readonly<Record<string, unknown>> & { readonly _tag: string }
  /** In words, without what only the log knows. */
  readonly words: string
}

type Check = (value: unknown) => boolean

const isModeWord: Check = (value) => (MODES as ReadonlyArray<unknown>).includes(value)
const isPostureWord: Check = (value) =>
  value === null || (POSTURES as ReadonlyArray<unknown>).includes(value)

export const modeChange = (mode: Params<'mode.set'>['mode']): AskedChange<'mode.set'> => ({
  method: 'mode.set',
  params: { mode },
  event: { _tag: 'ModeChanged', from: isModeWord, to: mode },
  words: `mode becomes ${mode}`,
})

export const postureChange = (
  posture: Params<'posture.set'>['posture'],
): AskedChange<'posture.set'> => ({
  method: 'posture.set',
  params: { posture },
  event: { _tag: 'PostureChanged', from: isPostureWord, to: posture },
  words: `posture becomes ${posture ?? 'that of the client’s permission mode'}`,
})

export const resumeChange = (): AskedChange<'resume'> => ({
  method: 'resume',
  params: {},
  event: { _tag: 'Resumed' },
  words: 'the gate is resumed',
})

/** `json`: the parsed value as the log will hold it. */
export const settingChange = (
  key: string,
  value: string,
  json: string,
): AskedChange<'config.set'> => ({
  method: 'config.set',
  params: { key, value },
  event: { _tag: 'ConfigChanged', key, value: json },
  words: `setting ${key} becomes ${json}`,
})

/** `session`: the whole id, as it was looked up; null for all of them. */
export const taintClearing = (session: string | null): AskedChange<'taint.clear'> => ({
  method: 'taint.clear',
  params: { session },
  event: { _tag: 'TaintCleared', of: session },
  words: 'a session counts as clean again',
})

/** `digest` and `chunks` are computed here from the policy that was read, not by the other side. */
export const policyChange = (
  policy: unknown,
  digest: string,
  chunks: ReadonlyArray<string>,
  words: string,
  { source = 'import', ...more }: Pick<Params<'policy.import'>, 'source' | 'mode' | 'base'> = {},
): AskedChange<'policy.import'> => ({
  method: 'policy.import',
  params: { policy, source, ...more },
  event: { _tag: 'PolicyApplied', digest, chunks, source },
  words,
})

const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) > 0

export const revealChange = (
  token: string,
  session: string | undefined,
): AskedChange<'vault.reveal'> => ({
  method: 'vault.reveal',
  params: { token, ...(session === undefined ? {} : { session }) },
  event: { _tag: 'VaultRevealed', token },
  words: `the value of ${token} is shown, and the log says so`,
})

/** How many values there are only the vault knows. */
export const exportChange = (
  session: string | undefined,
  file: string,
): AskedChange<'vault.export'> => ({
  method: 'vault.export',
  params: session === undefined ? {} : { session },
  event: { _tag: 'VaultExported', rows: isCount },
  words: `written in the clear to ${file}, and the log says so`,
})

/** The value goes to the control plane beside the change: no event, and so no signature, is over it. */
export const secretChange = (
  name: string,
  value: string,
  sinks: Params<'secret.set'>['sinks'],
): AskedChange<'secret.set'> => ({
  method: 'secret.set',
  params: { name, value, sinks },
  event: { _tag: 'SecretStored', name, sinks },
  words: `secret ${name} may go to ${sinksInWords(sinks)}`,
})

/** `items`: as they were shown, so that nothing else is signed. */
export const skillTrust = (
  params: Params<'skill.trust'>,
  words: string,
): AskedChange<'skill.trust'> => ({
  method: 'skill.trust',
  params,
  event: { _tag: 'SkillTrusted', items: params.items },
  words,
})

export const skillDrop = (
  items: Params<'skill.drop'>['items'],
  words: string,
): AskedChange<'skill.drop'> => ({
  method: 'skill.drop',
  params: { items },
  event: { _tag: 'SkillDropped', items },
  words,
})

/** The program's hash is computed here, from the file as it is read by who asks. */
export const guardChange = (guard: Params<'guard.add'>): AskedChange<'guard.add'> => ({
  method: 'guard.add',
  params: guard,
  event: { _tag: 'GuardAdded', ...guard },
  words: `${guard.program} is started for calls of ${guard.tools.join(', ')}, with their whole input, and may deny them`,
})

export const guardRemoval = (name: string): AskedChange<'guard.remove'> => ({
  method: 'guard.remove',
  params: { name },
  event: { _tag: 'GuardRemoved', name },
  words: `guard ${name} is asked no more`,
})

/** The path is the real one, followed here: what is signed is what was shown. */
export const approvalChange = (
  approval: Omit<Params<'approval.grant'>, 'project'>,
  project: string,
  words: string,
): AskedChange<'approval.grant'> => ({
  method: 'approval.grant',
  params: { ...approval, project },
  event: { _tag: 'ApprovalGranted', ...approval },
  words,
})

const isPath: Check = (value) => typeof value === 'object' && value !== null

/** Which file it is the log knows. */
export const restoreChange = (index: number, force: boolean): AskedChange<'integrity.restore'> => ({
  method: 'integrity.restore',
  params: { index, ...(force ? { force } : {}) },
  event: { _tag: 'SelfRestored', entry: index, path: isPath },
  words: 'the file becomes what it was before that change',
})

/** `files`: computed here, from what is about to be written. */
export const pluginChange = (
  plugin: Pick<Params<'plugin.record'>, 'version' | 'files'>,
): AskedChange<'plugin.record'> => ({
  method: 'plugin.record',
  params: plugin,
  event: { _tag: 'PluginRecorded', version: plugin.version, files: plugin.files },
  words:
    plugin.files.length === 0
      ? 'the plugin is taken out: new sessions are not gated'
      : `the plugin becomes that of version ${plugin.version}, ${plugin.files.length} files`,
})

/** What of `found` is not what was asked for: a field's name; undefined where it all is. */
export const differsIn = (
  asked: AskedChange['event'],
  found: Readonly<Record<string, unknown>>,
): string | undefined => {
  for (const [name, wanted] of Object.entries(asked)) {
    const value = Object.hasOwn(found, name) ? found[name] : undefined
    const same =
      typeof wanted === 'function'
        ? (wanted as Check)(value)
        : JSON.stringify(value) === JSON.stringify(wanted)
    if (!same) return name
  }
  return Object.keys(found).find((name) => !Object.hasOwn(asked, name))
}

/** The change that is about to be made or signed, read from the event itself. */
export const changeInWords = (found: Readonly<Record<string, unknown>>, words: string): string => {
  const { from, to } = found
  if (found['_tag'] === 'ModeChanged') return `mode  ${String(from)} → ${String(to)}`
  if (found['_tag'] === 'PostureChanged')
    return `posture  ${postureInWords(from)} → ${postureInWords(to)}`
  if (found['_tag'] === 'ConfigChanged')
    return `setting  ${String(found['key'])} = ${String(found['value'])}`
  if (found['_tag'] === 'TaintCleared')
    return found['of'] === null
      ? 'taint  cleared in every session'
      : `taint  cleared in session ${String(found['of'])}`
  if (found['_tag'] === 'PolicyApplied') return `${words}\n  digest ${String(found['digest'])}`
  if (found['_tag'] === 'SelfRestored')
    return `${printed(fileText(found['path']), 300)} becomes what it was before entry ${String(found['entry'])}`
  if (found['_tag'] === 'VaultExported')
    return `${Number(found['rows'])} values of the vault, ${words}`
  return words
}

const fileText = (path: unknown): string => {
  const { home, path: absolute } = {
    ...(path as { readonly home?: unknown; readonly path?: unknown }),
  }
  return typeof home === 'string'
    ? `~/${home}`
    : typeof absolute === 'string'
      ? absolute
      : 'the file'
}

const postureInWords = (posture: unknown): string =>
  posture === null ? 'the client’s permission mode decides' : String(posture)
