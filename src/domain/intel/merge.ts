// What a model found, put beside what the rules found. The rules' values stand as they are; a model fills
// in around them, and only with what developer text is not full of: it never brings back what the veto
// or a checksum turned down.
import { isDocumentedHost } from '../sensitive/documented.ts'
import { isDeveloperNumber } from '../sensitive/veto.ts'
import { isAlnumAt, tokenAround } from '../sensitive/characters.ts'
import type { EntityType, Injection, Span } from '../sensitive/span.ts'

/** Rules know these by structure and checksum, and looked at the same text: what they left is none. */
const PROVEN: ReadonlySet<EntityType> = new Set([
  'CREDIT_CARD',
  'CRYPTO_WALLET',
  'EMAIL_ADDRESS',
  'IBAN_CODE',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'SECRET',
])

/** Kinds that are written in words. */
const NAMED: ReadonlySet<EntityType> = new Set([
  'ADDRESS',
  'LOCATION',
  'NRP',
  'ORGANIZATION',
  'PERSON',
  'TITLE',
])

/** UTF-16 units. What is longer is no value; who writes the text could make it as long as that. */
const MOST_VALUE = 512

/** In order of place, none overlapping another. `rules` are, and `model` too. */
export const filledIn = (
  text: string,
  rules: ReadonlyArray<Span>,
  model: ReadonlyArray<Span>,
): ReadonlyArray<Span> => {
  const merged: Array<Span> = [...rules]
  let rule = 0
  for (const span of model) {
    if (PROVEN.has(span.type) || span.end - span.start > MOST_VALUE) continue
    while (rule < rules.length && rules[rule]!.end <= span.start) rule++
    let { start } = span
    for (let at = rule; at < rules.length && rules[at]!.start < span.end; at++) {
      keep(text, { ...span, start, end: rules[at]!.start }, span, merged)
      start = Math.max(start, rules[at]!.end)
    }
    keep(text, { ...span, start }, span, merged)
  }
  return merged.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** What is left of a value beside a rule's is one where it is more than punctuation and a letter. */
const keep = (text: string, left: Span, whole: Span, into: Array<Span>): void => {
  if (left.end <= left.start) return
  const cut = left.start !== whole.start || left.end !== whole.end
  const span = cut ? trimmed(text, left) : left
  const letters = text.slice(span.start, span.end).match(/[\p{L}\p{N}]/gu)?.length ?? 0
  if (letters >= 2 && !isVetoed(text, span)) into.push(span)
}

/** Without what is neither letter nor digit at its edges; a plus stays before a number. */
const trimmed = (text: string, span: Span): Span => {
  let { start, end } = span
  while (start < end && !isAlnumAt(text, start) && text[start] !== '+') start++
  while (end > start && !isAlnumAt(text, end - 1)) end--
  return { ...span, start, end }
}

const isVetoed = (text: string, { start, end, type }: Span): boolean => {
  const value = text.slice(start, end)
  if (/\d/.test(value) && type !== 'DATE_TIME' && isDeveloperNumber(text, start, end)) return true
  if (NAMED.has(type)) return isIdentifier(value, tokenAround(text, start, start + 1))
  if (type === 'URL') return isDocumentedUrl(value)
  if (type === 'PASSWORD') return REFERENCE.test(tokenAround(text, start, end))
  return false
}

/** A name of code: no person is called `camelCase`, `snake_case`, `a.b()`, `./path`, `@scope`. */
const isIdentifier = (value: string, token: string): boolean =>
  !/\p{L}/u.test(value) ||
  /[_\\$=]|::|\/\w|\w\/|^[@.#]/.test(token) ||
  /^\p{Ll}[\p{L}\d]*\p{Lu}/u.test(token) ||
  /\p{L}\.\p{Ll}{2,}\.?\p{Ll}*$/u.test(token)

/** Where a value is looked up and not written: `$PASSWORD`, `process.env.KEY`, `{{ … }}`, `<token>`. */
const REFERENCE = /^[$%<{]|\benv\b|\bgetenv\b|\{\{/i

const isDocumentedUrl = (value: string): boolean => {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@\s]*@)?([a-z0-9.-]+)/i.exec(value)?.[1]
  return host !== undefined && isDocumentedHost(host)
}

/** The model is asked beside the rules: either may say that a text instructs, and the surer one is told. */
export const surerInjection = (rules: Injection, model: Injection): Injection => {
  const [first, second] =
    (rules.label === 'injection') !== (model.label === 'injection')
      ? rules.label === 'injection'
        ? [rules, model]
        : [model, rules]
      : model.score > rules.score
        ? [model, rules]
        : [rules, model]
  return { ...first, hits: first.hits.length > 0 ? first.hits : second.hits }
}
