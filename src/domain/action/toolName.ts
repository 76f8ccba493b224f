// The names under which a client reports its tools, brought to one form. Names come from the client
// and from MCP servers: nothing about them is trusted but their shape.

export interface ToolName {
  /** Canonical: `Task` is `Agent`, `Agent(Explore)` is `Agent` with the specifier `Explore`. */
  readonly name: string
  readonly specifier?: string
  readonly mcp?: { readonly server: string; readonly tool: string }
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['Task', 'Agent'],
  ['KillBash', 'KillShell'],
  ['AgentOutputTool', 'TaskOutput'],
  ['BashOutputTool', 'BashOutput'],
  ['ListMcpResourcesTool', 'ListMcpResources'],
  ['ReadMcpResourceTool', 'ReadMcpResource'],
  ['ReadMcpResourceDirTool', 'ReadMcpResourceDir'],
])

const LIMIT = 128

/** `mcp__<server>__<tool>`: the server's name ends at the first double underscore after it. */
export const toolNameOf = (reported: string): ToolName => {
  const name = reported.slice(0, LIMIT).toWellFormed()
  // A permission rule's form names the same tool: `mcp__crm__lookup(x)`.
  const mcp = /^mcp__(.+?)__([^(]+)(?:\(.*\))?$/s.exec(name)
  if (mcp !== null)
    return {
      name: `mcp__${mcp[1]!}__${mcp[2]!}`,
      mcp: { server: mcp[1]!, tool: mcp[2]! },
    }
  const cut = /^(\w+)\((.*)\)$/s.exec(name)
  const base = cut === null ? name : cut[1]!
  const canonical = ALIASES.get(base) ?? base
  return cut === null ? { name: canonical } : { name: canonical, specifier: cut[2]! }
}
