// What of a call's input the gate makes its values again before the call runs: tokens in the names of
// files. What stands in a file's content is put back on the disk after it was written.
import { restored } from '../vault/token.ts'
import type { JsonObject } from './claudeFields.ts'
import { isJsonObject } from './claudeFields.ts'
import { pathFieldsOf } from './claudeParts.ts'
import type { HookEvent } from './hookEvent.ts'

/** The payload with them; the same object where there are none, or none that `valueOf` knows. */
export const effectivePayload = (
  event: HookEvent,
  raw: JsonObject,
  valueOf: (token: string) => string | undefined,
): JsonObject => {
  if (!('call' in event)) return raw
  const input = raw['tool_input']
  if (!isJsonObject(input)) return raw
  let changed: Record<string, unknown> | undefined
  for (const field of pathFieldsOf(event.call.name)) {
    const text = input[field]
    if (typeof text !== 'string') continue
    const path = restored(text, valueOf)
    if (path !== text) (changed ??= { ...input })[field] = path
  }
  return changed === undefined ? raw : { ...raw, tool_input: changed }
}
