// Where Claude Code keeps its settings and its own records of plugins, and reading one of them
// safely. Any of these paths may hold whatever an agent or a repository put there.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { errnoOf } from '../files/failure.ts'
import { named } from '../files/named.ts'

/** The client's folder of the user: CLAUDE_CONFIG_DIR when it is set for the client, else this. */
export const clientDirOf = (
  home: string,
  env: Readonly<Record<string, string | undefined>> = {},
): string => {
  const own = env['CLAUDE_CONFIG_DIR']
  return own !== undefined && path.isAbsolute(own)
    ? path.normalize(own)
    : path.join(home, '.claude')
}

export const userSettingsFile = (clientDir: string): string => path.join(clientDir, 'settings.json')

export const projectSettingsFile = (projectDir: string): string =>
  path.join(projectDir, '.claude', 'settings.json')

export const localSettingsFile = (projectDir: string): string =>
  path.join(projectDir, '.claude', 'settings.local.json')

export const knownMarketplacesFile = (clientDir: string): string =>
  path.join(clientDir, 'plugins', 'known_marketplaces.json')

export const installedPluginsFile = (clientDir: string): string =>
  path.join(clientDir, 'plugins', 'installed_plugins.json')

/** The folder of the machine's administrator. */
export const managedDir = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code'

/** What 2.1.329 still reads; it drops a larger settings file (observed between 1.1 and 2.2 MB). */
export const MOST_SETTINGS_BYTES = 2_097_152

export type TextRead =
  | {
      readonly found: 'text'
      readonly text: string
      readonly bytes: Uint8Array
      readonly stat: fs.Stats
    }
  | { readonly found: 'nothing' }
  | {
      readonly found: 'unreadable'
      readonly detail: string
      /** It says nothing of the file: this process, or the machine, could not look just then. */
      readonly isPassing?: true
    }

const { O_NONBLOCK, O_RDONLY } = fs.constants

/**
 * The text of a file as the client reads it: links followed, UTF-16 where such a byte order mark
 * says so, bytes that are not UTF-8 replaced (all observed: a stricter reader would miss settings
 * that count). Never throws and never waits: a FIFO, a device, a folder and more bytes than
 * `maxBytes` are `unreadable`.
 */
export const readText = (file: string, maxBytes: number = MOST_SETTINGS_BYTES): TextRead => {
  let fd: number | undefined
  try {
    fd = named.openSync(file, O_RDONLY | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return unreadable('is not a regular file')
    const bytes = readUpTo(fd, maxBytes)
    if (bytes === undefined) return unreadable(`is larger than ${maxBytes} bytes`)
    return { found: 'text', text: decoded(bytes), bytes, stat }
  } catch (error) {
    const code = errnoOf(error)
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { found: 'nothing' }
      : {
          ...unreadable(`cannot be read (${code ?? String(error)})`),
          ...(PASSING.has(code ?? '') ? { isPassing: true } : {}),
        }
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })

const decoded = (bytes: Uint8Array): string =>
  (bytes[0] === 0xff && bytes[1] === 0xfe ? utf16 : lenientUtf8).decode(bytes)

const PASSING: ReadonlySet<string> = new Set(
  'EAGAIN EBUSY EINTR EIO EMFILE ENFILE ENOMEM ESTALE ETIMEDOUT'.split(' '),
)

const unreadable = (detail: string): TextRead & { readonly found: 'unreadable' } => ({
  found: 'unreadable',
  detail,
})

/** Undefined when there is more: the file may grow after it was looked at. */
const readUpTo = (fd: number, maxBytes: number): Uint8Array | undefined => {
  const parts: Array<Uint8Array> = []
  let total = 0
  for (;;) {
    const part = Buffer.allocUnsafe(Math.min(65_536, maxBytes - total + 1))
    const read = fs.readSync(fd, part, 0, part.length, null)
    if (read === 0) return Buffer.concat(parts, total)
    total += read
    if (total > maxBytes) return undefined
    parts.push(part.subarray(0, read))
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A member of its own, never one of the prototype's: `__proto__` is an ordinary key in JSON. */
export const member = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

const BOM = '\uFEFF'

/** The value of a JSON text, a byte order mark before it allowed (the client's reader skips it too). */
export const parseJson = (
  text: string,
): { readonly value: unknown } | { readonly problem: string } => {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text
  try {
    return { value: JSON.parse(body) as unknown }
  } catch (error) {
    return { problem: `is not valid JSON${placeOf(body, error)}` }
  }
}

/** Only the place: the engine's message quotes the text, which may hold a key. */
const placeOf = (text: string, error: unknown): string => {
  const at = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
  if (at === undefined) return ''
  const lines = text.slice(0, Number(at)).split('\n')
  return ` (line ${lines.length}, column ${lines.at(-1)!.length + 1})`
}
