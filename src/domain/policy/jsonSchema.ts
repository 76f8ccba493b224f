// The published JSON Schema of a policy file. It cannot say everything the decoder checks (unique
// ids, sizes, no key twice): what it accepts may still be refused, never the other way round.
import * as Schema from 'effect/Schema'
import { Policy } from './policy.ts'

/** Names the schema to editors and other programs; it is no address. */
export const POLICY_SCHEMA_ID = 'urn:isonapse:policy:1'

/** The content of policy.schema.json (draft 2020-12). */
export const policyJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { schema, definitions } = Schema.toJsonSchemaDocument(Policy, { onExcessProperty: 'error' })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: POLICY_SCHEMA_ID,
    title: 'Isonapse policy',
    ...schema,
    $defs: definitions,
  }
}
