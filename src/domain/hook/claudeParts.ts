// Where in a payload of Claude Code stands what a person, the agent or a tool wrote, and where the
// client's own names, ids and places stand, which nobody's data is looked for in.
import type { JsonObject } from './claudeFields.ts'
import type { HookEvent, ToolCall } from './hookEvent.ts'

const OF_THE_CLIENT: ReadonlySet<string> = new Set([
  'session_id',
  'transcript_path',
  'cwd',
  'hook_event_name',
  'prompt_id',
  'permission_mode',
  'tool_name',
  'tool_use_id',
  'agent_id',
  'agent_type',
  'agent_transcript_path',
  'mcp_server',
  'mcp_server_name',
  'effort',
  'source',
  'model',
  'trigger',
  'file_path',
  'old_cwd',
  'new_cwd',
  'globs',
  'notification_type',
])

/** The payload's fields that hold what somebody wrote. */
export const writtenFields = (raw: JsonObject): ReadonlyArray<string> =>
  Object.keys(raw).filter((key) => !OF_THE_CLIENT.has(key))

/**
 * Names of entries in what the client's own tools are given and give back: none is a value, and with
 * another name in its place nobody could read the entry.
 */
const NAMES: ReadonlySet<string> = new Set(
  `command description timeout run_in_background file_path content old_string new_string replace_all
  offset limit pattern path glob output_mode url prompt query subagent_type notebook_path new_source
  cell_id edits todos activeForm status stdout stderr interrupted isImage noOutputExpected type file
  filePath numLines startLine totalLines oldString newString originalFile structuredPatch oldStart
  oldLines newStart newLines lines userModified replaceAll filenames numFiles text tool_name tool_input
  tool_use_id tool_response isAsync agentId resolvedModel outputFile result mode`.split(/\s+/),
)

export const isClientsName = (name: string): boolean => NAMES.has(name)

/**
 * The field that is new with an event, and so counted and told of: a result's own call was looked at
 * when it was asked for. Undefined for events that repeat what others had.
 */
export const newField = ({ kind }: HookEvent): string | undefined => {
  switch (kind) {
    case 'tool.before':
      return 'tool_input'
    case 'tool.after':
      return 'tool_response'
    case 'tool.failed':
      return 'error'
    case 'prompt':
    case 'prompt.expanded':
      return 'prompt'
    default:
      return undefined
  }
}

/** The fields of a tool's input that name files; a path is no text that somebody's words stand in. */
const PATH_FIELDS: Readonly<Record<string, ReadonlyArray<string>>> = {
  Read: ['file_path'],
  Write: ['file_path'],
  Edit: ['file_path'],
  MultiEdit: ['file_path'],
  NotebookEdit: ['notebook_path'],
  NotebookRead: ['notebook_path'],
}

export const pathFieldsOf = (tool: string): ReadonlyArray<string> =>
  Object.hasOwn(PATH_FIELDS, tool) ? PATH_FIELDS[tool]! : []

/** The tools that change a file's content by their input. */
export const changesFile = (tool: string): boolean =>
  tool === 'Write' || tool === 'Edit' || tool === 'MultiEdit' || tool === 'NotebookEdit'

/**
 * Tools that read nothing on the machine but what the client itself reads for them: nothing else looks
 * at a file while they run.
 */
export const isWithinClient = (tool: string): boolean => WITHIN_CLIENT.has(tool)

const WITHIN_CLIENT: ReadonlySet<string> = new Set([
  'Read',
  'Write',
  'Edit',
  'MultiEdit',
  'NotebookEdit',
  'NotebookRead',
  'AskUserQuestion',
  'EnterPlanMode',
  'ExitPlanMode',
  'ListAgents',
  'TaskCreate',
  'TaskGet',
  'TaskList',
  'TaskUpdate',
  'TodoWrite',
  'ToolSearch',
  'WebFetch',
  'WebSearch',
])

/** Whether a call goes on when the client reports that it ended. */
export const runsInBackground = ({ name, input }: ToolCall): boolean =>
  name === 'Monitor' || input['run_in_background'] === true

/** The calls that a machine's turn says have ended: the client tells the model so by a prompt. */
export const endedInBackground = (prompt: string): ReadonlyArray<string> =>
  prompt.includes('<task-notification>')
    ? [...prompt.matchAll(/<tool-use-id>([\w.:-]{1,128})<\/tool-use-id>/g)].map(([, id]) => id!)
    : []

/**
 * Files that a prompt mentions with `@`, as written: the client reads them into the prompt without a
 * call that a hook would see. At most 32.
 */
export const mentionsIn = (prompt: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const [, quoted, plain] of prompt.matchAll(
    /(?<![\w@])@(?:"([^"\n]{1,1024})"|([^\s"'`,;()<>]{1,1024}))/g,
  )) {
    const name = quoted ?? plain!.replace(/[.:!?]+$/, '').replace(/#L\d+(?:-\d+)?$/, '')
    if (name !== '') found.add(name)
    if (found.size === 32) break
  }
  return [...found]
}
