// Reads awk text to its effects: the commands it starts, the files it prints to or reads by name.
// Everything else in the language computes. `args` are the variables given on the command line.
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import { bounded } from '../bounded.ts'
import type { CodeReader } from '../codeCall.ts'
import { isSecretName } from '../secretNames.ts'

const MOST_TOKENS = 8000

interface Token {
  readonly kind: 'name' | 'string' | 'pattern' | 'number' | 'operator' | 'end'
  readonly text: string
}

const FORMS = /([A-Za-z_]\w*)|(\d[\w.]*|\.\d+)|(\|&|&&|\|\||>>|[<>=!]=|[-+*/%^]=|\+\+|--|[^\s\w])/y

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

const tokensOf = (
  text: string,
): { readonly tokens: ReadonlyArray<Token>; readonly broken: boolean } => {
  const tokens: Array<Token> = []
  let broken = false
  let at = 0
  while (at < text.length && tokens.length < MOST_TOKENS) {
    const char = text[at]!
    if (char === '\n' || char === ';') {
      tokens.push({ kind: 'end', text: char })
      at++
    } else if (char === '\\' && text[at + 1] === '\n') at += 2
    else if (/\s/.test(char)) at++
    else if (char === '#') {
      const line = text.indexOf('\n', at)
      at = line < 0 ? text.length : line
    } else if (char === '"' || (char === '/' && !afterValue(tokens.at(-1)))) {
      let value = ''
      let inClass = false
      for (at++; at < text.length; at++) {
        const inner = text[at]!
        if (inner === '\\') {
          const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
          const hex = /^x([\da-fA-F]{1,2})/.exec(text.slice(at + 1, at + 4))
          if (octal !== undefined) value += String.fromCharCode(Number.parseInt(octal, 8))
          else if (hex !== null) value += String.fromCharCode(Number.parseInt(hex[1]!, 16))
          else value += ESCAPES[text[at + 1]!] ?? text[at + 1] ?? ''
          at += octal?.length ?? hex?.[0].length ?? 1
          continue
        }
        if (char === '/' && inner === '[') inClass = true
        else if (char === '/' && inner === ']') inClass = false
        if (inner === char && !inClass) break
        // A pattern ends with its line: what looked like one was a division.
        if (inner === '\n') break
        value += inner
      }
      if (text[at] !== char) broken = true
      at++
      tokens.push({
        kind: char === '"' ? 'string' : 'pattern',
        text: value.replaceAll(UNKNOWN, ' '),
      })
    } else {
      FORMS.lastIndex = at
      const found = FORMS.exec(text)
      if (found === null) {
        at++
        continue
      }
      at += found[0].length
      const kind = found[1] !== undefined ? 'name' : found[2] !== undefined ? 'number' : 'operator'
      tokens.push({ kind, text: found[0] })
    }
  }
  return { tokens, broken: broken || at < text.length }
}

const afterValue = (last: Token | undefined): boolean =>
  last !== undefined &&
  (last.kind === 'number' ||
    last.kind === 'string' ||
    (last.kind === 'name' && !/^(?:print|printf|return|getline|in|case)$/.test(last.text)) ||
    /^[)\]$]$/.test(last.text))

/** A command that takes what is printed: a shell among them runs it. */
const fed = (word: ShellWord): ShellWord => ({ ...word, text: `echo "$_unknown" | ${word.text}` })

const DYNAMIC: ShellWord = { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 }

export const awk: CodeReader = bounded((text, call, args) => {
  const { tokens, broken } = tokensOf(text)
  if (broken) call.opaque('parse-error')
  const known = constantsOf(tokens, args)
  const at = (index: number, ...texts: ReadonlyArray<string>): boolean =>
    tokens[index]?.kind === 'operator' && texts.includes(tokens[index]!.text)

  /** Index behind the expression that begins here: the end of the statement or an outer bracket. */
  const expressionEnd = (from: number, stops: RegExp): number => {
    let depth = 0
    let index = from
    for (; index < tokens.length && index < from + 80; index++) {
      const { kind, text: written } = tokens[index]!
      if (kind === 'end' && depth === 0) break
      if (kind !== 'operator') continue
      if (/^[([{]$/.test(written)) depth++
      else if (/^[)\]}]$/.test(written)) {
        if (--depth < 0) break
      } else if (depth === 0 && stops.test(written)) break
    }
    return index
  }

  /** Strings side by side are one; anything else is only known when it runs. */
  const valueOf = (from: number, to: number): ShellWord => {
    if (from >= to) return DYNAMIC
    if (at(from, '(') && at(to - 1, ')')) return valueOf(from + 1, to - 1)
    let out = ''
    for (let index = from; index < to; index++) {
      const token = tokens[index]!
      if (token.kind === 'string') out += token.text
      else if (token.kind === 'number') out += token.text
      else if (
        token.text === 'ENVIRON' &&
        tokens[index + 2]?.text === 'HOME' &&
        at(index + 3, ']')
      ) {
        out += call.home
        index += 3
      } else if (token.kind === 'name' && !at(index + 1, '(', '['))
        out += known.get(token.text) ?? UNKNOWN
      else out += UNKNOWN
    }
    out = out.replaceAll(/\0+/g, UNKNOWN)
    return { ...literalWord(out), is: out.includes(UNKNOWN) ? 'dynamic' : 'literal' }
  }

  /** Where the expression that ends before `to` begins. */
  const expressionStart = (to: number): number => {
    let depth = 0
    let index = to - 1
    for (; index >= 0 && index > to - 80; index--) {
      const { kind, text: written } = tokens[index]!
      if (kind === 'end' && depth === 0) break
      if (kind !== 'operator') continue
      if (/^[)\]]$/.test(written)) depth++
      else if (/^[([{}]$/.test(written)) {
        if (--depth < 0) break
      } else if (depth === 0 && /^(?:=|&&|\|\||!|,)$/.test(written)) break
    }
    return index + 1
  }

  const file = (kind: 'fs.read' | 'fs.write', word: ShellWord): void => {
    const network = /^\/inet\d?\/(?:tcp|udp|raw)\/[^/]*\/([^/]+)/.exec(word.text)
    if (network === null) call.path(kind, word)
    else call.send({ ...word, text: network[1]! })
  }

  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'name') {
      if (token.text === 'system' && at(index + 1, '('))
        call.shellText(valueOf(index + 2, expressionEnd(index + 2, /^,$/)))
      else if (token.text === 'ENVIRON') {
        const key = at(index + 1, '[') ? tokens[index + 2] : undefined
        if (key?.kind !== 'string' || isSecretName(key.text))
          call.effect('secret.read', { name: key?.kind === 'string' ? key.text : 'environment' })
      } else if (token.text === 'print' || token.text === 'printf') {
        const redirect = expressionEnd(index + 1, /^(?:>>?|\|&?)$/)
        if (!at(redirect, '>', '>>', '|', '|&')) continue
        const target = valueOf(redirect + 1, expressionEnd(redirect + 1, /^(?:>|\|)$/))
        if (at(redirect, '|', '|&') && !target.text.startsWith('/inet')) call.shellText(fed(target))
        else file('fs.write', target)
      } else if (token.text === 'getline') {
        if (at(index - 1, '|', '|&')) {
          const command = valueOf(expressionStart(index - 1), index - 1)
          if (command.text.startsWith('/inet')) file('fs.read', command)
          else call.shellText(command)
        } else {
          const from = expressionEnd(index + 1, /^<$/)
          if (at(from, '<') && from <= index + 6)
            file('fs.read', valueOf(from + 1, expressionEnd(from + 1, /^(?:>|<|&&|\|\|)$/)))
        }
      }
    } else if (at(index, '@')) {
      const next = tokens[index + 1]
      if (next?.text === 'include' && tokens[index + 2]?.kind === 'string')
        call.runFile(literalWord(tokens[index + 2]!.text), 'awk')
      else if (next?.text !== 'namespace') call.opaque('dynamic-command')
    }
  }
})

/** Variables with one literal value: set once in the text, or on the command line alone. */
const constantsOf = (
  tokens: ReadonlyArray<Token>,
  args: ReadonlyArray<ShellWord>,
): ReadonlyMap<string, string> => {
  const known = new Map<string, string>()
  const seen = new Set<string>()
  for (const word of args) {
    const found = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word.text)
    if (found === null) continue
    const given = word.is === 'literal' && !seen.has(found[1]!)
    seen.add(found[1]!)
    if (given) known.set(found[1]!, found[2]!)
    else known.delete(found[1]!)
  }
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name') continue
    const next = tokens[index + 1]
    const before = tokens[index - 1]?.text
    const changed =
      /^(?:[-+*/%^]=|\+\+|--)$/.test(next?.text ?? '') ||
      before === 'getline' ||
      before === '++' ||
      before === '--' ||
      (next?.text === 'in' && before === '(') ||
      // Filled by a function: sub(), gsub(), split(), or a parameter of one.
      ((before === ',' || before === '(') && next?.text !== '=')
    if (next?.kind === 'operator' && next.text === '=') {
      const value = tokens[index + 2]
      const end = tokens[index + 3]
      const simple =
        value?.kind === 'string' && (end === undefined || end.kind === 'end' || end.text === '}')
      if (simple && !seen.has(token.text)) known.set(token.text, value.text)
      else known.delete(token.text)
      seen.add(token.text)
    } else if (changed && before !== undefined && !isArgumentOfSystem(tokens, index)) {
      known.delete(token.text)
      seen.add(token.text)
    }
  }
  return known
}

/** `system(x)` and `print (x)` leave their argument as it is. */
const isArgumentOfSystem = (tokens: ReadonlyArray<Token>, index: number): boolean =>
  tokens[index - 1]?.text === '(' &&
  /^(?:system|print|printf|close|length|toupper|tolower|if|while)$/.test(
    tokens[index - 2]?.text ?? '',
  )
