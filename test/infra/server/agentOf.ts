// What the client reports of an agent's calls, and does between the reports: files are really read and
// written, as the client's own tools do.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { HookAnswer } from '../../../src/domain/hook/hookEvent.ts'
import type { Plane } from './plane.ts'

let calls = 0

export interface Agent {
  readonly payload: (name: string, more: object) => Record<string, unknown>
  readonly hook: (name: string, more: object) => Promise<HookAnswer>
  readonly before: (tool: string, input: object, id?: string) => Promise<HookAnswer>
  readonly after: (
    tool: string,
    input: object,
    response: unknown,
    id?: string,
  ) => Promise<HookAnswer>
  readonly batch: (...calls: ReadonlyArray<object>) => Promise<HookAnswer>
  readonly stop: () => Promise<HookAnswer>
  /** What the agent sees of a file. */
  readonly reads: (name: string) => Promise<string>
  readonly writes: (name: string, content: string) => Promise<HookAnswer>
  readonly edits: (name: string, old: string, text: string) => Promise<HookAnswer>
  /** A command: `act` is what it does. */
  readonly runs: (command: string, act?: () => unknown) => Promise<HookAnswer>
}

export const agentOf = (plane: Plane, session = 'one'): Agent => {
  const useId = (): string => `toolu_${++calls}`
  const payload: Agent['payload'] = (name, more) => ({
    session_id: session,
    transcript_path: path.join(plane.home, `.claude/projects/x/${session}.jsonl`),
    cwd: plane.project,
    permission_mode: 'default',
    hook_event_name: name,
    ...more,
  })
  const hook: Agent['hook'] = (name, more) => plane.hook(name, payload(name, more))
  const before: Agent['before'] = (tool, input, id = useId()) =>
    hook('PreToolUse', { tool_name: tool, tool_input: input, tool_use_id: id })
  const after: Agent['after'] = (tool, input, response, id = useId()) =>
    hook('PostToolUse', {
      tool_name: tool,
      tool_input: input,
      tool_response: response,
      tool_use_id: id,
      duration_ms: 1,
    })
  const batch: Agent['batch'] = (...of) => hook('PostToolBatch', { tool_calls: of })
  const fileOf = (name: string): string => path.join(plane.project, name)
  return {
    payload,
    hook,
    before,
    after,
    batch,
    stop: () => hook('Stop', { stop_hook_active: false }),
    reads: async (name) => {
      const file = fileOf(name)
      const [id, input] = [useId(), { file_path: file }]
      await before('Read', input, id)
      const content = fs.readFileSync(file, 'utf8')
      const result = {
        type: 'text',
        file: { filePath: file, content, numLines: 2, startLine: 1, totalLines: 2 },
      }
      const output = outputOf(await after('Read', input, result, id))
      return output === undefined ? content : (output as typeof result).file.content
    },
    writes: async (name, content) => {
      const file = fileOf(name)
      const [id, input] = [useId(), { file_path: file, content }]
      const asked = await before('Write', input, id)
      if (asked.exit === 2) return asked
      fs.writeFileSync(file, content)
      const response = { type: 'create', filePath: file, content, structuredPatch: [] }
      const answer = await after('Write', input, response, id)
      await batch()
      return answer
    },
    edits: async (name, old, text) => {
      const file = fileOf(name)
      const [id, input] = [useId(), { file_path: file, old_string: old, new_string: text }]
      const original = fs.readFileSync(file, 'utf8')
      if (!original.includes(old))
        return batch({
          tool_name: 'Edit',
          tool_input: input,
          tool_use_id: id,
          tool_response: '<tool_use_error>String to replace not found in file.',
        })
      await before('Edit', input, id)
      fs.writeFileSync(
        file,
        original.replace(old, () => text),
      )
      const answer = await after(
        'Edit',
        input,
        {
          filePath: file,
          oldString: old,
          newString: text,
          originalFile: original,
          structuredPatch: [],
          userModified: false,
          replaceAll: false,
        },
        id,
      )
      await batch()
      return answer
    },
    runs: async (command, act = () => undefined) => {
      const [id, input] = [useId(), { command }]
      const asked = await before('Bash', input, id)
      if (asked.exit === 2) return asked
      act()
      await after('Bash', input, { stdout: '', stderr: '', interrupted: false }, id)
      await batch()
      return asked
    },
  }
}

export const outputOf = ({ stdout }: HookAnswer): unknown =>
  stdout === ''
    ? undefined
    : (JSON.parse(stdout) as { hookSpecificOutput?: { updatedToolOutput?: unknown } })
        .hookSpecificOutput?.updatedToolOutput
