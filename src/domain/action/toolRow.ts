// The form of the table of tools: one row says how a tool's input becomes effects and capabilities.
import type { CallReading } from './toolCall.ts'

/** `does` as the effects' short forms: kind, then the target or the opaque code. */
export interface ToolExample {
  readonly input: Readonly<Record<string, unknown>>
  readonly does: ReadonlyArray<string>
  readonly capabilities: ReadonlyArray<string>
}

export interface ToolRow {
  readonly names: ReadonlyArray<string>
  readonly read: (call: CallReading) => void
  readonly examples: ReadonlyArray<ToolExample>
}

export const row = (
  names: string,
  read: (call: CallReading) => void,
  ...examples: ReadonlyArray<ToolExample>
): ToolRow => ({ names: names.split(' '), read, examples })

export const example = (
  input: ToolExample['input'],
  does: ReadonlyArray<string>,
  ...capabilities: ReadonlyArray<string>
): ToolExample => ({ input, does, capabilities })
