// RFC 8785 canonical JSON for our own fields: the bytes that are hashed, signed and compared. What
// has no single JSON form is refused here; client payloads may hold all of it and travel sealed.

/** A value that has no canonical form. A defect of ours, never a client's doing. */
export class NotCanonical extends Error {
  readonly _tag = 'NotCanonical'
  readonly path: string
  constructor(path: string, reason: string) {
    super(`no canonical JSON for ${path || 'the value'}: ${reason}`)
    this.path = path
  }
}

/**
 * Canonical JSON text (RFC 8785: keys by UTF-16 code units, ES number and string forms). Throws
 * NotCanonical.
 */
export const canonicalJson = (value: unknown): string => {
  try {
    return write(value)
  } catch (error) {
    // Where it went wrong is worked out only now: paths would cost more than the text.
    throw error instanceof Refused ? (located(value, '') ?? error) : error
  }
}

class Refused extends Error {}

/** Printable ASCII but for the quote and the backslash: what JSON.stringify would only wrap. */
const PLAIN = /^[ !#-[\]-~]*$/

const writeString = (text: string): string => {
  if (PLAIN.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new Refused('a lone surrogate')
  return JSON.stringify(text)
}

const writeNumber = (value: number): string => {
  if (!Number.isFinite(value)) throw new Refused('not a finite number')
  if (Object.is(value, -0)) throw new Refused('negative zero')
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Refused('an integer beyond 2^53')
  return String(value)
}

const write = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return writeString(value)
    case 'number':
      return writeNumber(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? writeArray(value) : writeObject(value)
    default:
      throw new Refused(`a ${typeof value}`)
  }
}

const writeArray = (items: ReadonlyArray<unknown>): string => {
  let out = '['
  for (let i = 0; i < items.length; i++) out += (i === 0 ? '' : ',') + write(items[i])
  return `${out}]`
}

const writeObject = (value: object): string => {
  let out = ''
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key]
    if (field !== undefined) out += `${out === '' ? '{' : ','}${writeString(key)}:${write(field)}`
  }
  return out === '' ? '{}' : `${out}}`
}

/** The first refused value in canonical order, with its path. */
const located = (value: unknown, path: string): NotCanonical | undefined => {
  if (typeof value !== 'object' || value === null) {
    try {
      write(value)
      return undefined
    } catch (error) {
      return new NotCanonical(path, (error as Error).message)
    }
  }
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key]
    if (!key.isWellFormed()) return new NotCanonical(path, 'a lone surrogate in a key')
    if (field === undefined && !Array.isArray(value)) continue
    const found = located(field, `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
