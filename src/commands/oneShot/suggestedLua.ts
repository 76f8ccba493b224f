// A suggested policy as a Lua module, with what it was made of at its head.
import type { Suggested } from '../../domain/control/learning.ts'
import { luaModule } from '../../domain/policy/lua/module.ts'

export const luaOf = ({ policy, digest, live, seen, thresholds }: Suggested): string =>
  luaModule(policy, {
    digest,
    lines: [
      `Suggested by isonapse hook suggest in place of ${live.name} (${live.digest}),`,
      `from ${seen.finished} finished of ${seen.calls} tool calls in ${seen.sessions} sessions.`,
      `A learned rule rests on at least ${thresholds.minSessions} sessions and ${thresholds.minDays} days.`,
    ],
  })
