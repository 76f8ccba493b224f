// What a real client (Claude Code 2.1.329) sent to its hooks, one payload a file, named after the
// event and its tool or source. Names, paths and texts are made up; shapes and order are as sent.
import { readdirSync, readFileSync } from 'node:fs'

export interface Capture {
  readonly file: string
  readonly event: string
  readonly bytes: Uint8Array
  readonly payload: Readonly<Record<string, unknown>>
}

const folder = new URL('.', import.meta.url)

/** Not a hook's payload: what the client gives its status line command. */
export const STATUS_LINE = 'StatusLine.json'

const all = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file): Capture => {
    const bytes = readFileSync(new URL(file, folder))
    const payload = JSON.parse(bytes.toString('utf8'))
    return { file, event: String(payload.hook_event_name), bytes: new Uint8Array(bytes), payload }
  })

export const captures: ReadonlyArray<Capture> = all.filter(({ file }) => file !== STATUS_LINE)
export const statusLine: Capture = all.find(({ file }) => file === STATUS_LINE)!

export const capture = (file: string): Capture => {
  const found = captures.find((one) => one.file === `${file}.json`)
  if (found === undefined) throw new Error(`no capture ${file}`)
  return found
}
