// What rules said of texts that come again: the input of a call is there when it is asked for, with its
// result and in its batch, a file's text with every reading. In memory alone, and bounded.
import type { Looked } from './steps.ts'

export interface LookedBefore {
  /** Undefined where it was not looked at, or not for what is asked. */
  readonly of: (text: string, injection: boolean) => Looked | undefined
  readonly keep: (text: string, injection: boolean, looked: Looked) => void
}

/** UTF-16 units of all texts, and what else is held of them, counted as units. */
const MOST_UNITS = 4 * 1024 * 1024
/** Longer ones would push out all others. */
const MOST_LENGTH = MOST_UNITS / 8
/** What a text, a value and a sign cost to hold. */
const EACH = 64

interface Held {
  readonly injection: boolean
  readonly looked: Looked
  readonly cost: number
}

/** `own`: the user's patterns, which what was said holds for; with others it is forgotten. */
export const lookedBefore = (mostUnits = MOST_UNITS): ((own: string) => LookedBefore) => {
  /** Those used last come last. */
  const held = new Map<string, Held>()
  let units = 0
  let heldFor = ''
  const drop = (text: string, { cost }: Held): void => {
    held.delete(text)
    units -= cost
  }
  const before: LookedBefore = {
    of: (text, injection) => {
      const found = held.get(text)
      if (found === undefined || (injection && !found.injection)) return undefined
      held.delete(text)
      held.set(text, found)
      return found.looked
    },
    keep: (text, injection, looked) => {
      if (text.length > MOST_LENGTH || looked.cut > 0) return
      const { spans, injection: said } = looked
      const cost = text.length + EACH * (1 + spans.length + said.hits.length)
      const old = held.get(text)
      if (old !== undefined) drop(text, old)
      held.set(text, { injection, looked, cost })
      units += cost
      for (const [oldest, one] of held) {
        if (units <= mostUnits) return
        drop(oldest, one)
      }
    },
  }
  return (own) => {
    if (own !== heldFor) {
      held.clear()
      units = 0
      heldFor = own
    }
    return before
  }
}
