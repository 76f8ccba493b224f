// Which files that nobody trusted held a session up when a decision was recorded.
import type { Untrusted } from '../../domain/skills/trust.ts'
import { type SkillsState, untrustedIn } from '../../projections/skills.ts'
import { Lately } from './lately.ts'

export class UntrustedFiles extends Lately<SkillsState, Untrusted> {
  constructor() {
    super({
      path: 'state.untrusted',
      of: untrustedIn,
      isSame: (a, b) => a.places === b.places && a.sessions === b.sessions && a.plugin === b.plugin,
    })
  }
}
