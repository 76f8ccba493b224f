// Scores of classes, as a model gives them, as shares of one.

/** Of `count` logits from `at` on the greatest; the first of equals. What is no number counts as least. */
export const likeliest = (logits: ArrayLike<number>, at: number, count: number): number => {
  let label = 0
  for (let i = 1; i < count; i++)
    if (valueOf(logits[at + i]) > valueOf(logits[at + label])) label = i
  return label
}

/** The share of one class, 0 to 1. */
export const shareOf = (
  logits: ArrayLike<number>,
  at: number,
  count: number,
  label: number,
): number => {
  let greatest = -Infinity
  for (let i = 0; i < count; i++) greatest = Math.max(greatest, valueOf(logits[at + i]))
  // The greatest goes out first, so that no exponential overflows.
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.exp(valueOf(logits[at + i]) - greatest)
  return Math.exp(valueOf(logits[at + label]) - greatest) / sum
}

const LEAST = -1e30

const valueOf = (logit: number | undefined): number =>
  logit === undefined || Number.isNaN(logit) ? LEAST : Math.min(1e30, Math.max(LEAST, logit))
