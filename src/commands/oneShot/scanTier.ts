// `intel scan --tier`: the rules, and beside them models where there are some. Where a tier does not
// answer, the tier below does, and a note says so: nobody may believe that a model looked when none did.
import { filledIn, surerInjection } from '../../domain/intel/merge.ts'
import type { Detection } from '../../domain/sensitive/span.ts'
import type { Asked, Models } from '../../infra/intel/models.ts'
import { ownPlace } from '../control/ownPlace.ts'
import { type ScanOptions, scanText } from './scan.ts'

export type Tier = 'rules' | 'embedded' | 'model'

export interface TierScan {
  readonly scan: (text: string) => Promise<Detection>
  readonly close: () => Promise<void>
}

/** A model that is loaded for one text may take its time: somebody asked for it. Milliseconds. */
const MOST_MS = 120_000

const RULES_ALONE = 'the rules alone look'

/** `note` is told each reason once. */
export const openTier = async (
  tier: Tier,
  options: ScanOptions,
  note: (text: string) => void,
  modelsDir: () => string = () => ownPlace().paths.modelsDir,
): Promise<TierScan> => {
  const noted = new Set<string>()
  const noteOnce = (text: string): void => {
    if (noted.has(text)) return
    noted.add(text)
    note(text)
  }
  if (tier === 'embedded') noteOnce(`no embedded model comes with this version: ${RULES_ALONE}`)
  if (tier !== 'model')
    return { scan: async (text) => scanText(text, options), close: async () => {} }
  const { makeModels } = await import('../../infra/intel/models.ts')
  const models = makeModels({
    modelsDir: modelsDir(),
    enabled: () => true,
    now: () => Date.now(),
  })
  return {
    scan: async (text) => beside(text, scanText(text, options), models, noteOnce),
    close: models.close,
  }
}

const beside = async (
  text: string,
  rules: Detection,
  models: Models,
  note: (text: string) => void,
): Promise<Detection> => {
  const deadline = performance.now() + MOST_MS
  const [pii, injection] = await Promise.all([
    models.pii([text], deadline),
    models.injection([text], deadline),
  ])
  const told = (what: string, asked: Asked<{ readonly cut: number }>): void => {
    if (asked.tier === 'rules')
      note(`${what}: ${RULES_ALONE}, ${asked.fault.message} (${asked.fault.remedy})`)
    else if (asked.found[0]!.cut > 0)
      note(`${what}: of a long text the model read the beginning, the rules all of it`)
  }
  told('personal data', pii)
  told('injection', injection)
  return {
    ...rules,
    spans: pii.tier === 'model' ? filledIn(text, rules.spans, pii.found[0]!.spans) : rules.spans,
    injection:
      injection.tier === 'model'
        ? surerInjection(rules.injection, { ...injection.found[0]!, hits: [] })
        : rules.injection,
  }
}
