// Detection by models, as the scanner asks for it. Whatever keeps them from answering in time (not
// downloaded, not loading, too slow) is `undefined`: the rules then stand alone, and it is said so.
import type { Injection, Span } from '../../domain/sensitive/span.ts'
import type { Models as InstalledModels } from '../intel/models.ts'

export interface Models {
  /** Spans of each text, in order. `deadline`: `performance.now()` milliseconds. */
  readonly pii: (
    texts: ReadonlyArray<string>,
    deadline: number,
  ) => Promise<ReadonlyArray<ReadonlyArray<Span>> | undefined>
  /** What is said of each text. `score`: how sure it is that the text instructs, 0 to 1. */
  readonly injection: (
    texts: ReadonlyArray<string>,
    deadline: number,
  ) => Promise<ReadonlyArray<Omit<Injection, 'hits'>> | undefined>
}

/** The installed ones: why one does not answer is told by `intel status`. */
export const asInstalled = (models: InstalledModels): Models => ({
  pii: async (texts, deadline) => {
    if (!models.serves('pii')) return undefined
    const asked = await models.pii(texts, deadline)
    return asked.tier === 'model' ? asked.found.map(({ spans }) => spans) : undefined
  },
  injection: async (texts, deadline) => {
    if (!models.serves('injection')) return undefined
    const asked = await models.injection(texts, deadline)
    return asked.tier === 'model'
      ? asked.found.map(({ score, label, detector }) => ({ score, label, detector }))
      : undefined
  },
})
