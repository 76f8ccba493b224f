// What developer text is full of and what is nobody's: ids, hashes, versions, timestamps, lockfiles.
// Asked before a number is taken for a value; it must never veto a value for what stands far from it.
import { after, before } from './context.ts'
import { isAlnumAt, isDigitAt, isWordAt, beginsWord, tokenAround } from './characters.ts'

/** Whether a number may begin here: neither the middle of an id, a date or a decimal, nor money. */
export const beginsNumber = (text: string, at: number): boolean => {
  if (!beginsWord(text, at)) return false
  const unit = text.charCodeAt(at - 1)
  if (unit === COLON) return !isDigitAt(text, at - 2)
  if (unit === COMMA) return !(isDigitAt(text, at - 2) && isThousands(text, at))
  if (unit === DOT || unit === DASH || unit === SLASH) return !isAlnumAt(text, at - 2)
  return unit !== DOLLAR && unit !== BACKSLASH
}

/** Three digits and no more: after a comma, thousands; any other number there is the next column. */
const isThousands = (text: string, at: number): boolean =>
  isDigitAt(text, at) &&
  isDigitAt(text, at + 1) &&
  isDigitAt(text, at + 2) &&
  !isDigitAt(text, at + 3)

/** Whether a number may end here. */
export const endsNumber = (text: string, end: number): boolean => {
  if (isWordAt(text, end)) return false
  const unit = text.charCodeAt(end)
  if (unit === PERCENT) return false
  if (unit === COMMA)
    return !(isThousands(text, end + 1) && !isDigitAt(text, end - 4) && isDigitAt(text, end - 1))
  const joins = unit === DOT || unit === DASH || unit === SLASH || unit === COLON
  return !(joins && isDigitAt(text, end + 1))
}

const DOT = 0x2e
const COMMA = 0x2c
const COLON = 0x3a
const DASH = 0x2d
const SLASH = 0x2f
const DOLLAR = 0x24
const BACKSLASH = 0x5c
const PERCENT = 0x25

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i
/** A hash, a git id, a digest: letters and digits of base 16, and enough of them. */
const HASH = /(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{24,}/i
/** Three groups of three digits are a telephone's or a taxpayer's. */
const SEMVER = /^[~^=v@]*(?!\d{3}\.\d{3}\.\d{3})\d{1,6}\.\d{1,6}\.\d{1,6}(?:[-+.][0-9a-z.+-]*)?$/i
const OID = /(?:^|[^\d.])[0-2](?:\.\d{1,12}){4,}/
const DATE = /(?:^|\D)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])(?:\D|$)/
const TIMESTAMP = /(?:^|\D)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[0-5]\d){0,3}(?:\D|$)/
/** Directly before: "resolved" is also a word of people. */
const INTEGRITY =
  /(?:sha(?:1|256|384|512)[-:=]|(?:integrity|checksum|resolved|etag|commit|digest)["']?[ \t]{0,3}[:= ][ \t]{0,3}["']?)$/

/** Whether the run of text around a number says that it is an id, a hash, a version or a time. */
export const isDeveloperNumber = (text: string, start: number, end: number): boolean => {
  const token = tokenAround(text, start, end)
  return (
    UUID.test(token) ||
    HASH.test(token) ||
    SEMVER.test(token) ||
    OID.test(token) ||
    (token.includes('://') && text.charCodeAt(start - 1) !== EQUALS) ||
    isMoment(text.slice(start, end)) ||
    INTEGRITY.test(before(text, start, 24))
  )
}

const EQUALS = 0x3d

const NUMBER_BEFORE = /(?:^|[\s;,>[(])[0-9a-f]{2,6}[ ,;\t]{1,2}$/
const NUMBER_AFTER = /^[ ,;\t]{1,2}[0-9a-f]{2,6}(?:[\s;,<\])]|$)/

/** A number among numbers of its line: of a table, a dump, a list of code points. */
export const isInRow = (text: string, start: number, end: number): boolean => {
  const left = before(text, start, 10)
  return (
    (NUMBER_BEFORE.test(left) && /\d/.test(left)) ||
    (NUMBER_AFTER.test(after(text, end, 10)) && /\d/.test(text.slice(end, end + 8)))
  )
}

/** Dates, and seconds or milliseconds since 1970 from 2001 on. */
export const isMoment = (number: string): boolean =>
  DATE.test(number) || TIMESTAMP.test(number) || /^1\d{9}(?:\d{3}|\d{6}|\d{9})?$/.test(number)

export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
