// Which changes loosen the gate, that is, let through what was stopped before. Loosening is refused
// from inside the client's process tree, asks a human, and under `authority` carries a signature.
import { loosensBudget } from '../cost/budget.ts'
import type { WitnessEvent } from '../event/event.ts'
import { isStricterPosture, type Mode, type Posture } from '../policy/verdict.ts'

/** What a change is measured against. */
export interface LooseningContext {
  readonly mode: Mode
  readonly posture: Posture | null
  /** False until the first policy is applied: until then nothing is in force that could be loosened. */
  readonly policySet: boolean
  /** Settings that differ from their defaults: dotted key to JSON. */
  readonly settings: Readonly<Record<string, string>>
}

/** True for a change of the gate's own state that can only be made with authority. */
export const loosens = (event: WitnessEvent, now: LooseningContext): boolean => {
  switch (event._tag) {
    case 'ModeChanged':
      return event.to === 'profile' && now.mode !== 'profile'
    case 'PostureChanged':
      return now.posture !== null && (event.to === null || isStricterPosture(now.posture, event.to))
    case 'Resumed':
    case 'TaintCleared':
    // A value in the clear, before a human's eyes or in a file, is out of what keeps it.
    case 'VaultRevealed':
    case 'VaultExported':
    // What is in force is entered anew in the next log by whoever closes this one.
    case 'LogClosed':
      return true
    case 'PolicyApplied':
      return now.policySet
    case 'ConfigChanged':
      // Limits, durability and where checkpoints go: each can be set so that less is kept or stopped.
      // Of a budget it can be told which way it goes.
      // A log that goes on from another one is given what was set there before its policy.
      return (
        now.policySet &&
        (loosensBudget(event.key, event.value, settingOf(now.settings, event.key)) ?? true)
      )
    case 'SecretStored':
      // It lets calls have a value that they could not have before, or sends it elsewhere.
      return now.policySet
    case 'SkillTrusted':
      // What is taken as it is on first sight counts once, and only before anything was looked at.
      return event.first !== true && now.policySet
    case 'PluginRecorded':
      // With other files in its place, or none, the client would ask somebody else, or nobody.
      return event.first !== true && now.policySet
    case 'SkillDropped':
      // What is forgotten may come back in another form, as something new and not as something changed.
      return true
    case 'GuardRemoved':
      return true
    // What was there before may be what somebody had reason to change.
    case 'SelfRestored':
    case 'ApprovalGranted':
      return now.policySet
    case 'GuardAdded':
      // It can only deny. But the gate starts it, past every rule, and hands it payloads as they are.
      return now.policySet
    default:
      return false
  }
}

const settingOf = (settings: LooseningContext['settings'], key: string): string | undefined =>
  Object.hasOwn(settings, key) ? settings[key] : undefined
