// What a task that the project declares, or a script that lies in it, is to be judged by, as long as
// the agent did not touch the file in this session. It is the project's own code: what of it is not
// understood is no more of a question than its build is, which nobody reads. What is understood
// counts, whoever wrote it.
import type { EffectDraft } from '../action/draft.ts'
import type { OpaqueCode } from '../action/opaque.ts'

/** What the reader did not understand, or could not see. */
const UNREAD: ReadonlySet<OpaqueCode> = new Set<OpaqueCode>([
  'unknown-program',
  'unknown-subcommand',
  'unread-script',
  'dynamic-command',
  'dynamic-argument',
  'inline-code',
  'environment-code',
  'parse-error',
  'reader-failed',
  'other-shell',
])

/** What stays the project's own whatever the call adds to it. */
const ANYHOW: ReadonlySet<OpaqueCode> = new Set<OpaqueCode>([
  'unknown-program',
  'unknown-subcommand',
])

/** A task by its name, and whether the call hands arguments on to it. */
export interface DeclaredTask {
  readonly part: string
  readonly extended: boolean
}

/** `extended`: the call adds words of its own, which nobody declared (`npm run node -- -e …`). */
export const asDeclared = (effect: EffectDraft, extended: boolean): EffectDraft => {
  const { kind, why, name } = effect
  if (why !== undefined && (extended ? ANYHOW : UNREAD).has(why))
    return { ...effect, why: 'project-code' }
  if (extended) return effect
  // The project names the package, not the call.
  if (why === 'new-package') return { ...effect, why: 'package-code' }
  // Its own hooks, put in place by its own task (`"prepare": "husky"`), as nearly every project does.
  if (kind === 'persist' && name === 'git-hooks') {
    const { name: _, ...rest } = effect
    return { ...rest, kind: 'opaque', why: 'project-code' }
  }
  return effect
}
