// Whether a path, or a pattern of paths, is special to the gate by the rules of zoneRules.ts. A path
// is compared without regard to case, because file systems on macOS and Windows are. The rules'
// patterns are our own, so they become regular expressions once; a policy's never do (pattern.ts).
import { type SpecialZone, ZONE_RULES } from './zoneRules.ts'

const escaped = (text: string): string => text.replace(/[.+^$()|[\]\\]/g, '\\$&')

/** One rule's pattern as the source of a regular expression over a lower-cased path. */
const sourceOf = (pattern: string): string => {
  let text = pattern.toLowerCase()
  let head = '^'
  if (text.startsWith('**/')) {
    head = '(?:^|/)'
    text = text.slice(3)
  }
  let tail = '$'
  if (text.endsWith('/**')) {
    tail = '(?:/|$)'
    text = text.slice(0, -3)
  }
  const body = escaped(text)
    .replaceAll('{', '(?:')
    .replaceAll('}', ')')
    .replaceAll(',', '|')
    .replaceAll(/\/\*\*\/|\*/g, (wild) => (wild === '*' ? '[^/]*' : '/(?:[^/]+/)*'))
  return head + body + tail
}

const anyOf = (patterns: ReadonlyArray<string>): RegExp =>
  new RegExp(patterns.map(sourceOf).join('|'))

const COMPILED = ZONE_RULES.map((rule) => ({
  zone: rule.zone,
  paths: anyOf(rule.paths),
  except: rule.except === undefined ? undefined : anyOf(rule.except),
}))

/** The path with the home directory written `~`, lower-cased: the form that the rules speak of. */
const ruleForm = (absolute: string, home: string): string => {
  // A path of Windows, as it is written in a setting or a shared script.
  const lower = absolute.toLowerCase().replaceAll('\\', '/')
  const root = home.toLowerCase()
  if (lower === root) return '~'
  return root !== '/' && lower.startsWith(`${root}/`) ? `~${lower.slice(root.length)}` : lower
}

const LONGEST = 4096

/** The special zone of an absolute, normalised path, by its location and name alone. */
export const specialZoneOf = (absolute: string, home: string): SpecialZone | undefined => {
  // No system opens a path longer than this (PATH_MAX is 4,096 bytes).
  if (absolute.length > LONGEST) return undefined
  const path = ruleForm(absolute, home)
  for (const rule of COMPILED)
    if (rule.paths.test(path) && rule.except?.test(path) !== true) return rule.zone
  return undefined
}

/** Whether reading it gives a credential or its whereabouts away, whatever its zone is to a writer. */
export const isCredential = (absolute: string, home: string): boolean => {
  if (absolute.length > LONGEST) return false
  const path = ruleForm(absolute, home)
  return COMPILED.some(
    ({ zone, paths, except }) =>
      zone === 'secret' && paths.test(path) && except?.test(path) !== true,
  )
}

const GRAVITY: Record<SpecialZone, number> = { persist: 0, secret: 1, gate: 2 }

const EXAMPLES = ZONE_RULES.flatMap((rule) =>
  rule.examples.map((path) => ({
    zone: rule.zone,
    inHome: path.startsWith('~/'),
    levels: path.toLowerCase().split('/'),
  })),
)

const headFits = (level: string, name: string): boolean => {
  const wild = level.search(/[*?[]/)
  if (wild < 0) return level === name
  return wild >= 2 && name.startsWith(level.slice(0, wild))
}

/**
 * The special zone that a glob pattern may reach: that of the pattern read as a path, else the
 * gravest of the known examples whose every level the pattern's level names by its first characters
 * (two at least): `~/.s*` and `.e*` are found, `*.ts` and `*` are not.
 */
export const patternZoneOf = (pattern: string, home: string): SpecialZone | undefined => {
  const direct = specialZoneOf(pattern, home)
  if (direct !== undefined) return direct
  const levels = ruleForm(pattern, home).split('/')
  const base = levels.at(-1)!
  let found: SpecialZone | undefined
  for (const example of EXAMPLES) {
    const fits = example.inHome
      ? levels.length <= example.levels.length &&
        levels.every((level, at) => headFits(level, example.levels[at]!))
      : /[*?[]/.test(base) && headFits(base, example.levels.at(-1)!)
    if (fits && (found === undefined || GRAVITY[example.zone] > GRAVITY[found]))
      found = example.zone
  }
  return found
}
