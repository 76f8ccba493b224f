// What installing, disabling, enabling and uninstalling did, step by step, for a person to read and a
// program to check.

export interface Step {
  /** What it was about: `plugin`, `settings`, `keys`, `claude plugin install`, … */
  readonly what: string
  readonly path: string | null
  /** `kept`: it is as it should be already, or stays on purpose. `skipped`: it could not apply here. */
  readonly outcome: 'done' | 'kept' | 'skipped' | 'failed'
  readonly detail: string
}

export interface LifecycleReport {
  readonly steps: ReadonlyArray<Step>
  /** False when a step failed: what remains is in the steps, and the command can be run again. */
  readonly complete: boolean
  /** What the user must know or do now, in order. */
  readonly next: ReadonlyArray<string>
}

export const reportOf = (
  steps: ReadonlyArray<Step>,
  next: ReadonlyArray<string>,
): LifecycleReport => ({
  steps,
  complete: steps.every(({ outcome }) => outcome !== 'failed'),
  next,
})

export const done = (what: string, path: string | null, detail: string): Step => ({
  what,
  path,
  outcome: 'done',
  detail,
})

export const kept = (what: string, path: string | null, detail: string): Step => ({
  what,
  path,
  outcome: 'kept',
  detail,
})

export const skipped = (what: string, path: string | null, detail: string): Step => ({
  what,
  path,
  outcome: 'skipped',
  detail,
})

/** A failure as a step; its remedy, where it has one, belongs to what the user reads. */
export const failed = (
  what: string,
  path: string | null,
  failure: { readonly message: string; readonly remedy?: string },
): Step => ({
  what,
  path,
  outcome: 'failed',
  detail: failure.remedy === undefined ? failure.message : `${failure.message}; ${failure.remedy}`,
})
