// What the hook path does about sensitive values, beside deciding: it looks before an event is judged,
// adds to what is logged, and to what is answered.
import * as Result from 'effect/Result'
import type { Action } from '../../domain/action/action.ts'
import { normalise } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import {
  type EXPOSED_BY,
  InjectionDetected,
  PiiDetected,
  PiiExposed,
  SecretInjected,
  type WitnessEvent,
} from '../../domain/event/event.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import type { AnswerMore } from '../../domain/hook/claudeAnswer.ts'
import {
  endedInBackground,
  isWithinClient,
  mentionsIn,
  runsInBackground,
} from '../../domain/hook/claudeParts.ts'
import type { DecodedPayload } from '../../domain/hook/claudePayload.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Judgement } from '../../domain/gate.ts'
import { isEnding } from '../../domain/event/witnessed.ts'
import type { SinksOf } from '../../domain/secret/sinks.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import { detect } from '../../domain/sensitive/detect.ts'
import type { MaskedValue } from '../../domain/sensitive/factMask.ts'
import { sourceOf } from '../../domain/sensitive/injection/provenance.ts'
import { type Reaction, reaction } from '../../domain/sensitive/injection/reaction.ts'
import { untrustedNotice } from '../../domain/sensitive/injection/told.ts'
import {
  actionsBy,
  type ActionOf,
  parseTypeActions,
  type PiiAction,
} from '../../domain/sensitive/piiActions.ts'
import type { Span } from '../../domain/sensitive/span.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { failureWarning, promptWarning, TOKENS_EXPLAINED } from '../../domain/sensitive/told.ts'
import type { Settings } from '../config/settings.ts'
import { HASHES } from '../sensitive/hashes.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import { tokensIn } from '../../domain/vault/token.ts'
import type { SessionVault, Tokenised, Vault } from '../vault/Vault.ts'
import { ofSettings } from '../config/ofSettings.ts'
import { hiddenBy, type Inspected, makeInspect, notLookedAt, type Types } from './inspect.ts'
import type { OfCall, Outgoing, Rewritten } from './outgoing.ts'
import { rejectedHead } from './rejectedHead.ts'
import type { FilesNow, Noted, RestoredFiles } from './restoredFiles.ts'

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
  readonly mentioned: Types
  readonly mentions: number
  /** Of a prompt that is to be held back. */
  readonly prompt: Types | undefined
  /** Files that hold values, and what the call made of one. */
  readonly files: FilesNow
  readonly noted: Noted | undefined
  /** The text of a script, as it may be logged. Synchronous: it is read while the call is judged. */
  readonly script: (text: string) => {
    readonly text: string
    readonly values: ReadonlyArray<MaskedValue>
    readonly rows: Tokenised['events']
    readonly written: ReadonlyArray<string>
    readonly given: ReadonlyArray<string>
    readonly lossy: boolean
  }
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

const MENTION_MS = 1500
const SHOWN_MS = 5000
/** Scripts that were looked at and are kept, so that one that runs again and again costs nothing. */
const MOST_SCRIPTS = 64
/** Sessions that were told something once. */
const MOST_TOLD = 1024

type ExposedBy = (typeof EXPOSED_BY)[number]

export const makeSensitive = (options: SensitiveOptions): Sensitive => {
  const { scanner, vault, settings, files } = options
  const actionOf = ofSettings(settings, actionsIn)
  const toldOnce = makeOnce(MOST_TOLD)
  const scripts = new Map<string, ReadonlyArray<Span>>()

  const inBackground = makeInBackground()
  const idle = makeIdle(async (event) => void (await files.now(event)).put())

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

  /** Values that take a token in what a file says that a prompt mentions. */
  const mentionsOf = async (event: HookEvent): Promise<ReadonlyArray<Types>> => {
    if (event.kind !== 'prompt') return []
    const { home } = options.outside(event)
    const texts = mentionsIn(event.prompt).flatMap((name) => {
      const absolute = normalise(name, event.cwd, home)
      return options.mentioned(absolute) ?? []
    })
    if (texts.length === 0) return []
    const deadline = performance.now() + MENTION_MS
    const scanned = await scanner.scan(texts, {
      injection: false,
      models: false,
      own: settings()['pii.patterns'],
      deadline,
    })
    const isKept = (type: string): boolean => actionOf()(type) === 'tokenize'
    return scanned
      .map(({ spans }) => counted(spans.map(({ type }) => type).filter(isKept)))
      .filter((types) => Object.keys(types).length > 0)
  }

  const scriptWith =
    (mine: SessionVault | undefined): Looked['script'] =>
    (source) => {
      const without = options.withoutSecrets()?.(source) ?? source
      const of = actionOf()
      const spans = mine === undefined ? [] : spansOf(without)
      const kept = spans.filter(({ type }) => of(type) === 'tokenize')
      const values = kept.map(({ start, end, type }) => ({
        type,
        value: without.slice(start, end),
      }))
      const given = values.length === 0 ? undefined : mine!.tokenise(values)
      const written = tokensIn(source)
      let next = 0
      return {
        text: given === undefined ? without : spliced(without, kept, () => given.tokens[next++]!),
        values: [...values, ...hiddenBy(written, mine)],
        rows: given?.events ?? [],
        written,
        given: given?.tokens ?? [],
        lossy: without !== source || (given?.unkept ?? 0) > 0,
      }
    }

  const spansOf = (text: string) => {
    const held = scripts.get(text)
    if (held !== undefined) return held
    const { spans } = detect(text, { hashes: HASHES })
    scripts.set(text, spans)
    if (scripts.size > MOST_SCRIPTS) scripts.delete(scripts.keys().next().value!)
    return spans
  }

  /** What the model is to know of files that hold values, once they hold what they are to hold. */
  const turning = ({ files: now, inspected }: Looked, denied: boolean): ReadonlyArray<string> => {
    const { event } = inspected
    const { session } = event
    switch (event.kind) {
      case 'tool.before':
        if (denied || isWithinClient(event.call.name)) return []
        if (runsInBackground(event.call)) inBackground.began(session, event.call.useId)
        idle.stop(session)
        return now.put().map((one) => `Isonapse: ${one}.`)
      case 'tool.batch': {
        const failed = event.calls.filter(
          ({ response }) => typeof response === 'string' && response.includes(NOT_FOUND),
        )
        const again = [...new Set(failed.flatMap((call) => now.known(call) ?? []))]
        // What runs in the background reads the values whenever it likes.
        if (inBackground.isAny(session)) {
          now.put()
          for (const file of again) now.cover(file)
        } else now.cover()
        idle.start(session, event)
        return again.length === 0 ? [] : [EDIT_AGAIN]
      }
      case 'prompt':
        for (const useId of endedInBackground(event.prompt)) inBackground.ended(session, useId)
        return []
      case 'session.end':
      case 'stop':
        if (event.kind === 'session.end') inBackground.forget(session)
        idle.stop(session)
        now.put()
        return []
      default:
        return []
    }
  }

  const reacting = (score: number, ran: Action | undefined): Reaction =>
    ran !== undefined && sourceOf(ran) === undefined
      ? NO_REACTION
      : reaction(ran && sourceOf(ran), score, settings()['injection.action'])

  const noticeOf = (
    { injection }: Inspected,
    { mode, ran, stricter }: Pick<Telling, 'mode' | 'ran' | 'stricter'>,
  ): { readonly text: string; readonly withheld: boolean } | undefined => {
    if (injection === undefined) return undefined
    const { tell, taint, withhold: withheld } = reacting(injection.score, ran)
    // Profile mode records and changes nothing, not even what the model knows.
    if (mode === 'profile' || (!tell && !withheld)) return undefined
    const kinds = [...stricter].flatMap(([kind, from]) => (injection.score >= from ? [kind] : []))
    const text = untrustedNotice(ran && sourceOf(ran), {
      withheld,
      stricter: taint ? kinds : [],
      enforced: true,
    })
    return { text, withheld }
  }

  return {
    shown: async ({ session, useId }, texts) => {
      const mine = await vault.of(session)
      const without = options.withoutSecrets()
      const hidden = texts.map((text) => without?.(text) ?? text)
      const scanned = await scanner.scan(hidden, {
        injection: false,
        models: false,
        own: settings()['pii.patterns'],
        deadline: performance.now() + SHOWN_MS,
      })
      const kept = scanned.map(({ spans }) =>
        spans.filter(({ type }) => actionOf()(type) === 'tokenize'),
      )
      const values = kept.flatMap((spans, i) =>
        spans.map(({ start, end, type }) => ({ type, value: hidden[i]!.slice(start, end) })),
      )
      const given = values.length === 0 ? undefined : mine.tokenise(values)
      let next = 0
      const shown = hidden.map((text, i) => {
        const masked = spliced(text, kept[i]!, () => given!.tokens[next++]!)
        const { cut } = scanned[i]!
        return cut === 0 ? masked : `${masked.slice(0, masked.length - cut)}${notLookedAt(cut)}`
      })
      const types = counted(values.map(({ type }) => type))
      if (some(types))
        await options.append(
          [
            ...given!.events,
            new PiiDetected({ seenIn: 'run', toolUseId: useId, types, tier: 'rules' }),
          ].map((event) => ({ session, event })),
        )
      return shown
    },
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
        prompt: settings()['pii.prompt'] === 'block' && some(inPrompt) ? inPrompt : undefined,
        files: now,
        noted:
          event.kind === 'tool.after' && mine !== undefined
            ? now.note(event.call, mine, inspected.masked)
            : undefined,
        script: scriptWith(mine),
      }
    },
    head: (bytes, most) => rejectedHead(bytes, most, options.withoutSecrets()),
    found: ({ inspected, mentioned, noted, files: now }, { mode, denied, ran, place }) => {
      const { event, types, tokenised, reported, tier, values, cached, cut, unkept } = inspected
      const useId =
        'call' in event && event.call.useId !== undefined ? { toolUseId: event.call.useId } : {}
      const events: Array<WitnessEvent> = []
      if (some(types) || some(mentioned) || cut > 0)
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
      const { injection, injectionTier } = inspected
      if (injection !== undefined) {
        const source = ran && sourceOf(ran)
        const { witness, withhold } = reacting(injection.score, ran)
        if (witness)
          events.push(
            new InjectionDetected({
              seenIn: event.name,
              ...useId,
              detector: injection.detector,
              score: injection.score,
              tier: injectionTier,
              ...(source === undefined ? {} : { source }),
              ...(withhold && mode === 'enforce' ? { withheld: true as const } : {}),
            }),
          )
      }
      const exposed = (what: Types, why: ExposedBy): void => {
        if (some(what))
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
      const context = [...turning(looked, denied)]
      const more: { input?: object; output?: unknown; message?: string } = {}
      if (event.kind === 'tool.before' && !denied && inspected.effective !== raw)
        more.input = inspected.effective['tool_input'] as object
      if (event.kind === 'tool.after') {
        const notice = noticeOf(inspected, { mode, ran, stricter })
        if (notice !== undefined && !notice.withheld) context.push(notice.text)
        const withheld = (text: string): string | undefined =>
          inspected.injected.has(text) ? notice?.text : undefined
        const output = inspected.output(
          mode === 'enforce',
          notice?.withheld === true ? withheld : undefined,
        )
        if (output !== raw['tool_response']) {
          more.output = output
          if (some(tokenised) && mode === 'enforce' && toldOnce(`tokens ${event.session}`))
            context.push(TOKENS_EXPLAINED)
        }
      }
      if (isPrompt(event) && !denied && settings()['pii.prompt'] !== 'off') {
        const all = summed([tokenised, mentioned])
        if (some(all)) more.message = promptWarning(all, some(tokenised) ? 0 : mentions)
      }
      if (event.kind === 'tool.failed' && some(tokenised) && toldOnce(`failed ${event.session}`))
        more.message = failureWarning(tokenised)
      return { ...more, ...(context.length === 0 ? {} : { context: context.join('\n') }) }
    },
  }
}

/** What a command of the user's stands for may hold more than what they typed. */
const isPrompt = ({ kind }: HookEvent): boolean => kind === 'prompt' || kind === 'prompt.expanded'

/** No event of any session. */
const NOBODY: HookEvent = { kind: 'other', known: false, name: '', session: '', cwd: '/' }

/** How the client begins to say that an edit does not fit the file. */
const NOT_FOUND = '<tool_use_error>String to replace not found'

const EDIT_AGAIN =
  'Isonapse: the file of an edit that was not found held values where you know tokens. It holds the tokens now: make the same edit again.'

/** A turn that ends without a word leaves no file with tokens for longer. Milliseconds. */
const IDLE_MS = 60_000

/** Calls that go on, by session. One whose end nobody tells of counts until the session's. */
const makeInBackground = () => {
  const calls = new Map<string, Set<string>>()
  return {
    isAny: (session: string): boolean => calls.has(session),
    began: (session: string, useId = ''): void => {
      calls.set(session, (calls.get(session) ?? new Set()).add(useId))
    },
    ended: (session: string, useId: string): void => {
      const going = calls.get(session)
      going?.delete(useId)
      if (going?.size === 0) calls.delete(session)
    },
    forget: (session: string): void => void calls.delete(session),
  }
}

/** Does something for a session in which nothing comes for a while. */
const makeIdle = (act: (event: HookEvent) => Promise<void>) => {
  const timers = new Map<string, NodeJS.Timeout>()
  const stop = (session: string): void => {
    clearTimeout(timers.get(session))
    timers.delete(session)
  }
  return {
    stop,
    start: (session: string, event: HookEvent): void => {
      stop(session)
      const timer = setTimeout(() => {
        timers.delete(session)
        // What fails here is in the operator's log, and tried again at the next event.
        void act(event).catch(() => {})
      }, IDLE_MS)
      timer.unref()
      timers.set(session, timer)
    },
  }
}

/** Of a result that is nobody's but the user's or the agent's own. */
const NO_REACTION: Reaction = { witness: false, tell: false, taint: false, withhold: false }

const actionsIn = (settings: Settings): ActionOf =>
  actionsBy(
    settings['pii.action'],
    Result.getOrElse(parseTypeActions(settings['pii.types']), () => new Map<string, PiiAction>()),
  )

const some = (types: Types): boolean => Object.keys(types).length > 0

const counted = (types: ReadonlyArray<string>): Types => {
  const counts: Record<string, number> = {}
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

const summed = (all: ReadonlyArray<Types>): Types => {
  const counts: Record<string, number> = {}
  for (const types of all)
    for (const [type, count] of Object.entries(types)) counts[type] = (counts[type] ?? 0) + count
  return counts
}

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
