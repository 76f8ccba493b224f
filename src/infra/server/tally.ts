// What is new with an event, counted: values by type, what nobody looked at, the strongest sign of injection.
import type { DetectorTier } from '../../domain/event/event.ts'
import type { ActionOf } from '../../domain/sensitive/piiActions.ts'
import type { Injection, Span } from '../../domain/sensitive/span.ts'
import { counted } from '../../domain/sensitive/typeCounts.ts'
import type { Scanned } from '../sensitive/Scanner.ts'

export class Tally {
  readonly #actionOf: ActionOf
  readonly #all: Array<string> = []
  #tier: DetectorTier = 'rules'
  #injectionTier: DetectorTier = 'rules'
  #cut = 0
  #injection: Injection | undefined
  readonly #injected = new Set<string>()

  constructor(actionOf: ActionOf) {
    this.#actionOf = actionOf
  }

  add(
    text: string,
    spans: ReadonlyArray<Span>,
    scanned: Scanned | undefined,
    cut: number,
    hadSecret: boolean,
  ): void {
    for (const { type } of spans) if (this.#actionOf(type) !== 'off') this.#all.push(type)
    if (hadSecret) this.#all.push('SECRET')
    if (scanned === undefined) return
    if (RANK[scanned.tier] > RANK[this.#tier]) this.#tier = scanned.tier
    this.#cut += cut
    const { injection } = scanned
    if (injection === undefined || injection.label !== 'injection') return
    this.#injected.add(text)
    if (this.#injection !== undefined && this.#injection.score >= injection.score) return
    this.#injection = injection
    this.#injectionTier = injection.detector.startsWith('model:') ? 'model' : 'rules'
  }

  result() {
    const is = (action: 'report' | 'tokenize') => (type: string) => this.#actionOf(type) === action
    return {
      types: counted(this.#all),
      tokenised: counted(this.#all.filter(is('tokenize'))),
      reported: counted(this.#all.filter(is('report'))),
      tier: this.#tier,
      cut: this.#cut,
      injection: this.#injection,
      injectionTier: this.#injectionTier,
      injected: this.#injected,
    }
  }
}

const RANK: Readonly<Record<DetectorTier, number>> = { rules: 0, embedded: 1, model: 2 }
