// Detection for the hook path: short texts at once in this thread, long ones in a thread of their own, so
// that no event waits for another's 20 MB; models asked only where the caller can wait for them.
import { underRules } from '../../domain/sensitive/overlap.ts'
import { type Injection, LEAST_SCORE, type Span } from '../../domain/sensitive/span.ts'
import { lookedBefore } from './lookedBefore.ts'
import type { Models } from './Models.ts'
import type { Scanned, Scanner, ScanOptions } from './Scanner.ts'
import { type ScanWorkersOptions, scanWorkers } from './scanWorkers.ts'
import { type Looked, notLookedAt, stepsUntil } from './steps.ts'

/** What the texts of one call may hold together to be scanned in this thread. UTF-16 units, some 4 ms. */
export const MOST_AT_ONCE = 65_536
/** What a text costs beside its units: an output may be a hundred thousand short ones. */
const EACH = 128

export interface ScannerOptions {
  readonly models?: Models | undefined
  readonly workers?: ScanWorkersOptions
}

export interface OpenScanner extends Scanner {
  /** Threads that there are now. */
  readonly threads: () => number
  /** Ends its threads; what is being scanned is cut. */
  readonly close: () => Promise<void>
}

export const openScanner = ({ models, workers }: ScannerOptions = {}): OpenScanner => {
  const threads = scanWorkers(workers)
  const remembered = lookedBefore()
  const scanned = (
    texts: ReadonlyArray<string>,
    options: ScanOptions,
  ): Promise<ReadonlyArray<Looked>> | ReadonlyArray<Looked> => {
    let cost = 0
    for (const { length } of texts) cost += length + EACH
    // One short text is scanned here whatever it costs to begin with.
    if (cost > MOST_AT_ONCE + EACH) return threads.scan(texts, options)
    const steps = stepsUntil(
      () => performance.now() >= options.deadline,
      options.injection,
      options.own,
    )
    return texts.map(steps.look)
  }
  const byRules = async (
    texts: ReadonlyArray<string>,
    options: ScanOptions,
  ): Promise<ReadonlyArray<Looked>> => {
    const { injection, own = '' } = options
    const before = texts.map((text) => remembered(own).of(text, injection))
    const fresh = texts.filter((_, i) => before[i] === undefined)
    const looked = fresh.length === 0 ? [] : await scanned(fresh, options)
    const { keep } = remembered(own)
    for (const [i, text] of fresh.entries()) keep(text, injection, looked[i]!)
    let next = 0
    return before.map((one) => one ?? looked[next++]!)
  }
  return {
    scan: async (texts, options) => {
      let looked: ReadonlyArray<Looked>
      try {
        looked = await byRules(texts, options)
      } catch {
        // A recogniser that throws is a fault of ours; the text counts as not looked at, which is said.
        looked = texts.map(({ length }) => notLookedAt(length))
      }
      const rules = looked.map(({ spans, injection, cut }): Scanned => ({
        spans,
        injection: options.injection ? injection : undefined,
        tier: 'rules',
        cut,
      }))
      return models === undefined || !options.models
        ? rules
        : await withModels(models, texts, rules, options)
    },
    threads: threads.size,
    close: threads.close,
  }
}

/** Models look at what the rules looked at and no more; one that does not answer changes nothing. */
const withModels = async (
  models: Models,
  texts: ReadonlyArray<string>,
  rules: ReadonlyArray<Scanned>,
  { injection, deadline }: ScanOptions,
): Promise<ReadonlyArray<Scanned>> => {
  const looked = texts.map((text, i) => text.slice(0, text.length - rules[i]!.cut))
  const [values, instructing] = await Promise.all([
    inTime(() => models.pii(looked, deadline), deadline),
    injection ? inTime(() => models.injection(looked, deadline), deadline) : undefined,
  ])
  if (values === undefined && instructing === undefined) return rules
  return rules.map(({ spans, injection: said, cut }, i) => ({
    spans: underRules(looked[i]!, spans, (values?.[i] ?? []).filter(isIn(looked[i]!))),
    injection: said === undefined ? undefined : surer(said, instructing?.[i]),
    tier: 'model',
    cut,
  }))
}

const isIn =
  ({ length }: string) =>
  ({ start, end, score }: Span): boolean =>
    start >= 0 && start < end && end <= length && score >= LEAST_SCORE

/** Whatever either takes for injection counts as such; the places are the rules'. */
const surer = (rules: Injection, model: Omit<Injection, 'hits'> | undefined): Injection => {
  if (model === undefined) return rules
  const isModel =
    rules.label === model.label ? model.score > rules.score : model.label === 'injection'
  return isModel ? { ...model, hits: rules.hits } : rules
}

const inTime = async <A>(
  ask: () => Promise<A | undefined>,
  deadline: number,
): Promise<A | undefined> => {
  const left = deadline - performance.now()
  if (left <= 0) return undefined
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), left)
  })
  try {
    return await Promise.race([ask(), late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
