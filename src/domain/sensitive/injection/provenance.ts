// Which source a call's result has, told by what the call does, as data with examples. Of several the
// one that is trusted least counts: a call chooses what it reads besides, not what it is worth.
import type { Action } from '../../action/action.ts'
import type { ActionEffect } from '../../action/effect.ts'
import { type PathRef, spelledOut, type Zone } from '../../action/place.ts'
import { networkOf } from '../../policy/network.ts'
import { hostName } from '../../policy/pattern.ts'
import type { InjectionSource } from './source.ts'

/** From trusted least to most. */
const DISTRUST: ReadonlyArray<InjectionSource> = [
  'web',
  'outside',
  'mcp',
  'command',
  'project',
  'instructions',
]

/** Their result is the user's word, or the agent's own. */
const NOBODY_ELSES: ReadonlySet<string> = new Set([
  'AskUserQuestion',
  'EnterPlanMode',
  'ExitPlanMode',
  'TodoRead',
  'TodoWrite',
  'TaskCreate',
  'TaskGet',
  'TaskList',
  'TaskUpdate',
])

/** They load what the user installed to instruct the agent. */
const INSTRUCTING: ReadonlySet<string> = new Set(['Skill', 'SlashCommand'])

/** They pass on what they are given, or print nothing of anybody's. */
const PASSING_ON: ReadonlySet<string> = new Set(
  'awk basename cat cd column cut dirname echo egrep expand fgrep fold grep head jq less ls more nl paste pwd rev rg sed sort tac tail tee tr uniq wc yq'.split(
    ' ',
  ),
)

interface PathSource {
  readonly source: InjectionSource
  /** Of a path below the project or below home, lower case. */
  readonly path: RegExp
  readonly examples: ReadonlyArray<string>
  /** What looks alike and is not. */
  readonly not: ReadonlyArray<string>
}

/** What packages brought into the project: nobody there wrote it. Before what is called like instructions. */
export const BROUGHT_ALONG: PathSource = {
  source: 'outside',
  path: /(?:^|\/)(?:node_modules|bower_components|jspm_packages|vendor|third[-_]party|\.?venv|site-packages|dist-packages|pods|carthage|\.bundle|\.cargo|\.gradle|\.m2|elm-stuff)\//,
  examples: [
    'node_modules/left-pad/README.md',
    'packages/a/node_modules/x/CLAUDE.md',
    'vendor/acme/lib/.claude/skills/a/SKILL.md',
    '.venv/lib/python3.12/site-packages/x/y.py',
  ],
  not: ['docs/vendor.md', 'src/vendors/list.ts', 'CLAUDE.md'],
}

/** Below the project. */
export const PROJECT_INSTRUCTIONS: PathSource = {
  source: 'instructions',
  path: /(?:^|\/)(?:claude|claude\.local|agents|agent|gemini|copilot-instructions)\.md$|(?:^|\/)\.(?:claude|agents|codex|gemini)\/(?:(?:skills|agents|commands|rules|prompts|output-styles)\/.*|[^/]*\.md)$|(?:^|\/)\.(?:cursor|windsurf|clinerules)\/(?:rules\/)?[^/]*\.mdc?$|(?:^|\/)\.(?:cursorrules|windsurfrules|clinerules)$|(?:^|\/)\.github\/(?:instructions|prompts|chatmodes)\//,
  examples: [
    'CLAUDE.md',
    'packages/api/CLAUDE.md',
    'AGENTS.md',
    '.claude/skills/release/SKILL.md',
    '.claude/agents/reviewer.md',
    '.claude/commands/ship.md',
    '.cursor/rules/style.mdc',
    '.github/copilot-instructions.md',
  ],
  not: [
    'docs/claude.md.txt',
    'README.md',
    'src/agents.ts',
    '.claude/settings.json',
    'docs/skills/a.md',
  ],
}

/** Below home. */
export const HOME_INSTRUCTIONS: PathSource = {
  source: 'instructions',
  path: /^\.(?:claude|codex|gemini|agents)\/(?:(?:skills|agents|commands|rules|prompts|output-styles)\/|plugins\/(?:.*\/)?(?:skills|agents|commands)\/|[^/]*\.md$)/,
  examples: [
    '.claude/CLAUDE.md',
    '.claude/skills/pdf/SKILL.md',
    '.claude/plugins/cache/a/skills/b/SKILL.md',
    '.codex/AGENTS.md',
  ],
  not: ['notes/CLAUDE.md', 'Downloads/SKILL.md', '.claude/projects/x/1.jsonl'],
}

/** What lies at a path: `zone` as the facts have it. */
export const sourceOfPath = (ref: PathRef, zone: Zone): InjectionSource => {
  // What is masked is no part of a name that is looked for.
  const text = (masked: Parameters<typeof spelledOut>[0]): string =>
    spelledOut(masked, () => '?')
      .toLowerCase()
      .replaceAll('\\', '/')
  if ('project' in ref) {
    const path = text(ref.project)
    return (
      [BROUGHT_ALONG, PROJECT_INSTRUCTIONS].find((one) => one.path.test(path))?.source ?? 'project'
    )
  }
  const path = 'home' in ref ? text(ref.home) : text(ref.path)
  if (zone === 'worktree') return BROUGHT_ALONG.path.test(path) ? 'outside' : 'project'
  return 'home' in ref && HOME_INSTRUCTIONS.path.test(path) ? 'instructions' : 'outside'
}

/**
 * Undefined where nobody but the user or the agent itself speaks. `isDownloaded`: whether a file was
 * fetched in this session, which then is still what it was fetched from.
 */
export const sourceOf = (
  action: Action,
  isDownloaded: (path: PathRef) => boolean = () => false,
): InjectionSource | undefined => {
  const { tool, origin, capabilities, effects } = action
  if (NOBODY_ELSES.has(tool)) return undefined
  if (INSTRUCTING.has(tool)) return 'instructions'
  const found = new Set<InjectionSource>()
  if (origin === 'mcp' || /McpResource/.test(tool)) found.add('mcp')
  if (origin === 'unknown') found.add('outside')
  for (const effect of effects) found.add(sourceOfEffect(effect, tool, isDownloaded))
  const silent = capabilities.filter((_, at) => effects.every(({ of }) => of !== at))
  if (found.size === 0 || silent.some(printsItself)) found.add('command')
  return DISTRUST.find((source) => found.has(source))
}

/** Whether a command without an effect prints what nothing else of the call tells the source of. */
const printsItself = (capability: string): boolean => {
  const [, tool, program] = capability.split(':')
  return tool === 'Bash' && program !== undefined && !PASSING_ON.has(program)
}

const sourceOfEffect = (
  { kind, target, origin, why }: ActionEffect,
  tool: string,
  isDownloaded: (path: PathRef) => boolean,
): InjectionSource => {
  if (why === 'mcp-tool') return 'mcp'
  if (origin === 'downloaded') return 'web'
  if (kind === 'net.fetch' || kind === 'net.send') return isThisMachine(target) ? 'command' : 'web'
  // A file that a command writes is not printed by it; one that a file tool writes is shown again.
  const isRead = kind === 'fs.read' || kind === 'secret.read' || tool !== 'Bash'
  if (target === undefined || !('path' in target) || !isRead) return 'command'
  return isDownloaded(target.path) ? 'web' : sourceOfPath(target.path, target.zone)
}

const isThisMachine = (target: ActionEffect['target']): boolean =>
  target !== undefined && 'host' in target && networkOf(hostName(target.host)) === 'local'
