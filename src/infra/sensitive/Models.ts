// Detection by models, as the scanner asks for it. Whatever keeps them from answering in time (not
// downloaded, not loading, too slow) is `undefined`: the rules then stand alone, and it is said so.
import type { Injection, Span } from '../../domain/sensitive/span.ts'

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
