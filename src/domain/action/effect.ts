// What a call would do: one effect is one thing done to one target, whatever the tool.
import * as Schema from 'effect/Schema'
import { MaskedText, PathRef, Zone } from './place.ts'
import { CodeOrigin } from './sources.ts'

export const EFFECT_KINDS = [
  'fs.read',
  'fs.write',
  'fs.delete',
  'exec',
  'spawn',
  'net.fetch',
  'net.send',
  'destroy.vcs',
  'destroy.data',
  'destroy.infra',
  'destroy.system',
  'secret.read',
  'secret.send',
  'privilege',
  'persist',
  'tamper',
  'opaque',
] as const

export const EffectKind = Schema.Literals(EFFECT_KINDS)
export type EffectKind = typeof EffectKind.Type

const CONSEQUENTIAL: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'destroy.vcs',
  'destroy.data',
  'destroy.infra',
  'destroy.system',
  'net.send',
  'secret.read',
  'secret.send',
  'privilege',
  'persist',
  'tamper',
])

/** Consequential effects: never learned as permitted outside the project, fsynced before permitted. */
export const isConsequential = (kind: EffectKind): boolean => CONSEQUENTIAL.has(kind)

/** What an effect is done to. `as` is the path as the call wrote it, where a link leads elsewhere. */
export const Target = Schema.Union([
  Schema.Struct({ path: PathRef, zone: Zone, as: Schema.optionalKey(PathRef) }),
  Schema.Struct({ host: MaskedText }),
  Schema.Struct({ program: Schema.String }),
  Schema.Struct({ name: MaskedText }),
])
export type Target = typeof Target.Type

/**
 * Offsets (UTF-16 code units, half open) into the command or the argument the effect was read from,
 * or into the file that `in` names.
 */
export const Span = Schema.Struct({ start: Schema.Int, end: Schema.Int })
export type Span = typeof Span.Type

/** `possible`: some path through the call does it; `certain`: every one does. */
export const Certainty = Schema.Literals(['certain', 'possible'])
export type Certainty = typeof Certainty.Type

export const ActionEffect = Schema.Struct({
  kind: EffectKind,
  target: Schema.optionalKey(Target),
  certainty: Certainty,
  /** The simple command or tool that does it, by its base name. */
  by: Schema.optionalKey(Schema.String),
  /**
   * Which of the action's `capabilities` (its index) does it, so that a permit for one command of a
   * compound covers no other. Absent: any of them may; a permit must then cover them all.
   */
  of: Schema.optionalKey(Schema.Int),
  span: Schema.optionalKey(Span),
  /**
   * How far below its path it reaches: `some` of what lies in it, or `all`. Absent: the path alone.
   */
  reach: Schema.optionalKey(Schema.Literals(['some', 'all'])),
  /** The file that was read to find it, where it stands in one that the call would run. */
  in: Schema.optionalKey(PathRef),
  /** Whose code does it, where that is a file which the agent wrote or downloaded in this session. */
  origin: Schema.optionalKey(CodeOrigin),
  /** Why an `opaque` effect could not be read, as a fixed code; never text of the call. */
  why: Schema.optionalKey(Schema.String),
})
export type ActionEffect = typeof ActionEffect.Type
