// The plaintext of a sealed payload: the client's own bytes, and with them the text of the files that
// were read for the decision, so that a replay can read them again. A payload without such files is
// the client's bytes alone, as every payload of an earlier version is.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { Observed } from '../action/action.ts'
import { PathRef, type Place } from '../action/place.ts'
import type { Source, Sources } from '../action/sources.ts'
import { concat, fromUtf8, utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'

/** A file's text, by the path that `Observed.scripts` names it by. */
export interface CarriedText {
  readonly path: PathRef
  readonly text: string
}

export interface PayloadParts {
  /** The client's bytes. */
  readonly payload: Uint8Array
  readonly texts: ReadonlyArray<CarriedText>
  /** Present where values were made tokens before it was sealed. */
  readonly masked?: Masked
}

/** What whoever makes values of the tokens again must know. */
export interface Masked {
  /** Tokens that stood there as tokens already. */
  readonly written: ReadonlyArray<string>
  /** Those of them that stood for something: without it nobody can tell what was decided on. */
  readonly known?: ReadonlyArray<string>
  /** Some of what was taken out cannot be put back: a stored secret's value, a value without a row. */
  readonly lossy: boolean
}

/**
 * `\0isonapse.payload.2\n` + header as JSON + `\n` + payload + texts, each as long as the header says.
 * Of bytes that begin with a NUL, which no client's payload does, one is made in any case.
 */
const MAGIC = utf8('\0isonapse.payload.2\n')

const Header = Schema.Struct({
  /** Bytes. */
  payload: Schema.Int,
  texts: Schema.Array(Schema.Struct({ path: PathRef, bytes: Schema.Int })),
  masked: Schema.optionalKey(
    Schema.Struct({
      written: Schema.Array(Schema.String),
      known: Schema.optionalKey(Schema.Array(Schema.String)),
      lossy: Schema.Boolean,
    }),
  ),
})
const decodeHeader = Schema.decodeUnknownResult(Header)

export const packPayload = ({ payload, texts, masked }: PayloadParts): Uint8Array => {
  if (texts.length === 0 && masked === undefined && payload[0] !== 0) return payload
  const bodies = texts.map(({ text }) => utf8(text))
  const header = {
    payload: payload.length,
    texts: texts.map(({ path }, at) => ({ path, bytes: bodies[at]!.length })),
    ...(masked === undefined ? {} : { masked }),
  }
  return concat(MAGIC, utf8(`${canonicalJson(header)}\n`), payload, ...bodies)
}

/** Undefined for a container that is not whole, or of a version that is not known here. */
export const unpackPayload = (bytes: Uint8Array): PayloadParts | undefined => {
  if (bytes[0] !== 0) return { payload: bytes, texts: [] }
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) return undefined
  const end = bytes.indexOf(10, MAGIC.length)
  const header = end < 0 ? undefined : headerOf(bytes.subarray(MAGIC.length, end))
  if (header === undefined) return undefined
  let at = end + 1
  const next = (length: number): Uint8Array | undefined => {
    if (length < 0 || at + length > bytes.length) return undefined
    at += length
    return bytes.subarray(at - length, at)
  }
  const payload = next(header.payload)
  const texts: Array<CarriedText> = []
  for (const { path, bytes: length } of header.texts) {
    const body = next(length)
    const text = body === undefined ? undefined : fromUtf8(body)
    if (text === undefined) return undefined
    texts.push({ path, text })
  }
  if (payload === undefined || at !== bytes.length) return undefined
  return { payload, texts, ...(header.masked === undefined ? {} : { masked: header.masked }) }
}

const headerOf = (bytes: Uint8Array): typeof Header.Type | undefined => {
  try {
    return Result.getOrUndefined(decodeHeader(JSON.parse(fromUtf8(bytes) ?? '')))
  } catch {
    return undefined
  }
}

/**
 * The files that a decision was made with, as analyse() takes them: what the log says became of each,
 * with the text that its payload carries. The inverse of what an observer logs.
 */
export const sourcesOf = (
  scripts: NonNullable<Observed['scripts']>,
  texts: ReadonlyArray<CarriedText>,
  place: Pick<Place, 'home' | 'project'>,
): Sources => {
  const carried = new Map(texts.map(({ path, text }) => [canonicalJson(path), text]))
  const sources = new Map<string, Source>()
  for (const { path, is, origin } of scripts) {
    const text = is === 'text' ? carried.get(canonicalJson(path)) : undefined
    const absolute = spelled(path, place)
    if (absolute === undefined || (is === 'text' && text === undefined)) continue
    sources.set(absolute, {
      is,
      ...(text === undefined ? {} : { text }),
      ...(origin === undefined ? {} : { origin }),
    })
  }
  return sources
}

/** As it was asked for: a file may be named by a path that only the kernel can resolve. */
const spelled = (
  ref: PathRef,
  { home, project }: Pick<Place, 'home' | 'project'>,
): string | undefined => {
  const [root, text] =
    'project' in ref ? [project, ref.project] : 'home' in ref ? [home, ref.home] : ['', ref.path]
  if (typeof text !== 'string') return undefined
  return root === '' ? text : text === '' ? root : `${root === '/' ? '' : root}/${text}`
}
