// The published JSON Schema of a policy file. It cannot say everything the decoder checks (unique
// ids, sizes, no key twice): what it accepts may still be refused, never the other way round.
import * as Schema from 'effect/Schema'
import { Policy } from './policy.ts'

/** The content of policy.schema.json (draft 2020-12). */
export const policyJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(Policy, { onExcessProperty: 'error' })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Isonapse policy',
    ...schema,
    $defs: definitions,
  }
}
