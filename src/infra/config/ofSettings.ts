// What is made of the settings in force, kept as long as they are.
import type { Settings } from './settings.ts'

/** Worked out only when the settings are others: it is asked for every event. */
export const ofSettings = <A>(
  settings: () => Settings,
  make: (settings: Settings) => A,
): (() => A) => {
  let from: Settings | undefined
  let held: A
  return () => {
    const current = settings()
    if (current !== from) {
      held = make(current)
      from = current
    }
    return held
  }
}
