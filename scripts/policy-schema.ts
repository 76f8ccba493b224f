// Writes policy.schema.json: the JSON Schema of a policy, for editors and other programs. Made from
// the Schema that parsePolicy decodes with, which remains the authority.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as prettier from 'prettier'
import { policyJsonSchema } from '../src/domain/policy/jsonSchema.ts'

const file = path.resolve(import.meta.dirname, '../policy.schema.json')
const style = await prettier.resolveConfig(file)
const text = await prettier.format(JSON.stringify(policyJsonSchema()), { ...style, filepath: file })
fs.writeFileSync(file, text)
console.log(`wrote ${path.relative(process.cwd(), file)}`)
