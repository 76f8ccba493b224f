// A name and what it is set to, in the ways that code, settings, shells, headers and prose have for it.
// Only the value's own place counts: never the sign, the quotes or the scheme before it.
import { isAlnumAt, isLetterAt } from '../characters.ts'

export interface Assigned {
  readonly name: string
  readonly nameStart: number
  readonly start: number
  readonly end: number
  readonly quoted: boolean
  /** `Bearer`, `Basic` and so on, where the value has one before it. */
  readonly scheme: string | undefined
}

const MOST_NAME = 64
const MOST_VALUE = 600

const isNameAt = (text: string, at: number): boolean =>
  isAlnumAt(text, at) || text[at] === '_' || text[at] === '-' || text[at] === '.'

/** Between a name and its value: quotes that close it, spaces, one sign, and a type between signs. */
const SIGN =
  /(?:\\?["'`]|\]|\)){0,2}[ \t]{0,12}(?::[ \t]{0,3}[A-Za-z][\w<>[\]|?]{0,24}[ \t]{0,3}=|[:=?|!]{0,3}[:=]{1,2}>?|[=-]>|<-|>)[ \t]{0,12}\n?[ \t]{0,12}/y
const COMMA = /\\?["'`][ \t]{0,2},[ \t]{0,4}/y
/** `<add key="Password" value="…">`, and an element's text. */
const ATTRIBUTE = /\\?["'][ \t]{1,4}value[ \t]?=[ \t]?/y
const VALUE_KEY = /[ \t]{0,4}\n[ \t]{0,24}value:[ \t]{0,4}/y
const SPACES = /[ \t]{1,4}|["'] /y
const SCHEME =
  /(?:bearer|basic|token|api-?token|api-?key|digest|apikey|flyv1|bot|sso-key)(?:[ \t]{1,2}|%20)/iy
/** After `Authorization:` any word may be a scheme (RFC 9110, 11.4), and a parameter its value. */
const ANY_SCHEME = /[A-Za-z][A-Za-z0-9-]{1,20}(?:[ \t]{1,2}|%20)(?:(?:token|key)=)?/iy
const OPENING = /(?:[bfru]{0,2}|@)(\\?["'`])/iy
const BARE = /[\w\-.~+/=!@#$%^*?:|\\]{1,601}/y
/** `\w` above would run into `\n` of a JSON string. */
const ESCAPED_END = /\\[nrt"']/

const match = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** What the name around a word is set to; undefined where the word is no name that is set. */
export const assignedAt = (text: string, at: number, until: number): Assigned | undefined => {
  let nameEnd = until
  while (nameEnd < text.length && nameEnd - until < MOST_NAME && isNameAt(text, nameEnd)) nameEnd++
  while (nameEnd > until && !isAlnumAt(text, nameEnd - 1) && text[nameEnd - 1] !== '_') nameEnd--
  const sign = match(SIGN, text, nameEnd)
  let from = sign === null ? -1 : nameEnd + sign[0].length
  let nameStart = at
  while (nameStart > 0 && at - nameStart < MOST_NAME && isNameAt(text, nameStart - 1)) nameStart--
  if (from === -1) from = looserSign(text, nameStart, nameEnd)
  if (from === -1) return undefined
  return valueFrom(text, from, nameStart, text.slice(nameStart, nameEnd))
}

/** An argument after a quoted name, a flag's value, a `value:` on the line below. */
const looserSign = (text: string, nameStart: number, nameEnd: number): number => {
  for (const pattern of [COMMA, ATTRIBUTE, VALUE_KEY]) {
    const found = match(pattern, text, nameEnd)
    if (found !== null) return nameEnd + found[0].length
  }
  // The name took the dashes of a flag.
  if (text[nameStart] !== '-' || !isLetterAt(text, nameEnd - 1)) return -1
  const spaces = match(SPACES, text, nameEnd)
  return spaces === null ? -1 : nameEnd + spaces[0].length
}

const valueFrom = (
  text: string,
  from: number,
  nameStart: number,
  name: string,
): Assigned | undefined => {
  let at = from
  const opened = match(OPENING, text, at)
  let quote = opened?.[1]
  if (opened !== null) at += opened[0].length
  const scheme = match(/authorization$/i.test(name) ? ANY_SCHEME : SCHEME, text, at)
  if (scheme !== null) {
    at += scheme[0].length
    if (quote === undefined) {
      const inner = match(OPENING, text, at)
      if (inner !== null) {
        quote = inner[1]
        at += inner[0].length
      }
    }
  }
  const end = quote === undefined ? bareEnd(text, at) : quotedEnd(text, at, quote)
  if (end === -1 || end - at > MOST_VALUE) return undefined
  return {
    name,
    nameStart,
    start: at,
    end,
    quoted: quote !== undefined,
    scheme: scheme?.[0].trim().toLowerCase(),
  }
}

/** To the quote that closes it; a value is of one line and has no spaces. */
const quotedEnd = (text: string, at: number, quote: string): number => {
  const last = quote.charCodeAt(quote.length - 1)
  for (let i = at; i < text.length && i - at <= MOST_VALUE; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x0a) return -1
    if (unit === last) return quote.length === 2 && text[i - 1] === '\\' ? i - 1 : i
    if (unit === 0x20) return -1
  }
  return -1
}

const bareEnd = (text: string, at: number): number => {
  const run = match(BARE, text, at)?.[0] ?? ''
  if (run.length > MOST_VALUE) return -1
  const escaped = run.search(ESCAPED_END)
  let end = at + (escaped === -1 ? run.length : escaped)
  while (end > at && /[.:!?\\]/.test(text[end - 1]!)) end--
  return end
}
