// Agents started by an agent, and the gate's own command: what would run without the gate's hooks, or
// loosen them, is tampering.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf, UNKNOWN } from '../word.ts'

/** Options with which the client starts without its user's hooks. */
const WITHOUT_HOOKS = [
  '--bare',
  '--settings',
  '--safe-mode',
  '--restricted',
  '--setting-sources',
  '--managed-settings',
]

/** Options with which it asks nobody: every question of the gate is then answered by none. */
const WITHOUT_QUESTIONS = ['--dangerously-skip-permissions', '--allow-dangerously-skip-permissions']

const asksNobody = (call: ProgramCall): boolean =>
  call.has(...WITHOUT_QUESTIONS) ||
  call
    .valuesOf('--permission-mode')
    .some((mode) => mode.is !== 'literal' || /^(?:bypassPermissions|dontAsk|auto)$/.test(mode.text))

/** Variables that lead the client to other settings than its user's. */
const OTHER_SETTINGS =
  /^(?:CLAUDE_CONFIG_DIR|CLAUDE_CODE_SIMPLE|CLAUDE_CODE_SAFE_MODE|CLAUDE_CODE_BARE|HOME|XDG_CONFIG_HOME|USERPROFILE)$/

const client = (call: ProgramCall): void => {
  const { assignments } = call.around.command
  const given = call.around.command.words.map((word) => word.text)
  const redirected =
    assignments.some((one) => OTHER_SETTINGS.test(one.name)) ||
    given.some((text) => OTHER_SETTINGS.test(text.split('=')[0]!) && text.includes('='))
  if (call.has(...WITHOUT_HOOKS) || redirected) {
    call.effect('tamper', { name: 'client-without-hooks' })
  } else if (call.args.some((word) => word.is === 'dynamic' && word.open === true))
    call.effect('tamper', { name: 'client-without-hooks', certainty: 'possible' })
  if (asksNobody(call)) call.effect('tamper', { name: 'client-without-questions' })
  const [first, second] = call.operands.map((word) => textOf(word) ?? UNKNOWN)
  switch (first) {
    case 'plugin':
    case 'plugins':
      if (!/^(?:list|validate|help|details|show|search)$/.test(second ?? 'list'))
        call.effect('tamper', { name: 'client-plugins' })
      return
    case 'config':
      if (!/^(?:get|list|ls)$/.test(second ?? 'list'))
        call.effect('tamper', { name: 'client-settings' })
      return
    case 'mcp':
      if (!/^(?:get|list)$/.test(second ?? 'list')) call.effect('persist', { name: 'mcp-servers' })
      return
    case 'doctor':
      return
    case 'update':
    case 'upgrade':
    case 'install':
    case 'migrate-installer':
    case 'setup-token':
    case 'auth':
      call.exec('package-code')
      return
    default:
      if (call.has('-v', '--version', '-h', '--help')) return
      call.effect('spawn', { name: 'claude' })
      call.opaque('nested-agent')
  }
}

/** Amazon's assistant; a program of the same name asks tables. */
const assistant = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0]) ?? ''
  if (/^(?:chat|translate|agent|login|mcp|settings)$/.test(verb)) agent(call)
  else for (const file of call.operands) call.take('read', file)
}

const agent = (call: ProgramCall): void => {
  if (call.has('-v', '--version', '-h', '--help')) return
  call.effect('spawn', { name: call.name })
  call.opaque('nested-agent')
}

/** Words of the gate's own command that let through what was stopped before, or stop the gate. */
const LOOSENS =
  /^(?:mode|posture|resume|uninstall|disable|stop|policy|config|suspend|trust|approve|approvals?|budget|budgets|vault|taint|danger|secret|init|harden|unharden|serve|start|enable|install|up|forget|gc|clear|skills?)$/

/** Further words with which such a command only looks. */
const ONLY_LOOKS =
  /^(?:show|get|list|ls|status|diff|check|validate|templates?|examples?|schema|stats)$/

const gate = (call: ProgramCall): void => {
  const [topic, verb, next] = call.operands.map((word) => textOf(word) ?? UNKNOWN)
  if (topic === undefined) return
  if (topic === UNKNOWN || (topic === 'hook' && verb === UNKNOWN)) {
    call.effect('tamper', { name: 'gate-command', certainty: 'possible' })
    return
  }
  if (topic !== 'hook') return
  if (verb === 'cost') {
    // Costs are looked at; their budgets are set.
    const sets = call.has('--session', '--hour', '--day', '--warn')
    if (next === UNKNOWN || (next === 'budget' && sets))
      call.effect('tamper', {
        name: 'gate-command',
        certainty: next === UNKNOWN ? 'possible' : 'certain',
      })
    return
  }
  const word = verb ?? 'help'
  if (!LOOSENS.test(word) || (next !== undefined && ONLY_LOOKS.test(next))) return
  // Without a further word these only print what is in force.
  if (
    next === undefined &&
    /^(?:mode|posture|config|policy|trust|approvals|budgets?|vault|skills?|taint|secret)$/.test(
      word,
    )
  )
    return
  // Starting the gate when it is down, and making it deny everything, loosens nothing.
  if (/^(?:start|serve|up|enable|install|harden)$/.test(word))
    call.effect('spawn', { name: 'isonapse' })
  else if (word === 'mode' && next === 'enforce') call.effect('exec', { program: 'isonapse' })
  else call.effect('tamper', { name: 'gate-command' })
}

export const AGENTS: ReadonlyArray<ProgramRow> = [
  {
    names: 'claude claude-code',
    options: {
      '--settings --setting-sources --managed-settings --model --permission-mode --output-format --input-format --mcp-config --add-dir --allowedTools --disallowedTools --append-system-prompt --system-prompt --session-id --resume --plugin-dir --agents --max-turns --max-budget-usd --fallback-model --debug-file':
        'data',
    },
    run: client,
    examples: [
      'claude --bare -p x => tamper client-without-hooks, spawn claude, opaque nested-agent',
      "claude --settings '{}' -p x => tamper client-without-hooks, spawn claude, opaque nested-agent",
      'claude --setting-sources project => tamper client-without-hooks, spawn claude, opaque nested-agent',
      'claude -p "fix it" => spawn claude, opaque nested-agent',
      'claude --dangerously-skip-permissions -p x => tamper client-without-questions, spawn claude, opaque nested-agent',
      'claude --permission-mode bypassPermissions => tamper client-without-questions, spawn claude, opaque nested-agent',
      'claude --permission-mode plan => spawn claude, opaque nested-agent',
      'claude plugin disable x => tamper client-plugins',
      'claude plugin list =>',
      'claude config set a b => tamper client-settings',
      'claude --version =>',
      'CLAUDE_CONFIG_DIR=/tmp/c claude -p x => tamper client-without-hooks, spawn claude, opaque nested-agent',
      'claude mcp add x -- y => persist mcp-servers',
      'env HOME=/tmp claude -p x => opaque environment-code, tamper client-without-hooks, spawn claude, opaque nested-agent',
    ],
  },
  {
    names:
      'codex gemini opencode cursor-agent cursor aider goose amp qwen crush copilot droid kiro cline auggie openhands',
    run: agent,
    examples: ['codex exec "x" => spawn codex, opaque nested-agent'],
  },
  {
    names: 'q',
    run: assistant,
    examples: [
      'q chat --trust-all-tools x => spawn q, opaque nested-agent',
      'q a.csv => fs.read a.csv',
    ],
  },
  {
    names: 'isonapse',
    options: { '--policy --manifest --receipt-dir --template --limit --against --home': 'data' },
    run: gate,
    examples: [
      'isonapse hook mode profile => tamper gate-command',
      'isonapse hook mode =>',
      'isonapse hook status =>',
      'isonapse hook uninstall --yes => tamper gate-command',
      'isonapse hook policy import a.json => tamper gate-command',
      'isonapse hook config set a b => tamper gate-command',
      'isonapse hook config show =>',
      'isonapse hook explain "rm -rf /" =>',
      'isonapse hook stop => tamper gate-command',
      'isonapse hook taint =>',
      'isonapse hook taint --json =>',
      'isonapse hook taint clear --all --yes => tamper gate-command',
      'isonapse hook cost =>',
      'isonapse hook cost --session 3f2a =>',
      'isonapse hook cost budget =>',
      'isonapse hook cost budget --session 100 => tamper gate-command',
      'isonapse hook cost budget --day=0 --yes => tamper gate-command',
      'isonapse hook suspend => tamper gate-command',
      'npx isonapse hook mode profile => tamper gate-command, net.fetch, exec npx, opaque package-code',
      '~/.local/bin/isonapse hook disable => tamper gate-command',
      'isonapse hook resume => tamper gate-command',
      'isonapse hook witness verify =>',
      'isonapse hook mode enforce => exec isonapse',
      'isonapse hook start => spawn isonapse',
    ],
  },
]
