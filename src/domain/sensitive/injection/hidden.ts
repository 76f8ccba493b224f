// Text that a person does not see and a model reads: tag characters, zero-width ones, directions
// reversed, comments and styles of HTML, base64. What is hidden is read like the rest, and weighs more.
import type { InjectionHit } from '../span.ts'
import { textOfBase64 } from './base64.ts'

export interface HiddenText {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly rule: string
}

const TAGS = /(?:\udb40[\udc00-\udc7f]){4,}/g
const ZERO_WIDTH = /[\u200b-\u200d\u2060-\u2064\ufeff]{8,400}/g
const REVERSED = /[\u202d\u202e\u2066-\u2068]/g
/** Base64 on one line, or wrapped. */
const RUN = /[A-Za-z0-9+/_-]{32,8192}(?:\r?\n[A-Za-z0-9+/_-]{16,8192}){0,400}/y
const LEAST_RUN = 32
const inRun = new Uint8Array(65_536)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  inRun[char.charCodeAt(0)] = 1

export interface HiddenTexts {
  /** Those that begin before a place and were not given yet; each once. */
  readonly before: (place: number) => ReadonlyArray<HiddenText>
}

/** Texts in tag characters (U+E0020 to U+E007E stand for ASCII) and in base64. */
export const hiddenTexts = (text: string): HiddenTexts => {
  const ofTags = text.includes('\udb40') ? runsBefore(text.matchAll(TAGS)) : undefined
  const ofBase64 = runsBefore(base64Runs(text))
  return {
    before: (place) => [
      ...(ofTags?.(place) ?? []).map(({ 0: run, index }) => tagged(run, index)),
      ...ofBase64(place).flatMap(({ 0: run, index }) => encoded(run, index)),
    ],
  }
}

type Run = Readonly<Pick<RegExpExecArray, 0 | 'index'>>

/** Matches in order, as far as they begin before a place. Never searches a part twice. */
const runsBefore = (matches: Iterator<Run>): ((place: number) => ReadonlyArray<Run>) => {
  let next = matches.next()
  return (place) => {
    const runs: Array<Run> = []
    for (; next.done !== true && next.value.index < place; next = matches.next())
      runs.push(next.value)
    return runs
  }
}

/** Of runs that are shorter than base64 only every 32nd unit is looked at, with what is around it. */
function* base64Runs(text: string): Generator<Run> {
  let from = 0
  for (let at = LEAST_RUN - 1; at < text.length; at += LEAST_RUN) {
    if (inRun[text.charCodeAt(at)] === 0) continue
    let start = at
    while (start > from && inRun[text.charCodeAt(start - 1)] === 1) start--
    let end = at + 1
    while (end - start < LEAST_RUN && inRun[text.charCodeAt(end)] === 1) end++
    if (end - start >= LEAST_RUN) {
      RUN.lastIndex = start
      const run = RUN.exec(text)!
      yield run
      end = run.index + run[0].length
      from = end
      at = end - 1
    } else at = end
  }
}

const tagged = (run: string, index: number): HiddenText => ({
  start: index,
  end: index + run.length,
  text: run.replaceAll(/\udb40([\udc00-\udc7f])/g, (_, low: string) =>
    String.fromCharCode(low.charCodeAt(0) - 0xdc00),
  ),
  rule: 'hidden-tags',
})

/** Every run is opened: the work is in proportion to the text, and a flood of data must hide nothing. */
const encoded = (run: string, index: number): ReadonlyArray<HiddenText> => {
  // A hash, or a name: text in base64 has capitals and small letters.
  if (!/[A-Z]/.test(run) || !/[a-z]/.test(run) || /^[0-9a-fA-F]+$/.test(run)) return []
  const found: Array<HiddenText> = []
  const whole = textOfBase64(run.replaceAll(/\s+/g, ''))
  if (whole !== undefined) {
    add(found, index, run, whole)
    return found
  }
  // What stands on the lines below may be something else.
  if (!run.includes('\n')) return found
  let at = index
  for (const line of run.split('\n')) {
    const one = textOfBase64(line.trimEnd())
    if (one !== undefined) add(found, at, line, one)
    at += line.length + 1
  }
  return found
}

const add = (found: Array<HiddenText>, start: number, run: string, text: string): void => {
  if (/[ \p{L}]{8}/u.test(text))
    found.push({ start, end: start + run.length, text, rule: 'hidden-base64' })
}

/** Signs of hiding itself. Flags of emoji are tags too, but short. */
export const hidingSigns = (text: string): ReadonlyArray<InjectionHit> => {
  const hits: Array<InjectionHit> = []
  const sign = (pattern: RegExp, rule: string, weight: number, least: number): void => {
    pattern.lastIndex = 0
    for (const { 0: run, index } of text.matchAll(pattern)) {
      if (run.length < least) continue
      hits.push({ start: index, end: index + run.length, rule, weight })
      if (hits.length > 32) return
    }
  }
  if (text.includes('\udb40')) sign(TAGS, 'hidden-tags', 0.7, 16)
  sign(ZERO_WIDTH, 'hidden-zero-width', 0.5, 8)
  sign(REVERSED, 'reversed-text', 0.2, 1)
  return hits
}

const MOST_COMMENT = 1500
const TO_AGENT =
  /\b(?:ai|llm|gpt|chatgpt|claude|assistants?|agents?|language models?|copilot)\b[\s\S]{0,120}\b(?:must|should|please|ignore|run|send|read|execute|do not|always|you)\b|\byou (?:must|should|are|will)\b[\s\S]{0,80}\b(?:ai|assistant|agent|instructions?|user)\b/i
const UNSEEN =
  /style=["'][^"']{0,200}(?:display:\s?none|visibility:\s?hidden|font-size:\s?[01](?:px|pt|em|%)?\s?(?=[;"'])|opacity:\s?0(?:\.0\d?)?\s?(?=[;"'])|color:\s?(?:#fff(?:fff)?|white|transparent)\b)[^"']{0,200}["'][^>]{0,80}>([^<]{8,600})/iy

export interface Unseen {
  readonly end: number
  /** Where what it holds speaks to an agent. */
  readonly hit: InjectionHit | undefined
}

/**
 * A comment or an unseen element that begins at a place; it need not be looked into again.
 * `closeAfter` says where the next comment ends, or -1: it must not search the text anew each time.
 */
export const unseenMarkup = (
  text: string,
  at: number,
  closeAfter: (at: number) => number,
): Unseen | undefined => {
  const isComment = text.startsWith('<!--', at)
  let inside: string
  let end: number
  if (isComment) {
    const close = closeAfter(at)
    if (close === -1 || close - at > MOST_COMMENT) return undefined
    inside = text.slice(at + 4, close)
    end = close + 3
  } else {
    UNSEEN.lastIndex = at
    const found = UNSEEN.exec(text)
    if (found === null) return undefined
    inside = found[1]!
    end = at + found[0].length
  }
  if (!TO_AGENT.test(inside)) return { end, hit: undefined }
  const rule = isComment ? 'hidden-comment' : 'hidden-style'
  return { end, hit: { start: at, end, rule, weight: isComment ? 0.5 : 0.6 } }
}

export const MARKUP_ANCHORS: ReadonlyArray<string> = ['<!--', 'style=']
