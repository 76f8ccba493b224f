// The rules that hold under every policy. A deny of a policy or of these beats every permit, so no
// policy can take one back; they are few, because nobody can.
import type { Rule } from './rule.ts'

/** Where the client keeps its own files; all of them lie in zone `gate`. */
const CLIENT_SETTINGS = [
  '**/.claude/settings*.json',
  '**/.claude/plugins/**',
  '**/managed-settings.json',
  '**/managed-settings.d/**',
]
const CLIENT_RECORDS = ['~/.claude.json', '~/.claude/projects/**']
/** Output too long for the conversation: the client writes it there and tells the model to read it. */
const CLIENT_OUTPUT = ['~/.claude/projects/*/*/tool-results/**']

const SYSTEM_ROOTS = (
  'bin boot dev etc home lib lib64 opt proc root run sbin srv sys usr var ' +
  'Applications Library System Users private'
)
  .split(' ')
  .map((name) => `/${name}`)

/** Why what would switch the gate off is denied. */
export const OUT_OF_REACH =
  'the gate, its files and the settings that load it are out of reach of what it gates'

/** Ids start with `baseline:`, which no policy's id can. */
export const BASELINE: ReadonlyArray<Rule> = [
  {
    // A gate that what it gates can switch off is none.
    id: 'baseline:tamper',
    verdict: 'deny',
    match: { effect: 'tamper' },
    unless: { zone: ['project', 'worktree', 'tmp'] },
    reason: OUT_OF_REACH,
  },
  {
    // A folder of the project's that holds such settings besides its work: a human may empty it.
    id: 'baseline:tamper-along',
    verdict: 'defer',
    match: { effect: 'tamper' },
    reason: 'this folder holds settings of the client, which may load the gate',
  },
  {
    // The client's folder holds them and little else.
    id: 'baseline:client-folder',
    verdict: 'deny',
    match: { effect: 'tamper', path: '**/.claude/**' },
    reason: OUT_OF_REACH,
  },
  {
    // The same by location alone, for whatever names the effect differently (a link, a move).
    id: 'baseline:gate-files',
    verdict: 'deny',
    match: {
      effect: ['fs.write', 'fs.delete', 'persist', 'net.send', 'net.fetch', 'secret.send'],
      zone: 'gate',
    },
    reason: OUT_OF_REACH,
  },
  {
    // The keys that seal the log and sign its checkpoints lie there, and the log itself.
    id: 'baseline:gate-read',
    verdict: 'deny',
    match: { effect: ['fs.read', 'secret.read'], zone: 'gate' },
    unless: { path: [...CLIENT_SETTINGS, ...CLIENT_RECORDS] },
    reason: "the gate's keys and log are out of reach of what it gates",
  },
  {
    // Earlier conversations hold what was masked or said in other projects; a human may allow it.
    id: 'baseline:transcripts',
    verdict: 'defer',
    match: { effect: ['fs.read', 'secret.read'], path: CLIENT_RECORDS },
    unless: { path: CLIENT_OUTPUT },
    reason: "the client's records of other conversations are read only when a human agrees",
  },
  {
    // Nothing that an agent is asked to do needs the machine or the home directory gone.
    id: 'baseline:destroy-system',
    verdict: 'deny',
    match: { effect: 'destroy.system' },
    // Text that is written into a file does nothing yet; running it is judged when it is run.
    unless: { tool: ['Write', 'Edit', 'MultiEdit', 'NotebookEdit'], in: '**/*' },
    reason: 'this would destroy the system or the home directory',
  },
  {
    // The same where a reader of calls sees a deletion and no more.
    id: 'baseline:delete-roots',
    verdict: 'deny',
    match: { effect: ['fs.delete', 'destroy.data'], path: ['~', '/', ...SYSTEM_ROOTS] },
    unless: { zone: ['tmp', 'project', 'worktree'] },
    reason: 'this would destroy the system or the home directory',
  },
]
