// Compares the input a call was decided on (PreToolUse) with the input it ran with (PostToolUse),
// which another hook may have swapped. It must never take two calls that do different things for one.
//
// Observed on 2.1.329, for 30 tools and for inputs the client mends (relative paths, numbers given
// as text, missing defaults): both events show the mended input, equal as JSON, except where below.
// PostToolBatch shows the model's own input instead (paths unexpanded, defaults missing, a rewrite
// not applied): its inputs say nothing of what ran and are not to be compared.
import { isJsonObject, type JsonObject } from './claudeFields.ts'

const isRecordOf = (value: unknown, holds: (field: unknown) => boolean): boolean =>
  isJsonObject(value) && Object.values(value).every(holds)

const isText = (value: unknown): boolean => typeof value === 'string'

const isAnnotation = (value: unknown): boolean => isRecordOf(value, isText)

/**
 * Fields that the client itself adds on one side. Whoever can rewrite an input gains nothing by
 * hiding in them: what the tool does does not depend on them.
 */
const CLIENT_FIELDS: ReadonlyMap<string, (key: string, value: unknown) => boolean> = new Map([
  // PreToolUse shows these as a reading of `to` and `message`, and the call runs without them: a
  // hook that supplies others changes nothing (`to` and `message` stay compared).
  [
    'SendMessage',
    (key: string) =>
      key === 'content' || key === 'recipient' || key === 'recipient_kind' || key === 'type',
  ],
  // What the human chose while the tool ran. The tool does nothing to the machine. A hook that
  // forges answers is not told from the human by their presence, and could say the same to the
  // model by additionalContext; other shapes than the client's own stay compared.
  [
    'AskUserQuestion',
    (key: string, value: unknown) =>
      (key === 'answers' && isRecordOf(value, isText)) ||
      (key === 'annotations' && isRecordOf(value, isAnnotation)),
  ],
])

/**
 * The part of a tool's input that must be the same before and after the call. What a human edits in
 * the client's permission dialog differs, rightly: it is not what was decided on.
 */
export const comparableInput = (tool: string, input: JsonObject): JsonObject => {
  const isClients = CLIENT_FIELDS.get(tool)
  if (isClients === undefined) return input
  // fromEntries defines `__proto__` as a field; assigning it would lose it.
  return Object.fromEntries(Object.entries(input).filter(([key, value]) => !isClients(key, value)))
}

/**
 * comparableInput as text: two inputs have the same text exactly when they are equal as JSON values
 * (key order apart). Total for every value that JSON.parse gives, lone surrogates and numbers
 * beyond 2^53 included, unlike canonical JSON. Bounded nesting is the payload decoder's promise.
 */
export const comparableText = (tool: string, input: JsonObject): string =>
  sortedJson(comparableInput(tool, input))

const sortedJson = (value: unknown): string => {
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${sortedJson(field)}`).join(',')}}`
}
