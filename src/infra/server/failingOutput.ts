// The output of a command that failed, looked through before `isonapse run` prints it: what the client
// shows of a failure no hook can change.
import type { Draft } from '../../domain/event/envelope.ts'
import { PiiDetected } from '../../domain/event/event.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { counted, isAny } from '../../domain/sensitive/typeCounts.ts'
import type { Settings } from '../config/settings.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import type { Vault } from '../vault/Vault.ts'
import { notLookedAt } from './inspect.ts'
import type { OfCall } from './outgoing.ts'

const SHOWN_MS = 5000

export interface FailingOutputOptions {
  readonly scanner: Scanner
  readonly vault: Vault
  readonly actionOf: () => ActionOf
  readonly settings: () => Settings
  readonly withoutSecrets: () => ((text: string) => string) | undefined
  readonly append: (drafts: ReadonlyArray<Draft>) => Promise<unknown>
}

/** What may be printed of each text. Rejects where its values could not be logged: then nothing may. */
export const makeFailingOutput =
  (options: FailingOutputOptions) =>
  async (
    { session, useId }: OfCall,
    texts: ReadonlyArray<string>,
  ): Promise<ReadonlyArray<string>> => {
    const { scanner, vault, settings, actionOf } = options
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
    if (isAny(types))
      await options.append(
        [
          ...given!.events,
          new PiiDetected({ seenIn: 'run', toolUseId: useId, types, tier: 'rules' }),
        ].map((event) => ({ session, event })),
      )
    return shown
  }
