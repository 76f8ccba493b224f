// Which parts of a text are prose: sentences, letters, notes, forms. Models for personal data learned from
// those alone, and in code, logs, JSON or encoded bytes they find people who are none.

/** Half open, UTF-16 units. */
export interface Part {
  readonly start: number
  readonly end: number
}

/** A longer line is judged piece by piece. */
const MOST_LINE = 1000
/** Of an address, a name, a number on a line of its own. */
const MOST_SHORT = 60

/**
 * Runs of prose, in order. A blank line, or two, within prose is part of it, and so are the short lines
 * before and after: of an address, of a signature.
 */
export const proseParts = (text: string): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  let open: { start: number; end: number; prose: boolean } | undefined
  let blanks = 0
  let fenced: string | undefined
  const close = (): void => {
    if (open?.prose === true) parts.push({ start: open.start, end: open.end })
    open = undefined
    blanks = 0
  }
  for (const { start, end } of linesOf(text)) {
    const line = text.slice(start, end)
    const fence = /^\s{0,3}(```|~~~)/.exec(line)?.[1]
    if (fence !== undefined && (fenced === undefined || fenced === fence)) {
      fenced = fenced === undefined ? fence : undefined
      close()
      continue
    }
    if (line.trim() === '') {
      if (++blanks > 2) close()
      continue
    }
    const is = fenced === undefined ? kindOf(line) : 'other'
    if (is === 'other') {
      close()
      continue
    }
    blanks = 0
    open ??= { start, end, prose: false }
    open.end = end
    open.prose ||= is === 'prose'
  }
  close()
  return parts
}

function* linesOf(text: string): Generator<Part> {
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const line = newline === -1 ? text.length : newline
    let from = start
    while (line - from > MOST_LINE) {
      const space = text.lastIndexOf(' ', from + MOST_LINE)
      let to = space > from ? space : from + MOST_LINE
      if (isLowSurrogate(text.charCodeAt(to))) to--
      yield { start: from, end: to }
      from = to
    }
    yield { start: from, end: line }
    start = line + 1
  }
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** What comes before the words of a comment, a quote, an item of a list, a line of a diff. */
const LEADER = /^[\s>*#/|+\-–•·;%]*(?:\d{1,3}[.)]\s)?/
/** Lines that are no prose whatever their words are: log lines, traces, statements. */
const STAMPED =
  /^\W{0,3}(?:\d{4}-\d\d-\d\d[T ,]+\d\d:\d\d|\d\d:\d\d:\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d|\d{1,3}(?:\.\d{1,3}){3} )/
const LEVEL = /^\W{0,3}(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL|NOTICE)\b[\]:\s]/
/** Of `ls -l`. */
const LISTED = /^[-dlbcps][rwxsStT-]{9}[.+@]?\s/
const TRACE = /^\s*(?:at [\w$.<>]+ ?\(|File "[^"]*", line \d)/
const STATEMENT =
  /^\s*(?:import|export|const|let|var|function|return|def|elif|package|async|await|struct|enum|interface|impl|fn|pub|namespace|typedef|template|echo|sudo|npm|npx|git|docker|curl|pip|cd|SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|RUN)\s+[^\s.!?]+(?:\s[^.!?]*)?$/
const STATEMENT_END = /(?:[;{}]|=>|\)\s*:|[([,=]|\\)\s*$/
const SENTENCE_END = /[.!?…。！？]["'”’)]*\s*$/

const WORD =
  /^[("'“‘«[*_]{0,3}\p{L}[\p{L}\p{M}]*(?:['’.-][\p{L}\p{M}]+)*['’.]?[)"'”’»\],.;:!?*_]{0,4}$/u
const CAMEL = /\p{Ll}\p{Lu}/u
/** Numbers, dates, amounts, addresses of mail: they say neither. */
const NEUTRAL = /^[^\p{L}]*\d[^\p{L}]*$|^[\w.+-]+@[\w.-]+[.,;:]?$|^[-–—&/]$/u
const SCRIPT_WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]{4,}/gu
const DENSE = /[{}<>\\=$^`~|[\]();_]/g

type LineKind = 'prose' | 'short' | 'other'

const kindOf = (line: string): LineKind => {
  if (STAMPED.test(line) || LEVEL.test(line) || TRACE.test(line) || LISTED.test(line))
    return 'other'
  const body = line.replace(LEADER, '')
  const ended = SENTENCE_END.test(body)
  if (!ended && (STATEMENT.test(body) || STATEMENT_END.test(body))) return 'other'
  const dense = (body.match(DENSE) ?? []).length
  if (dense > 2 && dense * 12 > body.length) return 'other'
  let words = 0
  let others = 0
  for (const token of body.split(/\s+/)) {
    if (token === '' || NEUTRAL.test(token)) continue
    if (WORD.test(token) && !CAMEL.test(token)) words++
    else others++
  }
  for (const run of body.match(SCRIPT_WITHOUT_SPACES) ?? []) words += run.length >> 1
  if (words >= 2 && words >= 2 * others) return 'prose'
  return others === 0 && dense === 0 && line.length <= MOST_SHORT ? 'short' : 'other'
}
