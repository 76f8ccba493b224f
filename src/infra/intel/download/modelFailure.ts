// Why a model is not there: what went wrong on the way, and what to do. Never a credential or a signed
// address: a server's URL is shown without its query.
import * as Schema from 'effect/Schema'

export class ModelFailure extends Schema.TaggedError<ModelFailure>()('ModelFailure', {
  kind: Schema.Literals([
    'mirror',
    'unreachable',
    'certificate',
    'redirect',
    'refused',
    'not-found',
    'status',
    'stalled',
    'cut-short',
    'too-large',
    'other-size',
    'wrong-hash',
    'no-space',
    'busy',
    'pins',
    'folder',
    'unusable',
    'inside-client',
    'damaged',
  ]),
  detail: Schema.String,
  remedy: Schema.String,
  exit: Schema.Literals([1, 2]),
  /** Whether the same request may go better in a moment. */
  again: Schema.Boolean,
  /** How long the server asked to be left alone. Milliseconds. */
  after: Schema.optionalKey(Schema.Number),
}) {
  override get message(): string {
    return this.detail
  }
}

type Kind = ModelFailure['kind']

/** For good: asking again would change nothing. */
export const modelFailure = (
  kind: Kind,
  detail: string,
  remedy: string,
  exit: 1 | 2 = 1,
): ModelFailure => new ModelFailure({ kind, detail, remedy, exit, again: false })

/** For the moment. */
export const passing = (kind: Kind, detail: string, remedy: string, after?: number): ModelFailure =>
  new ModelFailure({
    kind,
    detail,
    remedy,
    exit: 1,
    again: true,
    ...(after === undefined ? {} : { after }),
  })

export const ANOTHER_WAY =
  'try again later, or use --mirror URL, or --from DIR with files fetched another way'
