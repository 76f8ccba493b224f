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
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    for (let note = waiting.shift(); note !== undefined; note = waiting.shift()) {
      try {
        await sink!(note)
      } catch (error) {
        onFailure(note, error)
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
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), ms)
      })
      const outcome = await Promise.race([running, late])
      clearTimeout(timer)
      if (outcome === 'late')
        for (const note of waiting.splice(0).concat(''))
          if (note !== '') onFailure(note, new Error('the log was closed first'))
    },
  }
}
