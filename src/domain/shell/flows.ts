// What flows where in a call: a secret that one command of a pipeline reads and another one sends,
// through variables, files and shells within shells. Reading alone and sending alone are no leak.
import type { EffectDraft } from '../action/draft.ts'

interface Event {
  /** The command of the flow that it happens in. */
  readonly by: string
  /** It happens in a script that the command runs, which is not this flow itself. */
  readonly inside: boolean
}

interface Sending extends Event {
  readonly effect: EffectDraft
}

const EVENTS_LIMIT = 32
const DEPTH_LIMIT = 16

export class Flows {
  private readonly reads = new Map<string, Array<Event>>()
  private readonly sends = new Map<string, Array<Sending>>()
  private readonly writes = new Map<string, Set<string>>()
  private readonly outer = new Map<string, { readonly flow: string; readonly by: string }>()
  private readonly secretFiles = new Set<string>()

  /** A script that the command `by` of `flow` runs has flows of its own. */
  within(inner: string, flow: string, by: string): void {
    if (!this.outer.has(inner)) this.outer.set(inner, { flow, by })
  }

  secret(flow: string, by: string): void {
    this.record(this.reads, flow, { by, inside: false })
    for (const path of this.writes.get(flow) ?? []) this.secretFiles.add(path)
  }

  sending(flow: string, by: string, effect: EffectDraft): void {
    this.record(this.sends, flow, { by, inside: false, effect })
  }

  writing(flow: string, path: string): void {
    const paths = this.writes.get(flow) ?? new Set<string>()
    this.writes.set(flow, paths.add(path))
    if (this.holdsSecret(flow)) this.secretFiles.add(path)
  }

  holdsSecret(flow: string): boolean {
    return this.reads.has(flow)
  }

  isSecretFile(path: string): boolean {
    return this.secretFiles.has(path)
  }

  /** One effect for each flow in which what is read is also sent. */
  leaks(): ReadonlyArray<EffectDraft> {
    const out: Array<EffectDraft> = []
    for (const [flow, sends] of this.sends) {
      const reads = this.reads.get(flow) ?? []
      const leak = sends.find((send) =>
        // Inside one inner script they met already, or are no one flow.
        reads.some((read) => !(read.inside && send.inside && read.by === send.by)),
      )
      if (leak !== undefined) out.push({ ...leak.effect, kind: 'secret.send' })
    }
    return out
  }

  private record<E extends Event>(into: Map<string, Array<E>>, flow: string, event: E): void {
    let at = flow
    let told = event
    for (let depth = 0; depth < DEPTH_LIMIT; depth++) {
      const events = into.get(at) ?? []
      if (events.length < EVENTS_LIMIT) events.push(told)
      into.set(at, events)
      const outer = this.outer.get(at)
      if (outer === undefined) return
      at = outer.flow
      told = { ...event, by: outer.by, inside: true }
    }
  }
}
