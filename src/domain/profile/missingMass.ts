// How often the next call will be something never seen: the missing mass of a sample, estimated by how
// much of the sample itself was seen only once.
//
// I. J. Good, The population frequencies of species and the estimation of population parameters,
// Biometrika 40 (1953): the missing mass is about f1/n. Its 95% interval is W. W. Esty's, A normal
// limit law for a nonparametric estimator of the coverage of a random sample, Annals of Statistics 11
// (1983), with variance (f1(1 - f1/n) + 2 f2)/n²; where next to nothing was seen once, the interval's
// upper end is at least 3/n, the rule of three for an event that was not met in n trials.

export interface MissingMass {
  /** Calls. */
  readonly calls: number
  /** Calls that did something no other call did. */
  readonly once: number
  /** 0 to 1; of a sample of no calls 1, as nothing is known. */
  readonly estimate: number
  readonly low: number
  readonly high: number
}

const Z95 = 1.96

/** `once`, `twice`: calls that did something seen once or twice in all. All calls are alike here. */
export const missingMass = (calls: number, once: number, twice: number): MissingMass => {
  if (calls <= 0) return { calls: 0, once: 0, estimate: 1, low: 0, high: 1 }
  const estimate = Math.min(1, once / calls)
  const spread = (Z95 * Math.sqrt(once * (1 - estimate) + 2 * twice)) / calls
  return {
    calls,
    once,
    estimate,
    low: Math.max(0, estimate - spread),
    high: Math.min(1, Math.max(estimate + spread, 3 / calls)),
  }
}
