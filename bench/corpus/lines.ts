// Lines of an independent labelled set: what other guards' own tests expect of a call. Read from a
// folder of JSONL files that the caller names; none of it belongs to the project.
import * as fs from 'node:fs'
import * as path from 'node:path'

export type Expected = 'allow' | 'ask' | 'deny'

export interface CorpusLine {
  readonly set: string
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly cwd: string | undefined
  readonly home: string | undefined
  readonly expect: Expected
  readonly category: string
  /** It depends on settings of the project it is from: left out of the score. */
  readonly note: string | undefined
  /** The command, or the tool with its input, on one line. */
  readonly text: string
}

interface RawLine {
  readonly command?: string
  readonly tool?: string
  readonly input?: Readonly<Record<string, unknown>>
  readonly cwd?: string
  readonly home?: string
  readonly expect: Expected
  readonly category?: string
  readonly note?: string
}

/** Every `*.jsonl` of a folder, in order of name. Throws on a line that is not JSON. */
export const corpusOf = (folder: string): ReadonlyArray<CorpusLine> =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => linesOf(path.basename(name, '.jsonl'), path.join(folder, name)))

const linesOf = (set: string, file: string): ReadonlyArray<CorpusLine> =>
  fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, at) => {
      let raw: RawLine
      try {
        raw = JSON.parse(line) as RawLine
      } catch {
        throw new Error(`${file}:${at + 1} is not JSON`)
      }
      return {
        set,
        tool: raw.tool ?? 'Bash',
        input: raw.input ?? { command: raw.command ?? '' },
        cwd: raw.cwd,
        home: raw.home,
        expect: raw.expect,
        category: raw.category ?? '',
        note: raw.note,
        text: raw.command ?? `${raw.tool} ${JSON.stringify(raw.input)}`,
      }
    })

/** Calls that the sets label differently, each with its labels; a score cannot have both. */
export const contradictionsIn = (
  lines: ReadonlyArray<CorpusLine>,
): ReadonlyMap<string, ReadonlyArray<CorpusLine>> => {
  const byText = Map.groupBy(lines, ({ text }) => text.replaceAll(/\s+/g, ' ').trim())
  return new Map(
    [...byText].filter(
      ([, same]) =>
        same.some(({ expect }) => expect === 'allow') &&
        same.some(({ expect }) => expect !== 'allow'),
    ),
  )
}
