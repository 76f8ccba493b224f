// Where a text came from that the agent was given to read: what a sign of injection in it is worth.
import * as Schema from 'effect/Schema'

/**
 * `project`: files of the project. `instructions`: files that are there to instruct agents. `outside`:
 * files elsewhere, and what packages brought along. `web`: another host. `mcp`: an MCP server.
 * `command`: what a command printed.
 */
export const InjectionSource = Schema.Literals([
  'project',
  'instructions',
  'outside',
  'web',
  'mcp',
  'command',
])
export type InjectionSource = typeof InjectionSource.Type
