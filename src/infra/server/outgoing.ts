// What the gate has the client run in place of what the agent asked for: a command with its secrets put
// in behind the client's back, its output filtered; an MCP call with them in it, where the user lets it.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as path from 'node:path'
import { utf8 } from '../../domain/bytes.ts'
import {
  InputRewritten,
  PiiExposed,
  SecretInjected,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import type { Judgement } from '../../domain/gate.ts'
import { isJsonObject, type JsonObject } from '../../domain/hook/claudeFields.ts'
import { comparableText } from '../../domain/hook/claudeInput.ts'
import { runsInBackground } from '../../domain/hook/claudeParts.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import type { Filtered } from '../../domain/secret/filter.ts'
import { injected, placeholderOf } from '../../domain/secret/placeholder.ts'
import { rewrittenScript } from '../../domain/secret/shell.ts'
import { mapped } from '../../domain/sensitive/strings.ts'
import { restored, tokensIn } from '../../domain/vault/token.ts'
import type { Settings } from '../config/settings.ts'
import { wrappedCommand } from '../run/wrappedCommand.ts'
import type { Secrets } from '../secrets/Secrets.ts'
import type { Tickets } from '../secrets/tickets.ts'
import type { SessionVault } from '../vault/Vault.ts'

export interface OutgoingOptions {
  readonly secrets: Secrets
  readonly tickets: Tickets
  readonly settings: () => Settings
  /** Absolute paths of node and of the program behind `isonapse run`. */
  readonly program: ReadonlyArray<string>
  readonly socket: string
  /** A private folder, where a script says in which folder it ended. */
  readonly cwdDir: string
  readonly tag: (session: string, bytes: Uint8Array) => string
}

export interface Rewritten {
  readonly input: JsonObject
  readonly events: ReadonlyArray<WitnessEvent>
  /** The user declared where the secrets may go, and the call goes nowhere else: nobody is asked. */
  readonly approved: boolean
}

export interface OfCall {
  readonly session: string
  readonly useId: string
}

export interface Outgoing {
  /** Undefined where the call runs as it was asked for. The call must not be denied. */
  readonly rewrite: (
    event: HookEvent,
    judged: Judgement,
    mode: Mode,
    vault: SessionVault | undefined,
  ) => Rewritten | undefined
  /** The payload of an event about a call that was rewritten, with what the agent asked for. */
  readonly asked: (event: HookEvent, raw: JsonObject) => JsonObject
  /** The call is over: nothing of it can be redeemed any more. */
  readonly over: (useId: string) => void
  /** Whether there is such a call. */
  readonly awaits: (check: string) => boolean
  /** The call whose failing output is given in with this; once. */
  readonly checked: (check: string) => OfCall | undefined
  /** Secrets that the call may write into its file. */
  readonly written: (useId: string | undefined) => ReadonlySet<string>
}

const MOST_KEPT = 512
/** Longest command that is shown beside what runs in its place. UTF-16 units. */
const MOST_SHOWN = 8000

export const makeOutgoing = (options: OutgoingOptions): Outgoing => {
  const { secrets, tickets, settings } = options
  const commands = new Bounded<string>()
  const files = new Bounded<ReadonlySet<string>>()
  const checks = new Bounded<OfCall>()

  const everySecret = (): ReadonlyArray<Filtered> =>
    secrets.all().map(({ name, value }) => ({ find: value, as: placeholderOf(name) }))

  const command = (
    event: HookEvent & { readonly kind: 'tool.before' },
    judged: Judgement,
    mode: Mode,
    vault: SessionVault | undefined,
  ): Rewritten | undefined => {
    const { call, session } = event
    const { command: text } = call.input
    const useId = call.useId
    if (typeof text !== 'string' || useId === undefined) return undefined
    const names = Object.keys(judged.receipt.state.secrets?.sinks ?? {})
    const tokens =
      settings()['pii.restore'] === 'commands' && staysHere(judged)
        ? tokensIn(text).filter((token) => vault?.valueOf(token) !== undefined)
        : []
    const filters =
      settings()['pii.failures'] === 'filter' && mode === 'enforce' && !runsInBackground(call)
    const check = filters ? randomBytes(16).toString('hex') : undefined
    if (check !== undefined) checks.set(check, { session, useId })
    if (names.length === 0 && tokens.length === 0 && !filters) return undefined
    // A token is written as a secret's name for the reading of quotes; no secret is called so.
    const asName = new Map(tokens.map((token) => [token.slice(1, -1), token]))
    const named = restored(text, (token) =>
      asName.has(token.slice(1, -1)) ? placeholderOf(token.slice(1, -1)) : undefined,
    )
    const written = rewrittenScript(named, () => `ISONAPSE_${randomBytes(12).toString('hex')}`)
    if (Result.isFailure(written)) return undefined
    const valueOf = (name: string): string | undefined => {
      const token = asName.get(name)
      return token === undefined ? secrets.valueOf(name) : vault!.valueOf(token)!.value
    }
    const env: Record<string, string> = {}
    for (const [variable, name] of written.success.variables) {
      const value = valueOf(name)
      // Its file went away under it: the command fails on the name, and nothing is told.
      if (value === undefined) return undefined
      env[variable] = value
    }
    const ticket = tickets.issue(
      { session, toolUseId: useId, secrets: names },
      {
        script: written.success.script,
        env,
        filters: [
          ...everySecret(),
          ...tokens.map((token) => ({ find: vault!.valueOf(token)!.value, as: token })),
        ],
        ...(check === undefined ? {} : { check }),
      },
    )
    const wrapped = wrappedCommand({
      program: options.program,
      ticket,
      socket: options.socket,
      cwdFile: path.join(options.cwdDir, `cwd-${ticket}`),
    })
    const runs = `${wrapped}\n${asComment(text)}`
    commands.set(runs, text)
    const input = { ...call.input, command: runs }
    return {
      input,
      events: [
        new InputRewritten({
          tool: 'Bash',
          toolUseId: useId,
          tag: options.tag(session, utf8(comparableText('Bash', input))),
          by: 'run',
        }),
      ],
      approved: names.length > 0,
    }
  }

  return {
    rewrite: (event, judged, mode, vault) => {
      if (event.kind !== 'tool.before') return undefined
      const { call } = event
      const use = judged.receipt.state.secrets
      // In profile mode nobody is denied; what is refused is not given its secrets all the same.
      if (use?.refused !== undefined) return undefined
      if (call.name === 'Bash') return command(event, judged, mode, vault)
      const names = Object.keys(use?.sinks ?? {})
      if (names.length === 0) return undefined
      if (judged.action.origin !== 'mcp') {
        if (call.useId !== undefined) files.set(call.useId, new Set(names))
        return undefined
      }
      const given = { toolUseId: call.useId ?? '' }
      return {
        input: mapped(call.input, (text) =>
          injected(text, (name) => (names.includes(name) ? secrets.valueOf(name) : undefined)),
        ) as JsonObject,
        events: [
          ...names.map((name) => new SecretInjected({ name, ...given, by: 'mcp' })),
          new PiiExposed({
            seenIn: event.name,
            ...given,
            types: { SECRET: names.length },
            why: 'mcp',
          }),
        ],
        approved: false,
      }
    },
    asked: (event, raw) => {
      if (event.kind === 'tool.before' || !('call' in event)) return raw
      const input = raw['tool_input']
      const runs = isJsonObject(input) ? input['command'] : undefined
      const text = typeof runs === 'string' ? commands.get(runs) : undefined
      return text === undefined
        ? raw
        : { ...raw, tool_input: { ...(input as JsonObject), command: text } }
    },
    over: (useId) => {
      tickets.revoke(useId)
    },
    awaits: (check) => checks.get(check) !== undefined,
    checked: (check) => checks.take(check),
    written: (useId) => (useId === undefined ? undefined : files.get(useId)) ?? NONE,
  }
}

const NONE: ReadonlySet<string> = new Set()

/** Nothing of it reaches the network, and all of it could be read. */
const staysHere = ({ action }: Judgement): boolean =>
  action.effects.every(
    ({ kind }) => !kind.startsWith('net.') && kind !== 'secret.send' && kind !== 'opaque',
  )

/** For whoever is asked whether the command may run: what it runs. */
const asComment = (text: string): string =>
  [
    'with its secrets put in and its output filtered, this runs:',
    ...text.slice(0, MOST_SHOWN).split('\n'),
  ]
    .map((line) => `# ${line.replaceAll('\r', ' ')}`)
    .join('\n')

/** The latest that were set. */
class Bounded<A> {
  readonly #held = new Map<string, A>()

  set(key: string, value: A): void {
    this.#held.delete(key)
    this.#held.set(key, value)
    if (this.#held.size > MOST_KEPT) this.#held.delete(this.#held.keys().next().value!)
  }

  get(key: string): A | undefined {
    return this.#held.get(key)
  }

  take(key: string): A | undefined {
    const held = this.#held.get(key)
    this.#held.delete(key)
    return held
  }
}
