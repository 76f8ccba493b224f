// Where the client looks for what instructs it or what it runs, as a table: of the user, of a project,
// and of a plugin. The order counts: what runs something by itself is looked at before what is only read,
// as there is a bound on how many files are.
import * as path from 'node:path'
import type { SkillKind, SkillLevel } from '../../domain/skills/item.ts'
import type { FileSort } from './runsOfFile.ts'

/** A file, or a folder of them, below the folder that the table is for. */
export interface Place {
  readonly at: string
  readonly kind: SkillKind
  readonly form?: FileSort['form']
  /** A folder: all files below it. */
  readonly below?: true
  /** Read only where a session is started, not in the folders above. */
  readonly here?: true
}

const TREES: ReadonlyArray<Place> = [
  { at: 'hooks', kind: 'hook', below: true },
  { at: 'agents', kind: 'agent', below: true },
  { at: 'skills', kind: 'skill', below: true },
  { at: 'commands', kind: 'command', below: true },
  { at: 'rules', kind: 'rule', below: true },
  { at: 'output-styles', kind: 'style', below: true },
]

/** In the client's folder of the user. */
export const USER_PLACES: ReadonlyArray<Place> = [
  { at: 'settings.json', kind: 'settings', form: 'settings' },
  { at: 'CLAUDE.md', kind: 'instructions' },
  ...TREES,
]

/** In the folder that a session is started in, and those above it up to the project's root. */
export const PROJECT_PLACES: ReadonlyArray<Place> = [
  { at: '.claude/settings.json', kind: 'settings', form: 'settings', here: true },
  { at: '.claude/settings.local.json', kind: 'settings', form: 'settings', here: true },
  { at: '.mcp.json', kind: 'mcp', form: 'servers' },
  { at: 'CLAUDE.md', kind: 'instructions' },
  { at: 'CLAUDE.local.md', kind: 'instructions' },
  { at: 'AGENTS.md', kind: 'instructions' },
  { at: '.claude/CLAUDE.md', kind: 'instructions' },
  ...TREES.map((tree) => ({ ...tree, at: `.claude/${tree.at}` })),
]

/** What a file below such a folder is: the client reads some of them as more than text. */
export const sortOf = (file: string, { kind, form }: Place, level: SkillLevel): FileSort => {
  const name = path.basename(file)
  const own = form ?? formOf(name, kind)
  return own === undefined ? { kind, level } : { kind, level, form: own }
}

/** A skill's folder may be a plugin's as well: the client then loads its hooks and servers. */
const formOf = (name: string, kind: SkillKind): FileSort['form'] => {
  if (name === 'hooks.json' && ['hook', 'skill', 'plugin'].includes(kind)) return 'hooks'
  if (name === '.mcp.json' && kind === 'skill') return 'servers'
  return ['skill', 'agent', 'command'].includes(kind) && /\.md$/i.test(name)
    ? 'front-matter'
    : undefined
}

/** Files that the model reads as instructions, and that are looked through for injection. */
export const isReadByModel = (file: string, kind: SkillKind): boolean =>
  kind === 'instructions' ||
  (/\.(?:md|mdc|markdown|txt)$/i.test(file) &&
    ['skill', 'agent', 'command', 'rule', 'style', 'plugin'].includes(kind))
