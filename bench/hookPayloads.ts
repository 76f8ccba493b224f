// What Claude Code sends to its hooks in an everyday session, as bytes: the shapes and sizes of real
// payloads, with a call id of their own each, so that none is a repetition to the gate.
import * as fs from 'node:fs'

export interface HookPayload {
  readonly event: 'PreToolUse' | 'PostToolUse'
  readonly bytes: Buffer
}

const SESSION = '5c1fe9c0-0000-4000-8000-000000000001'

const CALLS: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>, unknown]> = [
  [
    'Bash',
    { command: 'npm test -- --run test/parser.test.ts', description: 'Run the tests' },
    out('ok'),
  ],
  [
    'Read',
    { file_path: 'src/parser.ts', limit: 200 },
    { type: 'text', file: { content: lines(40) } },
  ],
  [
    'Bash',
    { command: 'git status --short && git diff --stat | tail -20' },
    out(' M src/parser.ts'),
  ],
  [
    'Edit',
    { file_path: 'src/parser.ts', old_string: lines(6), new_string: lines(8) },
    { filePath: 'x' },
  ],
  ['Bash', { command: "rg -n 'export const' src | sort | head -40" }, out(lines(20))],
  ['Write', { file_path: 'test/parser.test.ts', content: lines(30) }, { type: 'create' }],
]

function out(stdout: string) {
  return { stdout, stderr: '', interrupted: false, isImage: false }
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `export const value${i} = ${i}\n`).join('')
}

/** Payload `n` of a session in the folder `cwd`: a call about to run, or the report that it ran. */
export const hookPayload = (n: number, cwd: string, run = 'a'): HookPayload => {
  const [tool_name, input, tool_response] = CALLS[(n >> 1) % CALLS.length]!
  const file = input['file_path']
  const tool_input = typeof file === 'string' ? { ...input, file_path: `${cwd}/${file}` } : input
  const event = n % 2 === 0 ? 'PreToolUse' : 'PostToolUse'
  const payload = {
    session_id: SESSION,
    transcript_path: `${cwd}/../.claude/projects/-project/${SESSION}.jsonl`,
    cwd,
    prompt_id: 'aa1775c3-cb70-4a4d-8031-0007610db4f5',
    permission_mode: 'default',
    hook_event_name: event,
    tool_name,
    tool_input,
    tool_use_id: `toolu_${run}${String(n >> 1).padStart(20, '0')}`,
    ...(event === 'PostToolUse' ? { tool_response, duration_ms: 12 } : {}),
  }
  return { event, bytes: Buffer.from(`${JSON.stringify(payload)}\n`) }
}

/** Makes the folder that the payloads tell of. */
export const makeProject = (cwd: string): void => {
  fs.mkdirSync(`${cwd}/.git`, { recursive: true })
  fs.mkdirSync(`${cwd}/src`)
  fs.mkdirSync(`${cwd}/test`)
  fs.writeFileSync(`${cwd}/src/parser.ts`, lines(40))
}
