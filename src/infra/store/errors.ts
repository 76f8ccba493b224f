// What can go wrong with the store, as the person who must mend it would tell it apart.
import * as Schema from 'effect/Schema'

/**
 * The store could not be opened, read or written. `reason` is a code the surface turns into one line
 * with a remedy; `held` carries the holder's pid when another control plane has the lock.
 */
export class StoreFailure extends Schema.TaggedError<StoreFailure>()('StoreFailure', {
  reason: Schema.Literals(['held', 'missing', 'read-only', 'full', 'permission', 'corrupt', 'io']),
  path: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `the witness at ${this.path}: ${this.detail}`
  }
}

/** Bytes under the verified keys are not what the tree says. `index` is the first bad entry. */
export class TamperFound extends Schema.TaggedError<TamperFound>()('TamperFound', {
  index: Schema.optionalKey(Schema.Int),
  where: Schema.Literals(['entry', 'node', 'head', 'checkpoint', 'snapshot', 'identity', 'size']),
  detail: Schema.String,
}) {
  override get message(): string {
    return `the witness does not verify: ${this.detail}`
  }
}
