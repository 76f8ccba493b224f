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

/** Text as files hold it: this benchmark's own and its neighbours', from another place for each `n`. */
const sourceText = (n: number, size: number): string => {
  const from = (n * 7919) % Math.max(1, SOURCE.length - size)
  return SOURCE.slice(from, from + size)
}
const SOURCE = fs
  .readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => fs.readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
  .join('\n')

const reading = (text: string) => {
  const numLines = text.split('\n').length
  const file = { filePath: 'x', content: text, numLines, startLine: 1, totalLines: numLines }
  return [{ file_path: 'src/parser.ts' }, { type: 'text', file }] as const
}

const VALUES = [
  ['jane.doe', 'corp-mail.io'].join('@'),
  ['4111', '1111', '1111', '1111'].join(' '),
  'born on 12 March 1985',
].join(', ')

/** Events whose texts are looked through: what is asked of a call that is new, or read of one that ran. */
export const SIZED = {
  'a short command': (n) => ['PreToolUse', 'Bash', { command: `git show --stat HEAD~${n}` }],
  'a result of 4 kB': (n) => ['PostToolUse', 'Read', ...reading(sourceText(n, 4096))],
  'a result of 4 kB with three values': (n) => [
    'PostToolUse',
    'Read',
    ...reading(`${VALUES}\n${sourceText(n, 4096)}`),
  ],
  'a result of 64 kB': (n) => ['PostToolUse', 'Read', ...reading(sourceText(n, 64_000))],
  'a file of 20 kB written': (n) => [
    'PreToolUse',
    'Write',
    { file_path: 'test/parser.test.ts', content: sourceText(n, 20_000) },
  ],
} satisfies Readonly<Record<string, (n: number) => Sized>>
export type SizedName = keyof typeof SIZED

type Sized = readonly [
  event: HookPayload['event'],
  tool: string,
  input: Readonly<Record<string, unknown>>,
  response?: unknown,
]

/** Event `n` of a kind, whose texts no other has. */
export const sizedPayload = (of: SizedName, n: number, cwd: string, run = 'a'): HookPayload => {
  const [event, tool, input, response] = SIZED[of](n) as Sized
  const useId = `toolu_${run}${String(n).padStart(20, '0')}`
  return payloadOf(event, tool, input, response, useId, cwd)
}

/** Payload `n` of a session in the folder `cwd`: a call about to run, or the report that it ran. */
export const hookPayload = (n: number, cwd: string, run = 'a'): HookPayload => {
  const [tool_name, input, tool_response] = CALLS[(n >> 1) % CALLS.length]!
  const event = n % 2 === 0 ? 'PreToolUse' : 'PostToolUse'
  const useId = `toolu_${run}${String(n >> 1).padStart(20, '0')}`
  return payloadOf(event, tool_name, input, tool_response, useId, cwd)
}

const payloadOf = (
  event: HookPayload['event'],
  tool_name: string,
  input: Readonly<Record<string, unknown>>,
  tool_response: unknown,
  tool_use_id: string,
  cwd: string,
): HookPayload => {
  const file = input['file_path']
  const tool_input = typeof file === 'string' ? { ...input, file_path: `${cwd}/${file}` } : input
  const payload = {
    session_id: SESSION,
    transcript_path: `${cwd}/../.claude/projects/-project/${SESSION}.jsonl`,
    cwd,
    prompt_id: 'aa1775c3-cb70-4a4d-8031-0007610db4f5',
    permission_mode: 'default',
    hook_event_name: event,
    tool_name,
    tool_input,
    tool_use_id,
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
