// YAML as the trees of its documents, for validators. What the text may cost is counted: it is the
// agent's, and while it is read no other event is answered. The library is driven token by token, so
// that what is nested without end, or too much, ends before a tree is made of it. Two things of its own
// grow with the square of the text, and are kept from it: its search for a key that is there twice,
// and directives that version 1.1 hands on to each document.
import * as Result from 'effect/Result'
import { Composer, type Document, Lexer, Parser, type ParsedNode, type YAMLError } from 'yaml'
import { type JsonFault, type JsonNode, MOST_DEPTH } from '../../domain/validate/json.ts'
import type { Steps } from '../../domain/validate/readers.ts'
import { yamlTree } from './yamlTree.ts'

/** Steps that a token costs, read and made a node of: 3 µs on a slow core. */
const TOKEN = 500
/** Each that is none is an error of its own. */
const ESCAPE = 160
/** A document has a schema and directives of its own. */
const DOCUMENT = 10_000
const MOST_DIRECTIVES = 64
/** A prefix is part of each tag that is written with it. UTF-16 units. */
const MOST_DIRECTIVE = 1024

const OPTIONS = {
  // Version 1.1 has values that are no JSON, and checks of its own that are not linear.
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const

/** C0, which YAML has nowhere; the library’s own marks between tokens are some of them. */
const CONTROL = /[^\P{Cc}\t\n\r\u007f-\u009f]/u

/** Its documents, one at least: an empty stream is null. The first fault ends it. */
export const readYaml = (
  text: string,
  steps: Steps,
): Result.Result<ReadonlyArray<JsonNode>, JsonFault> => {
  const control = CONTROL.exec(text)
  if (control !== null)
    return fault(control.index, 'a control character: write it as an escape in double quotes')
  // An error for each token would cost more for its stack trace than for all the rest.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return documentsOf(text, steps)
  } catch {
    // Nothing is known that its library would throw at; a file does not pass for it.
    return fault(0, 'it cannot be read', 'unchecked')
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const documentsOf = (
  text: string,
  steps: Steps,
): Result.Result<ReadonlyArray<JsonNode>, JsonFault> => {
  const parser = new Parser()
  const composer = new Composer(OPTIONS)
  const trees: Array<JsonNode> = []
  let found: JsonFault | undefined
  let directives = 0
  let at = 0
  const take = (documents: Iterable<Document.Parsed>): void => {
    for (const document of documents) {
      steps.left -= DOCUMENT
      found ??= firstOf(document.errors)
      if (found !== undefined) return
      const tree = yamlTree(document.contents as ParsedNode | null, steps)
      if (Result.isFailure(tree)) found = tree.failure
      else trees.push(tree.success)
    }
  }
  const tokens = (made: ReturnType<Parser['next']>): void => {
    for (const token of made) {
      if (token.type === 'directive')
        directives += token.source.length > MOST_DIRECTIVE ? Infinity : 1
      if (directives > MOST_DIRECTIVES) return
      take(composer.next(token))
    }
  }
  for (const lexeme of new Lexer().lex(text)) {
    steps.left -= TOKEN + ESCAPE * escapesIn(lexeme)
    if (steps.left < 0) return fault(at, 'from here on too much to be read', 'unchecked')
    tokens(parser.next(lexeme))
    if (found !== undefined) return Result.fail(found)
    if (directives > MOST_DIRECTIVES)
      return fault(at, 'too many directives, or too long a one', 'unchecked')
    // Beside the collections that are open: the document, and the scalar that is being read.
    if (parser.stack.length > MOST_DEPTH + 2)
      return fault(at, `nested deeper than ${MOST_DEPTH} levels`, 'too-deep')
    at += MARKS.has(lexeme) ? 0 : lexeme.length
  }
  tokens(parser.end())
  take(composer.end(true, text.length))
  return found === undefined ? Result.succeed(trees) : Result.fail(found)
}

const escapesIn = (lexeme: string): number => {
  let count = 0
  if (lexeme[0] === '"')
    for (let at = lexeme.indexOf('\\'); at >= 0; at = lexeme.indexOf('\\', at + 2)) count++
  return count
}

/** What the lexer adds to the text. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f'])

/** In the text’s order: they come as they were come upon. */
const firstOf = (errors: ReadonlyArray<YAMLError>): JsonFault | undefined => {
  const [first, ...others] = errors
  if (first === undefined) return undefined
  const error = others.reduce((least, one) => (one.pos[0] < least.pos[0] ? one : least), first)
  return {
    at: error.pos[0],
    code: error.code === 'RESOURCE_EXHAUSTION' ? 'unchecked' : 'not-yaml',
    says: wordsOf(error),
  }
}

const fault = (
  at: number,
  says: string,
  code: JsonFault['code'] = 'not-yaml',
): Result.Result<never, JsonFault> => Result.fail({ at, code, says })

const wordsOf = ({ code, message }: YAMLError): string =>
  MISSING.find(([begins]) => message.startsWith(begins))?.[1] ?? WORDS[code] ?? 'not YAML'

/** The library's own messages may hold the text. */
const WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias with an anchor or a tag',
  BAD_ALIAS: 'an anchor or an alias without a name',
  BAD_DIRECTIVE: 'a directive that is none',
  BAD_DQ_ESCAPE: 'an escape that YAML does not have',
  BAD_INDENT: 'indented otherwise than what it belongs to',
  BAD_PROP_ORDER: 'an anchor or a tag before the indicator of its value',
  BAD_SCALAR_START: 'a value that begins with a reserved character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a list or a mapping where a key or a simple value is expected',
  BLOCK_IN_FLOW: 'a block within brackets or braces',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'something is missing: a space, a comma, a colon, a quote or a line end',
  MULTILINE_IMPLICIT_KEY: 'a key on more than one line',
  MULTIPLE_ANCHORS: 'a second anchor of one value',
  MULTIPLE_TAGS: 'a second tag of one value',
  RESOURCE_EXHAUSTION: 'too much to be read',
  TAB_AS_INDENT: 'a tab where YAML is indented by spaces',
  TAG_RESOLVE_FAILED: 'a tag that is none, or not of its value',
  UNEXPECTED_TOKEN: 'not expected here',
}

/** Of the many kinds of MISSING_CHAR those that are met most, by how the library's message begins. */
const MISSING: ReadonlyArray<readonly [begins: string, says: string]> = [
  ['Implicit map keys need to be followed', 'a key without its colon'],
  ['Missing closing "quote', 'a string without its closing quote'],
  ["Missing closing 'quote", 'a string without its closing quote'],
  ['Missing , between', 'a comma is missing before it'],
  ['Missing , or : between', 'a comma or a colon is missing before it'],
  ['Missing space after :', 'a space is missing after the colon'],
  ['Sequence item without - indicator', 'an item of a list without its dash'],
]
