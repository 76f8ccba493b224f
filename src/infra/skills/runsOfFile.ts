// What of one file runs something by being there, told by its text. Which kind a file is, is told by where
// it lies; see clientPlaces.ts. Text alone is looked at: nothing here is started or followed.
import type { Runs, SkillKind, SkillLevel } from '../../domain/skills/item.ts'
import { isObject, member, parseJson } from '../client/clientFiles.ts'
import { enabledPlugins, guardedPart, type OwnPlugin } from './guardedSettings.ts'
import { stableText } from './stable.ts'

/** A part of a file that is trusted by itself. */
export interface Part {
  readonly kind: SkillKind
  readonly runs: ReadonlyArray<Runs>
  /** What is hashed; undefined: the file's bytes. */
  readonly text?: string
  /** Nothing in it is of the part's kind. */
  readonly empty?: true
}

export interface FileFacts {
  readonly parts: ReadonlyArray<Part>
  /** Programs named by hooks, as they are written. */
  readonly programs: ReadonlyArray<string>
  /** `plugin@marketplace`. */
  readonly plugins: ReadonlyArray<string>
}

export interface FileSort {
  readonly kind: SkillKind
  readonly level: SkillLevel
  /** Read as more than bytes: the file's form. */
  readonly form?: 'settings' | 'hooks' | 'servers' | 'client-state' | 'front-matter'
}

export const factsOfFile = (
  text: string,
  { kind, level, form }: FileSort,
  own: OwnPlugin,
): FileFacts => {
  const plain = (runs: ReadonlyArray<Runs>, programs: ReadonlyArray<string> = []): FileFacts => ({
    parts: [{ kind, runs }],
    programs,
    plugins: [],
  })
  switch (form) {
    case 'front-matter':
      return plain(runsOfFrontMatter(text))
    case 'settings':
      return settingsFacts(text, level, own)
    case 'hooks': {
      const value = valueOf(text)
      const { runs } = guardedPart(value, 'project', own)
      return plain(
        kind === 'plugin' && !runs.includes('module') ? ['plugin'] : runs.toReversed(),
        programsIn(value),
      )
    }
    case 'servers': {
      const servers = member(valueOf(text), 'mcpServers')
      return plain(isObject(servers) && Object.keys(servers).length > 0 ? ['mcp'] : [])
    }
    case 'client-state':
      return clientStateFacts(text)
    default:
      return plain(kind === 'plugin' ? ['plugin'] : [])
  }
}

const settingsFacts = (text: string, level: SkillLevel, own: OwnPlugin): FileFacts => {
  const value = valueOf(text)
  const guarded = guardedPart(value, level, own)
  return {
    parts: [
      { kind: 'settings', runs: [] },
      {
        kind: 'hook',
        runs: guarded.runs,
        ...textOf(guarded.text),
      },
    ],
    programs: programsIn(value),
    plugins: enabledPlugins(value, own),
  }
}

const textOf = (text: string | undefined): Pick<Part, 'text' | 'empty'> =>
  text === undefined ? {} : { text, ...(text === '{}' ? { empty: true } : {}) }

/** The client writes this file all the time: what counts are the MCP servers in it. */
const clientStateFacts = (text: string): FileFacts => {
  const value = valueOf(text)
  const projects = member(value, 'projects')
  const servers: Record<string, unknown> = {}
  const add = (name: string, found: unknown): void => {
    if (isObject(found) && Object.keys(found).length > 0) servers[name] = found
  }
  add('', member(value, 'mcpServers'))
  if (isObject(projects))
    for (const [name, project] of Object.entries(projects)) add(name, member(project, 'mcpServers'))
  const part = stableText(servers)
  return {
    parts: [
      {
        kind: 'mcp',
        runs: Object.keys(servers).length > 0 ? ['mcp'] : [],
        ...textOf(part),
      },
    ],
    programs: [],
    plugins: [],
  }
}

/** Undefined for what is no JSON: the client drops it. */
const valueOf = (text: string): unknown => {
  const parsed = parseJson(text)
  return 'value' in parsed ? parsed.value : undefined
}

/** The client reads so much of a skill's head at most in any case. UTF-16 units. */
const MOST_HEAD = 65_536

/** Skills and agents can bring hooks and servers of their own. */
const runsOfFrontMatter = (text: string): ReadonlyArray<Runs> => {
  const head = /^\uFEFF?\s*---[^\n]*\n/.exec(text.slice(0, MOST_HEAD))
  if (head === null) return []
  const rest = text.slice(head[0].length, MOST_HEAD)
  const end = rest.search(/^---\s*$/m)
  const keys = end < 0 ? rest : rest.slice(0, end)
  const has = (name: string): boolean =>
    new RegExp(`(?:^|[{,])[ \\t]*["']?${name}["']?[ \\t]*:`, 'im').test(keys)
  return [
    ...(has('hooks') ? (['hook'] as const) : []),
    ...(has('mcpServers') ? (['mcp'] as const) : []),
  ]
}

const MOST_PROGRAMS = 64
const INTERPRETERS =
  /^(?:.*\/)?(?:env|sh|bash|zsh|dash|ksh|fish|node|deno|bun|tsx|python[\d.]*|ruby|perl|php|uv|run)$/

/**
 * Files that the commands of hooks run, as far as their words say so: the program itself, or what an
 * interpreter is given first. What a shell makes of the rest is not followed.
 */
const programsIn = (value: unknown): ReadonlyArray<string> => {
  const found = new Set<string>()
  const add = (words: ReadonlyArray<string>): void => {
    const named = words.find(
      (word) => !word.startsWith('-') && !INTERPRETERS.test(word) && !/^\w+=/.test(word),
    )
    if (named !== undefined && named.includes('/') && found.size < MOST_PROGRAMS) found.add(named)
  }
  const hooks = member(value, 'hooks')
  const groups = isObject(hooks) ? Object.values(hooks).flatMap(listOf) : []
  for (const handler of groups.flatMap((group) => listOf(member(group, 'hooks')))) {
    const command = member(handler, 'command')
    const args = listOf(member(handler, 'args')).filter((one) => typeof one === 'string')
    if (typeof command !== 'string' || command.length > MOST_HEAD) continue
    add(args.length > 0 ? [command, ...args] : wordsOf(command))
  }
  return [...found]
}

const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const MOST_WORDS = 16

const wordsOf = (command: string): ReadonlyArray<string> => {
  const words: Array<string> = []
  for (const [word] of command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    words.push(word.replace(/["']/g, ''))
    if (words.length === MOST_WORDS) break
  }
  return words
}
