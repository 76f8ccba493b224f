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

/** Canonical JSON text (RFC 8785: keys by UTF-16 code units, ES number and string forms). */
export const canonicalJson = (value: unknown): string => write(value, '')

const write = (value: unknown, path: string): string => {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new NotCanonical(path, 'a lone surrogate')
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(path, 'not a finite number')
      if (Object.is(value, -0)) throw new NotCanonical(path, 'negative zero')
      if (Number.isInteger(value) && !Number.isSafeInteger(value))
        throw new NotCanonical(path, 'an integer beyond 2^53')
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value))
        return `[${Array.from(value, (item, i) => write(item, `${path}/${i}`)).join(',')}]`
      let out = ''
      for (const key of Object.keys(value).sort()) {
        const field = (value as Record<string, unknown>)[key]
        if (field === undefined) continue
        if (!key.isWellFormed()) throw new NotCanonical(path, 'a lone surrogate in a key')
        out += `${out && ','}${JSON.stringify(key)}:${write(field, `${path}/${key}`)}`
      }
      return `{${out}}`
    }
    default:
      throw new NotCanonical(path, `a ${typeof value}`)
  }
}
