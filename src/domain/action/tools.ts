// Every built-in tool of the client, of its present version and its neighbours, by name. What a call
// of one would do is told by its row, from its input alone.
import { AGENT_TOOLS } from './agentTools.ts'
import { FILE_TOOLS } from './fileTools.ts'
import { REMOTE_TOOLS } from './remoteTools.ts'
import { SHELL_TOOLS } from './shellTools.ts'
import type { ToolRow } from './toolRow.ts'

export const TOOLS: ReadonlyArray<ToolRow> = [
  ...SHELL_TOOLS,
  ...FILE_TOOLS,
  ...REMOTE_TOOLS,
  ...AGENT_TOOLS,
]

const BY_NAME = new Map(TOOLS.flatMap((one) => one.names.map((name) => [name, one] as const)))

/** Undefined for a name that is no built-in tool's. */
export const toolNamed = (name: string): ToolRow | undefined => BY_NAME.get(name)
