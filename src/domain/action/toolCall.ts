// One tool call while it is read: its input field by field, and the effects and capabilities found
// so far. The input is the model's: any field may be missing, of another type, or a trap.
import type { ToolCall } from '../hook/hookEvent.ts'
import type { Capability, Observed } from './action.ts'
import { capability } from './capability.ts'
import type { CallDraft, EffectDraft } from './draft.ts'
import type { EffectKind } from './effect.ts'
import { addressOf, isMetadataHost } from './hosts.ts'
import type { OpaqueCode } from './opaque.ts'
import { normalise, realOf, refOf, zoneOf } from './paths.ts'
import type { Place } from './place.ts'
import { NO_SOURCES, type Sources } from './sources.ts'
import type { ToolName } from './toolName.ts'
import { writtenEffects } from './writtenText.ts'

type Details = Pick<EffectDraft, 'reach' | 'pattern' | 'host' | 'program' | 'name' | 'path'> & {
  readonly possible?: boolean
}

export class CallReading {
  readonly tool: ToolName
  readonly place: Place
  private readonly input: Readonly<Record<string, unknown>>
  private readonly observed: Observed
  readonly sources: Sources
  private readonly effects: Array<EffectDraft> = []
  private readonly capabilities: Array<Capability> = []
  private readonly wants: Array<string> = []
  private readonly flags = new Map<Capability, ReadonlySet<string>>()
  private malformed = false

  constructor(
    tool: ToolName,
    call: ToolCall,
    place: Place,
    observed: Observed,
    sources: Sources = NO_SOURCES,
  ) {
    this.tool = tool
    this.place = place
    this.observed = observed
    this.sources = sources
    this.input = typeof call.input === 'object' && call.input !== null ? call.input : {}
  }

  /** The field where it is its owner's own: `__proto__` and inherited names are absent. */
  field(name: string): unknown {
    return Object.hasOwn(this.input, name) ? this.input[name] : undefined
  }

  /** A required text; its absence makes the call malformed. */
  text(name: string): string | undefined {
    const value = this.field(name)
    if (typeof value === 'string' && value !== '') return value
    this.reject()
    return undefined
  }

  /** A text that may be absent; of another type it makes the call malformed. */
  optional(name: string): string | undefined {
    const value = this.field(name)
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'string') return value
    this.reject()
    return undefined
  }

  reject(): void {
    this.malformed = true
  }

  effect(kind: EffectKind, details: Details = {}): void {
    const { possible, ...target } = details
    this.effects.push({
      kind,
      ...target,
      certainty: possible === true ? 'possible' : 'certain',
      by: this.tool.name,
    })
  }

  opaque(why: OpaqueCode, details: Details = {}): void {
    const { possible: _, ...target } = details
    this.effects.push({ kind: 'opaque', ...target, certainty: 'possible', by: this.tool.name, why })
  }

  /** Capabilities below the tool's own name. */
  can(...segments: ReadonlyArray<string>): void {
    this.capabilities.push(capability(this.tool.name, ...segments))
  }

  capability(name: Capability): void {
    this.capabilities.push(name)
  }

  resolve(path: string): string {
    return normalise(path, this.place.cwd, this.place.home)
  }

  /** A file named by a field: its effect, and the capability by zone and first folder. */
  file(
    kind: 'fs.read' | 'fs.write' | 'fs.delete',
    path: string | undefined,
    details: Details = {},
  ): void {
    if (path === undefined) return
    const absolute = this.resolve(path)
    this.effect(kind, { ...details, path: absolute })
    this.can(...locationOf(absolute, this.place, this.observed))
  }

  /** A URL that is fetched. Metadata services of a cloud hand out credentials. */
  fetch(url: string | undefined): void {
    if (url === undefined) return
    const address = addressOf(url)
    if (address === undefined) {
      this.reject()
      return
    }
    if (address.file !== undefined) {
      this.file('fs.read', address.file)
      return
    }
    this.effect('net.fetch', { host: address.host })
    if (carriesOut(url)) this.effect('net.send', { host: address.host })
    if (isMetadataHost(address.host)) this.effect('secret.read', { host: address.host })
    this.can(address.host)
  }

  /** What text would do that the call writes into a file. */
  writes(path: string | undefined, text: string, whole: boolean): void {
    if (path === undefined || text === '') return
    this.effects.push(
      ...writtenEffects(this.resolve(path), text, whole, this.place, this.tool.name),
    )
  }

  /** What another reader found inside this call. */
  include(draft: CallDraft): void {
    // Of a long script there are more than can be arguments of one call.
    for (const one of draft.capabilities) this.capabilities.push(one)
    for (const one of draft.effects) this.effects.push(one)
    for (const one of draft.wants ?? []) this.wants.push(one)
    for (const [name, flags] of draft.flags ?? []) this.flags.set(name, flags)
  }

  finish(): CallDraft {
    if (this.malformed) this.opaque('malformed-input')
    if (this.capabilities.length === 0) this.can()
    const { capabilities, effects, wants, flags } = this
    return { capabilities, effects, wants, flags }
  }
}

/** An address this long carries more than the name of a page; a password in one is handed over. */
const LONGEST_ADDRESS = 1500
const carriesOut = (url: string): boolean =>
  url.length > LONGEST_ADDRESS || /^[a-z][\w+.-]*:\/\/[^/?#@\s]*:[^/?#@\s]+@/i.test(url)

/** `project:src`, `home`: the segments that say where a path really lies. */
const locationOf = (absolute: string, place: Place, observed: Observed): ReadonlyArray<string> => {
  const real = realOf(absolute, observed, place)
  const zone = zoneOf(real, place)
  const ref = refOf(real, place)
  if (zone !== 'project' || !('project' in ref) || typeof ref.project !== 'string') return [zone]
  const cut = ref.project.indexOf('/')
  return cut < 0 ? [zone] : [zone, ref.project.slice(0, cut)]
}
