// Sends every checkpoint to the sink the user chose, in order and one at a time. A sink that fails or
// hangs is reported and never holds the log up: an anchor adds evidence, it is no condition.

export interface Anchors {
  readonly send: (note: string) => void
  /** Waits for what is under way, at most this long. */
  readonly finish: (ms: number) => Promise<void>
}

/** Waiting at most; beyond it the oldest is given up, and reported. */
const MOST_WAITING = 64

export const anchorsTo = (
  sink: ((note: string) => Promise<void>) | undefined,
  onFailure: (note: string, error: unknown) => void,
): Anchors => {
  const waiting: Array<string> = []
  let under: string | undefined
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    for (under = waiting.shift(); under !== undefined; under = waiting.shift()) {
      try {
        await sink!(under)
      } catch (error) {
        onFailure(under, error)
      }
    }
  }
  return {
    send: (note) => {
      if (sink === undefined) return
      waiting.push(note)
      if (waiting.length > MOST_WAITING)
        onFailure(waiting.shift()!, new Error('earlier checkpoints are still being anchored'))
      running ??= run().finally(() => {
        running = undefined
      })
    },
    finish: async (ms) => {
      if (running === undefined) return
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      })
      await Promise.race([running, late])
      clearTimeout(timer)
      const given = waiting.splice(0)
      for (const note of under === undefined ? given : [under, ...given])
        onFailure(note, new Error('the log was closed before the sink was done'))
    },
  }
}
