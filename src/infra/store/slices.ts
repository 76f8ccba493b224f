// Long work in slices, so that the gate in the same process keeps answering.

/** Longest time work may keep the event loop before it lets others in. Milliseconds. */
const SLICE_MS = 2

export interface Slices {
  /** Whether the slice is used up; cheap enough to ask for every entry. */
  readonly spent: () => boolean
  /** Lets the event loop turn once, and starts the next slice. */
  readonly rest: () => Promise<void>
}

export const slices = (): Slices => {
  let start = performance.now()
  return {
    spent: () => performance.now() - start > SLICE_MS,
    rest: async () => {
      await new Promise<void>((resolve) => setImmediate(resolve))
      start = performance.now()
    },
  }
}
