// A law that the reading of calls and the deciding on them must keep, for any input. Run briefly with
// the other tests and for as long as wanted by `npm run fuzz`.
import type * as fc from 'fast-check'

export interface Law<A = unknown> {
  readonly name: string
  readonly input: fc.Arbitrary<A>
  /** What is wrong, told so that it can be looked into; undefined when the law holds. */
  readonly broken: (input: A) => string | undefined
}

/** A law whose input's type only it knows. */
export const law = <A>(
  name: string,
  input: fc.Arbitrary<A>,
  broken: (input: A) => string | undefined,
): Law => ({ name, input, broken: broken as (input: unknown) => string | undefined })
