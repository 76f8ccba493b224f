// Labelled texts for measuring detection, read from a folder that the caller names; none of it belongs
// to the project. Two fifths of each file, by a hash of the line, are kept from whoever builds.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { gunzipSync } from 'node:zlib'

export interface LabelledSpan {
  readonly start: number
  readonly end: number
  readonly type: string
}

export interface LabelledText {
  /** The file's name without its endings. */
  readonly set: string
  readonly text: string
  readonly spans: ReadonlyArray<LabelledSpan> | undefined
  readonly label: string | undefined
  readonly rule: string | undefined
  /** Of the two fifths that nobody looks at while building. */
  readonly unseen: boolean
}

/** FNV-1a over UTF-16 code units. */
const isUnseen = (line: string): boolean => {
  let hash = 0x811c9dc5
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % 5 < 2
}

/** Every `*.jsonl` and `*.jsonl.gz` of a sub-folder, in order of name; none where there is no folder. */
export const corpusIn = (folder: string, name: string): ReadonlyArray<LabelledText> => {
  const place = path.join(folder, name)
  if (!fs.existsSync(place)) return []
  return fs
    .readdirSync(place)
    .filter((file) => /\.jsonl(?:\.gz)?$/.test(file))
    .sort()
    .flatMap((file) => {
      const bytes = fs.readFileSync(path.join(place, file))
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line, at) => labelled(file, at, line))
    })
}

const labelled = (file: string, at: number, line: string): LabelledText => {
  let raw: {
    readonly text?: string
    readonly spans?: ReadonlyArray<LabelledSpan> | null
    readonly label?: string
    readonly rule?: string
  }
  try {
    raw = JSON.parse(line) as typeof raw
  } catch {
    throw new Error(`${file}:${at + 1} is not JSON`)
  }
  return {
    set: file.replace(/\.jsonl(?:\.gz)?$/, ''),
    text: raw.text ?? '',
    spans: raw.spans ?? undefined,
    label: raw.label,
    rule: raw.rule,
    unseen: isUnseen(line),
  }
}
