// When a checkpoint is due: some time after the first entry that no checkpoint covers, or sooner
// when the log has gone quiet. It only asks; it never holds the process alive.

export interface CheckpointEvery {
  /** After this long without an entry, if any is not covered. Milliseconds. */
  readonly idleMs: number
  /** After this long since the first entry that is not covered. Milliseconds. */
  readonly dirtyMs: number
}

export interface CheckpointTimer {
  /** Entries were committed. Cheap: called for every batch. */
  readonly touched: () => void
  /** A checkpoint covers everything. */
  readonly covered: () => void
  /** For good. */
  readonly stop: () => void
}

/** `every` is asked whenever a timer is set, so that a changed setting counts from the next one on. */
/** `every` is read anew each time, so that its fields may be getters of a setting in force. */
export const checkpointTimer = (every: () => CheckpointEvery, due: () => void): CheckpointTimer => {
  let dirty: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  let last = 0
  let stopped = false

  const clear = (): void => {
    clearTimeout(dirty)
    clearTimeout(idle)
    dirty = idle = undefined
  }
  const ask = (): void => {
    clear()
    due()
  }
  // One timer is left running and looks at the clock when it fires: re-arming it on every batch
  // would cost more than the batch's own bookkeeping.
  const awaitIdle = (ms: number): void => {
    idle = setTimeout(() => {
      const quiet = performance.now() - last
      const { idleMs } = every()
      if (quiet >= idleMs) ask()
      else awaitIdle(idleMs - quiet)
    }, ms)
    idle.unref()
  }

  return {
    touched: () => {
      if (stopped) return
      last = performance.now()
      if (idle === undefined) awaitIdle(every().idleMs)
      if (dirty === undefined) {
        dirty = setTimeout(ask, every().dirtyMs)
        dirty.unref()
      }
    },
    covered: clear,
    stop: () => {
      stopped = true
      clear()
    },
  }
}
