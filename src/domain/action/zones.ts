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

/** Marks that some file systems leave out of names, and the short names that others give to folders. */
const plainly = (lower: string): string =>
  DISGUISED.test(lower)
    ? lower
        .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
        .replaceAll(/(^|\/)(git|claude|ssh|aws)~1(?=\/|$)/g, '$1.$2')
    : lower

const DISGUISED = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|~1(?:\/|$)/

/** The path with the home directory written `~`, lower-cased: the form that the rules speak of. */
const ruleForm = (absolute: string, home: string): string => {
  // A path of Windows, as it is written in a setting or a shared script.
  const lower = plainly(absolute.toLowerCase().replaceAll('\\', '/'))
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

/** A letter of the name itself, outside brackets. */
const telling = (level: string): boolean => /[a-z\d]/.test(level.replaceAll(/\[[^\]]*\]?/g, ''))

/** Whether a glob of one level matches a name. Two positions, one way back: never more than n·m steps. */
const globFits = (level: string, name: string): boolean => {
  if (level === name) return true
  if (level.length > 64) return false
  let [at, in_, star, mark] = [0, 0, -1, 0]
  while (in_ < name.length) {
    const bracket = level[at] === '[' ? level.indexOf(']', at + 2) : -1
    if (level[at] === '*') {
      star = at++
      mark = in_
    } else if (bracket > 0) {
      // What a class takes in is not looked at: any one character.
      at = bracket + 1
      in_++
    } else if (level[at] === '?' || level[at] === name[in_]) {
      at++
      in_++
    } else if (star >= 0) {
      at = star + 1
      in_ = ++mark
    } else return false
  }
  while (level[at] === '*') at++
  return at === level.length
}

// Home itself by a pattern, as in `/h?me/dev/.ssh`.
const throughHome = (pattern: string, home: string): string => {
  const folders = home.toLowerCase().split('/')
  const levels = pattern.split('/')
  if (levels[0] === '~' || levels.length <= folders.length) return pattern
  return folders.every((folder, at) => globFits(levels[at]!, folder))
    ? ['~', ...levels.slice(folders.length)].join('/')
    : pattern
}

/**
 * The special zone that a glob pattern may reach: that of the pattern read as a path, else the
 * gravest of the known examples whose every level the pattern's level names by its first characters
 * (two at least): `~/.s*` and `.e*` are found, `*.ts` and `*` are not.
 */
export const patternZoneOf = (written: string, home: string): SpecialZone | undefined => {
  // `[e]` is the letter itself.
  const pattern = written.replaceAll(/\[([^\]!^])\]/g, '$1')
  const direct = specialZoneOf(pattern, home)
  if (direct !== undefined) return direct
  const levels = throughHome(ruleForm(pattern, home), home).split('/')
  const base = levels.at(-1)!
  // Somebody who names a hidden folder of home by a pattern means something in it.
  const hidden =
    levels.length > 1 && levels[0] === '~' && /^[.*?[]/.test(levels[1]!) && telling(base)
  let found: SpecialZone | undefined
  for (const example of EXAMPLES) {
    const fits = example.inHome
      ? levels.length <= example.levels.length &&
        (levels.every(
          (level, at) =>
            headFits(level, example.levels[at]!) && globFits(level, example.levels[at]!),
        ) ||
          (hidden && levels.every((level, at) => globFits(level, example.levels[at]!))))
      : /[*?[]/.test(base) &&
        ((headFits(base, example.levels.at(-1)!) && globFits(base, example.levels.at(-1)!)) ||
          (base.startsWith('.') && telling(base) && globFits(base, example.levels.at(-1)!)))
    if (fits && (found === undefined || GRAVITY[example.zone] > GRAVITY[found]))
      found = example.zone
  }
  return found
}
