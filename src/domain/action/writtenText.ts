// What program text would do that a tool writes into a file: nothing yet, but a script that wipes a
// disk is worth a look before it lies there. Only the gravest effects count, each as one that may
// happen and that stands `in` the file: everyday scripts raise no question.
import { type Language, languageOfName, languageOfProgram } from '../code/language.ts'
import { codeDraft } from './codeText.ts'
import type { EffectDraft } from './draft.ts'
import { isRawDevice, lossOf } from './loss.ts'
import { baseName, isWithin, zoneOf } from './paths.ts'
import type { Place } from './place.ts'

/** What is read of a text, from its beginning; of languages with a grammar of their own less. */
const MOST_SHELL = 96 * 1024
const MOST_OTHER = 32 * 1024
const MOST_FOUND = 16

/** Text without any of these does nothing of what is looked for. */
const WORTH_READING =
  /\brm\b|\brd\b|\bri\b|\bdel\b|\bdd\b|mkfs|\/dev\/(?:sd|hd|vd|nvme|disk|rdisk|mmcblk)|rmtree|rm_rf|rmSync|rmdir|unlink|remove|delete|format|shred|wipefs|diskpart|diskutil|:\s*\(\)|curl|wget|fetch|https?:|requests|urllib|\bnc\b|socket|scp|iwr|invoke-|downloadstring|\.env\b|\.ssh|\.aws|id_rsa|\.claude|isonapse|settings/i

interface Written {
  readonly language: Language
  readonly text: string
}

/** `path` is absolute; `whole` where the text is all of the file, not a fragment of it. */
export const writtenEffects = (
  path: string,
  text: string,
  whole: boolean,
  place: Place,
  tool: string,
): ReadonlyArray<EffectDraft> => {
  if (!WORTH_READING.test(text.slice(0, MOST_SHELL))) return []
  const found: Array<EffectDraft> = []
  for (const written of programsIn(path, text, whole, place)) {
    const most = written.language === 'shell' ? MOST_SHELL : MOST_OTHER
    const draft = codeDraft(written.language, written.text.slice(0, most), place, tool)
    const leaks = written.language === 'shell' || readsCredentials(draft.effects, place)
    for (const effect of draft.effects) {
      if (effect.kind === 'secret.send' && !leaks) continue
      const grave = graveFormOf(effect, place)
      if (grave === undefined || found.length >= MOST_FOUND) continue
      found.push({ ...grave, certainty: 'possible', by: tool, in: path })
    }
  }
  return found
}

/** A client that sends a key of its environment is everyday code; one that reads the person's own keys is not. */
const readsCredentials = (effects: ReadonlyArray<EffectDraft>, place: Place): boolean =>
  effects.some(
    ({ kind, path }) =>
      kind === 'fs.read' &&
      path !== undefined &&
      !isWithin(path, place.project) &&
      zoneOf(path, place) === 'secret',
  )

/** Undefined for what is no cause to look before the script is there. */
const graveFormOf = (
  { kind, path, reach, host, name, why }: EffectDraft,
  place: Place,
): Omit<EffectDraft, 'certainty'> | undefined => {
  if (kind === 'secret.send')
    return {
      kind,
      ...(host === undefined ? {} : { host }),
      ...(name === undefined ? {} : { name }),
    }
  // What is only known when it runs, most scripts with a variable in a path may do.
  if ((kind === 'tamper' || kind === 'destroy.system') && path === undefined && name === undefined)
    return undefined
  if (kind === 'tamper' || kind === 'destroy.system')
    return {
      kind,
      ...(path === undefined ? {} : { path }),
      ...(name === undefined ? {} : { name }),
    }
  if (kind === 'opaque') return why === 'remote-code' ? { kind, why } : undefined
  if (path === undefined || (kind !== 'fs.write' && kind !== 'fs.delete')) return undefined
  if (zoneOf(path, place) === 'gate') return { kind: 'tamper', path }
  if (kind === 'fs.write') return isRawDevice(path) ? { kind: 'destroy.system', path } : undefined
  // A folder of the system deep down is a package's business; the first levels are everybody's.
  const wide = path.split('/').length <= 2 || isWithin(place.home, path)
  const loss = wide ? lossOf(path, reach ?? 'self', place) : undefined
  return loss === 'destroy.system' || (loss === 'destroy.data' && isWithin(place.home, path))
    ? { kind: 'destroy.system', path, reach: reach ?? 'self' }
    : undefined
}

/** Files whose name says nothing, and that a shell runs all the same. */
const RUN_BY_SHELL =
  /\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|envrc)$|\/\.(?:git\/hooks|husky|githooks)\/[\w-]+$/

/** The programs that a file holds: itself, or the commands that a task file names. */
const programsIn = (
  path: string,
  text: string,
  whole: boolean,
  place: Place,
): ReadonlyArray<Written> => {
  const name = baseName(path).toLowerCase()
  if (name === 'package.json' || name === 'composer.json')
    return shellOf(whole ? scriptsOf(text) : fragmentsOf(text))
  if (name === 'makefile' || name === 'gnumakefile' || name.endsWith('.mk') || name === 'justfile')
    return shellOf(text.split('\n').filter((line) => /^[\t ]+\S/.test(line)))
  if (RUN_BY_SHELL.test(path)) {
    const spoken = whole && text.startsWith('#!') ? languageOfProgram(path, text) : 'shell'
    return spoken === undefined ? [] : [{ language: spoken, text }]
  }
  const language = text.startsWith('#!') ? languageOfProgram(path, text) : languageOfName(path)
  // What the client itself or the person wrote about programs is not one.
  if (language === undefined || zoneOf(path, place) === 'gate') return []
  return [{ language, text }]
}

const MOST_LINES = 200

const shellOf = (lines: ReadonlyArray<string>): ReadonlyArray<Written> =>
  lines.length === 0
    ? []
    : [
        {
          language: 'shell',
          // Each line is a script of its own: a folder one goes to is not the next one's.
          text: lines
            .slice(0, MOST_LINES)
            .map(
              (line) =>
                `(${line.replace(/^[\t @+-]+/, '').replaceAll(/\$\((\w+)\)/g, '"$$$1"')}\n)`,
            )
            .join('\n'),
        },
      ]

/** `"name": "command"` of the tasks that a package declares. */
const scriptsOf = (text: string): ReadonlyArray<string> => {
  try {
    const parsed: unknown = JSON.parse(text)
    const scripts =
      typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'scripts')
        ? (parsed as { readonly scripts: unknown }).scripts
        : undefined
    if (typeof scripts !== 'object' || scripts === null) return []
    return Object.values(scripts)
      .flatMap((one: unknown) => (Array.isArray(one) ? (one as ReadonlyArray<unknown>) : [one]))
      .filter((one) => typeof one === 'string')
  } catch {
    return fragmentsOf(text)
  }
}

/** Strings of a stretch of JSON that have the look of a command. */
const fragmentsOf = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/:\s*("(?:[^"\\\n]|\\.){1,2000}")/g)].flatMap(([, quoted]) => {
    try {
      const value: unknown = JSON.parse(quoted!)
      return typeof value === 'string' && value.includes(' ') ? [value] : []
    } catch {
      return []
    }
  })
