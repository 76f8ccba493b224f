// What the hook path does about sensitive values, beside deciding: it looks before an event is judged,
// adds to what is logged, and to what is answered.
import * as Result from 'effect/Result'
import type { Action } from '../../domain/action/action.ts'
import type { Place } from '../../domain/action/place.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import {
  type EXPOSED_BY,
  PiiDetected,
  PiiExposed,
  SecretInjected,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import { isEnding } from '../../domain/event/witnessed.ts'
import type { Judgement } from '../../domain/gate.ts'
import type { AnswerMore } from '../../domain/hook/claudeAnswer.ts'
import { isWithinClient, runsInBackground } from '../../domain/hook/claudeParts.ts'
import type { DecodedPayload } from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import type { SinksOf } from '../../domain/secret/sinks.ts'
import {
  actionsBy,
  type ActionOf,
  parseTypeActions,
  type PiiAction,
} from '../../domain/sensitive/piiActions.ts'
import { failureWarning, promptWarning, TOKENS_EXPLAINED } from '../../domain/sensitive/told.ts'
import { isAny, summed, type TypeCounts } from '../../domain/sensitive/typeCounts.ts'
import { ofSettings } from '../config/ofSettings.ts'
import type { Settings } from '../config/settings.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import type { Vault } from '../vault/Vault.ts'
import { makeFailingOutput } from './failingOutput.ts'
import { type MaskTexts, makeMaskTexts } from './maskTexts.ts'
import { makeFileTurns } from './fileTurns.ts'
import { type Inspected, makeInspect } from './inspect.ts'
import type { OfCall, Outgoing, Rewritten } from './outgoing.ts'
import type { IsTurned } from './selfRecords.ts'
import { makePromptMentions } from './promptMentions.ts'
import { rejectedHead } from './rejectedHead.ts'
import type { FilesNow, Noted, RestoredFiles } from './restoredFiles.ts'
import { makeScriptMask, type MaskedScript } from './scriptMask.ts'
import { makeUntrusted } from './untrusted.ts'

export interface SensitiveOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly settings: () => Settings
  /** Replaces the values of stored secrets, in any encoding that is known, by their names. */
  readonly withoutSecrets: () => ((text: string) => string) | undefined
  readonly files: RestoredFiles
  readonly append: (drafts: ReadonlyArray<Draft>) => Promise<unknown>
  readonly sinksOf: SinksOf
  /** Without it every call runs as it was asked for. */
  readonly outgoing?: Outgoing
  /** The text of a file that a prompt mentions, by its absolute path. */
  readonly mentioned: (file: string) => string | undefined
  readonly outside: (event: HookEvent) => Place
}

/** An event as it was looked at, with what has to be known before it is judged. */
export interface Looked {
  readonly inspected: Inspected
  /** Of the files that a prompt mentions: values in them, and how many files have some. */
  readonly mentioned: TypeCounts
  readonly mentions: number
  /** Of a prompt that is to be held back. */
  readonly prompt: TypeCounts | undefined
  /** Files that hold values, and what the call made of one. */
  readonly files: FilesNow
  readonly noted: Noted | undefined
  /** The text of a script, as it may be logged. Synchronous: it is read while the call is judged. */
  readonly script: (text: string) => MaskedScript
}

/** What is known once an event is judged. */
export interface Telling {
  readonly mode: Mode
  /** The call does not come to run. */
  readonly denied: boolean
  /**
   * What a call did: of a result with signs of injection, which tells where the result is from, and
   * where it may have copied a file with values.
   */
  readonly ran?: Action | undefined
  readonly place: Place
  /** Kinds of effects that go stricter in a tainted session, with the score that it takes. */
  readonly stricter: ReadonlyMap<string, number>
}

export interface Sensitive {
  /**
   * Puts the values into all files: a crash left some with tokens, or the values are about to be given
   * up. Rejects with StoreFailure.
   */
  readonly start: () => Promise<void>
  readonly look: (decoded: DecodedPayload, bytes: Uint8Array) => Promise<Looked>
  /** What may be printed of a failing call's output. Rejects where it cannot be logged. */
  readonly shown: (call: OfCall, texts: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>
  /** Texts with tokens in the place of values, and what has to be logged with them. */
  readonly maskTexts: MaskTexts
  /** Whether nothing in a file is another but what the gate puts into it and takes out of it. */
  readonly isTurned: IsTurned
  readonly sinksOf: SinksOf
  /** What runs in the call's place; undefined: the call itself. It is not denied. */
  readonly rewrite: (looked: Looked, judged: Judgement, mode: Mode) => Rewritten | undefined
  /** The beginning of a payload that nobody could read, as it may be kept. `most`: bytes. */
  readonly head: (bytes: Uint8Array, most: number) => Uint8Array
  /** What the log is told beside the event. `denied`: the call does not come to run. */
  readonly found: (looked: Looked, told: Telling) => ReadonlyArray<WitnessEvent>
  /** Once that is in the log: makes what is to be made, and says what the answer says of it. */
  readonly tell: (looked: Looked, told: Telling) => AnswerMore
}

/** Sessions that were told something once. */
const MOST_TOLD = 1024

type ExposedBy = (typeof EXPOSED_BY)[number]

export const makeSensitive = (options: SensitiveOptions): Sensitive => {
  const { scanner, vault, settings, files } = options
  const actionOf = ofSettings(settings, actionsIn)
  const toldOnce = makeOnce(MOST_TOLD)

  const turns = makeFileTurns(files)
  const scriptMask = makeScriptMask({ actionOf, withoutSecrets: options.withoutSecrets })
  const mentionsOf = makePromptMentions({ ...options, actionOf })
  const maskTexts = makeMaskTexts({
    ...options,
    actionOf,
    inFiles: async () => (await files.now(NOBODY)).values,
  })
  const shown = makeFailingOutput(maskTexts, options.append)
  const untrusted = makeUntrusted(() => settings()['injection.action'])

  const inspect = makeInspect({
    scanner,
    vault,
    actionOf,
    isOff: () => settings()['pii.action'] === 'off',
    withoutSecrets: options.withoutSecrets,
    own: () => settings()['pii.patterns'],
    looksForInjection: () => settings()['injection.action'] !== 'off',
    asked: options.outgoing?.asked ?? ((_, raw) => raw),
  })

  return {
    shown,
    maskTexts,
    isTurned: async (file, before, after) =>
      (await files.now(NOBODY)).isTurned(file, before, after),
    sinksOf: options.sinksOf,
    rewrite: ({ inspected: { event, vault: mine } }, judged, mode) =>
      options.outgoing?.rewrite(event, judged, mode, mine),
    start: async () => void (await files.now(NOBODY)).put(),
    look: async (decoded, bytes) => {
      const now = await files.now(decoded.event)
      const inspected = await inspect(decoded, bytes, now.values)
      const { event, vault: mine } = inspected
      const mentions = settings()['pii.action'] === 'off' ? [] : await mentionsOf(event)
      const mentioned = summed(mentions)
      const inPrompt = isPrompt(event) ? summed([inspected.tokenised, mentioned]) : {}
      return {
        inspected,
        mentioned,
        mentions: mentions.length,
        prompt: settings()['pii.prompt'] === 'block' && isAny(inPrompt) ? inPrompt : undefined,
        files: now,
        noted:
          event.kind === 'tool.after' && mine !== undefined
            ? now.note(event.call, mine, inspected.masked)
            : undefined,
        script: scriptMask(mine),
      }
    },
    head: (bytes, most) => rejectedHead(bytes, most, options.withoutSecrets()),
    found: ({ inspected, mentioned, noted, files: now }, { mode, denied, ran, place }) => {
      const { event, types, tokenised, reported, tier, values, cached, cut, unkept } = inspected
      const useId =
        'call' in event && event.call.useId !== undefined ? { toolUseId: event.call.useId } : {}
      const events: Array<WitnessEvent> = []
      if (isAny(types) || isAny(mentioned) || cut > 0)
        events.push(
          new PiiDetected({
            seenIn: event.name,
            ...useId,
            types: summed([types, mentioned]),
            tier,
            ...(values === 0 ? {} : { values, cached }),
            ...(cut === 0 ? {} : { cut }),
            ...(unkept === 0 ? {} : { unkept }),
          }),
        )
      events.push(...untrusted.events(inspected, ran, mode))
      const exposed = (what: TypeCounts, why: ExposedBy): void => {
        if (isAny(what))
          events.push(new PiiExposed({ seenIn: event.name, ...useId, types: what, why }))
      }
      switch (event.kind) {
        case 'tool.after':
          exposed(reported, 'report')
          if (mode === 'profile') exposed(tokenised, 'profile')
          break
        case 'tool.failed':
          exposed(summed([tokenised, reported]), 'failure')
          break
        case 'prompt':
        case 'prompt.expanded':
          // One that is held back stays in the client's own record of the session.
          exposed(summed([tokenised, reported]), 'prompt')
          if (!denied) exposed(mentioned, 'mention')
          break
        case 'tool.before':
          if (!denied) exposed(inspected.restored, 'restored')
          break
        default:
      }
      if (ran !== undefined && 'call' in event && !isWithinClient(event.call.name))
        events.push(...now.copied(ran, place, event.call.useId))
      if (noted !== undefined) {
        events.push(noted.event)
        for (const name of noted.secrets)
          events.push(new SecretInjected({ name, ...useId, by: 'file' }))
      }
      return events
    },
    tell: (looked, { mode, denied, ran, stricter }) => {
      const { inspected, mentioned, mentions } = looked
      const { event, raw, tokenised } = inspected
      if (isEnding(event) && event.call.useId !== undefined && !runsInBackground(event.call))
        options.outgoing?.over(event.call.useId)
      const context = [...turns.after(inspected.event, looked.files, denied)]
      const more: { input?: object; output?: unknown; message?: string } = {}
      if (event.kind === 'tool.before' && !denied && inspected.effective !== raw)
        more.input = inspected.effective['tool_input'] as object
      if (event.kind === 'tool.after') {
        const notice = untrusted.notice(inspected, ran, mode, stricter)
        if (notice !== undefined && !notice.withheld) context.push(notice.text)
        const withheld = (text: string): string | undefined =>
          inspected.injected.has(text) ? notice?.text : undefined
        const output = inspected.output(
          mode === 'enforce',
          notice?.withheld === true ? withheld : undefined,
        )
        if (output !== raw['tool_response']) {
          more.output = output
          if (isAny(tokenised) && mode === 'enforce' && toldOnce(`tokens ${event.session}`))
            context.push(TOKENS_EXPLAINED)
        }
      }
      if (isPrompt(event) && !denied && settings()['pii.prompt'] !== 'off') {
        const all = summed([tokenised, mentioned])
        if (isAny(all)) more.message = promptWarning(all, isAny(tokenised) ? 0 : mentions)
      }
      if (event.kind === 'tool.failed' && isAny(tokenised) && toldOnce(`failed ${event.session}`))
        more.message = failureWarning(tokenised)
      return { ...more, ...(context.length === 0 ? {} : { context: context.join('\n') }) }
    },
  }
}

/** What a command of the user's stands for may hold more than what they typed. */
const isPrompt = ({ kind }: HookEvent): boolean => kind === 'prompt' || kind === 'prompt.expanded'

/** No event of any session. */
const NOBODY: HookEvent = { kind: 'other', known: false, name: '', session: '', cwd: '/' }

const actionsIn = (settings: Settings): ActionOf =>
  actionsBy(
    settings['pii.action'],
    Result.getOrElse(parseTypeActions(settings['pii.types']), () => new Map<string, PiiAction>()),
  )

/** True the first time that something is asked for; beyond the bound the oldest are forgotten. */
const makeOnce = (most: number): ((key: string) => boolean) => {
  const known = new Set<string>()
  return (key) => {
    if (known.has(key)) return false
    known.add(key)
    if (known.size > most) known.delete(known.values().next().value!)
    return true
  }
}
