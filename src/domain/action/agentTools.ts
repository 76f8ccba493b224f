// Tools that start agents and jobs, or touch only the client's own lists, questions and modes.
import type { CallReading } from './toolCall.ts'
import { example, row, type ToolRow } from './toolRow.ts'

/** Nothing on the machine or beyond it: the client's own lists, questions and modes. */
const nothing = (): void => undefined

const agent = (call: CallReading): void => {
  const type = call.tool.specifier ?? call.optional('subagent_type') ?? 'general-purpose'
  call.can(type)
  call.effect('spawn', { name: type })
  // Every question of the gate would then be answered by none.
  const mode = call.field('mode') ?? call.field('permissionMode')
  if (mode === 'bypassPermissions' || mode === 'dontAsk' || mode === 'auto')
    call.effect('tamper', { name: 'client-without-questions' })
  if (call.field('isolation') !== 'remote') return
  call.effect('net.send', { name: 'remote-agent' })
  call.opaque('remote-host')
}

const named = (field: string) => (call: CallReading) => {
  const name = call.tool.specifier ?? call.text(field)?.replace(/^\//, '').split(/\s/)[0]
  if (name === undefined) return
  call.can(name)
  call.effect('spawn', { name })
}

const cron = (call: CallReading): void => {
  call.effect('spawn', { name: 'cron' })
  if (call.field('durable') === true) call.effect('persist', { name: 'cron' })
}

export const AGENT_TOOLS: ReadonlyArray<ToolRow> = [
  row(
    'Agent',
    agent,
    example({ subagent_type: 'Explore', prompt: 'p' }, ['spawn Explore'], 'tool:Agent:Explore'),
    example(
      { prompt: 'p', mode: 'bypassPermissions' },
      ['spawn general-purpose', 'tamper client-without-questions'],
      'tool:Agent:general-purpose',
    ),
    example({ prompt: 'p' }, ['spawn general-purpose'], 'tool:Agent:general-purpose'),
    example({ subagent_type: 'a:b c' }, ['spawn a:b c'], 'tool:Agent:a_b_c'),
  ),
  row('Skill', named('skill'), example({ skill: 'pdf' }, ['spawn pdf'], 'tool:Skill:pdf')),
  row(
    'SlashCommand',
    named('command'),
    example({ command: '/review 12' }, ['spawn review'], 'tool:SlashCommand:review'),
  ),
  row(
    'SendMessage',
    (call) => call.effect('spawn', { name: call.optional('to') ?? 'agent' }),
    example({ to: 'helper', message: 'x' }, ['spawn helper'], 'tool:SendMessage'),
  ),
  row(
    'TeamCreate TeamDelete TeamUpdate TeamList TeamGet',
    (call) =>
      call.tool.name === 'TeamCreate' ? call.effect('spawn', { name: 'team' }) : nothing(),
    example({ team_name: 'x' }, ['spawn team'], 'tool:TeamCreate'),
  ),
  row(
    'CronCreate',
    cron,
    example({ cron: '* * * * *', prompt: 'p' }, ['spawn cron'], 'tool:CronCreate'),
    example(
      { cron: 'x', prompt: 'p', durable: true },
      ['spawn cron', 'persist cron'],
      'tool:CronCreate',
    ),
  ),
  row(
    'ScheduleWakeup',
    (call) => {
      if (call.field('stop') !== true && call.field('noop') !== true)
        call.effect('spawn', { name: 'wakeup' })
    },
    example({ delaySeconds: 60, prompt: 'p' }, ['spawn wakeup'], 'tool:ScheduleWakeup'),
    example({ stop: true }, [], 'tool:ScheduleWakeup'),
  ),
  row(
    'Config',
    (call) => {
      if (call.field('value') !== undefined) call.effect('tamper', { name: 'client-setting' })
    },
    example({ setting: 'theme' }, [], 'tool:Config'),
    example({ setting: 'disableAllHooks', value: true }, ['tamper client-setting'], 'tool:Config'),
  ),
  row(
    'BashOutput KillShell TaskStop TaskOutput TaskCreate TaskGet TaskList TaskUpdate TodoRead TodoWrite ' +
      'AskUserQuestion EnterPlanMode ExitPlanMode ToolSearch ListAgents ReportFindings CronDelete CronList ' +
      'ListMcpResources RefreshMcpTools ReadNotifications ShowOnboardingRolePicker OfferChromeSetup ' +
      'ProposeSkills ProposeGoal StructuredOutput EndConversation Sleep Brief',
    nothing,
    example({ todos: [] }, [], 'tool:BashOutput'),
  ),
]
