// Figures from repeated measurements. Medians: on a shared machine the mean tells of the neighbours.

/** The value below which this share (0 to 1) of the samples lies. The samples are sorted in place. */
export const percentile = (samples: Array<number>, share: number): number => {
  samples.sort((a, b) => a - b)
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * share))]!
}

export const median = (samples: Array<number>): number => percentile(samples, 0.5)

/** To three digits that mean something. */
export const rounded = (value: number): number => Number(value.toPrecision(3))

export const isQuick = (): boolean => process.argv.includes('--quick')
