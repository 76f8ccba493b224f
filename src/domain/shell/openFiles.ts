// Files that are being read because a call runs them, one within the other: effects found meanwhile
// stand in the innermost. Files that run each other come to an end.
import type { EffectDraft } from '../action/draft.ts'
import { isWithin } from '../action/paths.ts'
import type { Place } from '../action/place.ts'
import type { Source } from '../action/sources.ts'
import { asDeclared, type DeclaredTask } from './declaredTasks.ts'

/** Readings of files that a call runs, and their text in UTF-16 code units. */
const MOST_READINGS = 64
const MOST_READ_AGAIN = 160 * 1024

export interface OpenFile {
  readonly path: string
  readonly source: Source
  readonly task: DeclaredTask | undefined
}

export class OpenFiles {
  private readonly place: Place
  /** The innermost last. */
  private readonly files: Array<OpenFile> = []
  /** Files read so far and their text, the same file each time it is read again. */
  private opened = { files: 0, text: 0 }

  constructor(place: Place) {
    this.place = place
  }

  /** Reads what lies in a file, unless that is being done already or would be too much. */
  enter(file: OpenFile, read: () => void): 'read' | 'open' | 'too-large' {
    const { path, source, task } = file
    // A file that has written itself anew is another one by now.
    const open = this.files.some(
      (other) =>
        other.path === path && other.task?.part === task?.part && other.source.text === source.text,
    )
    if (open) return 'open'
    const { files, text } = this.opened
    this.opened = { files: files + 1, text: text + (source.text?.length ?? 0) }
    // Files that each run the next one twice are few, and their readings without end.
    if (files >= MOST_READINGS || text >= MOST_READ_AGAIN) return 'too-large'
    this.files.push(file)
    read()
    this.files.pop()
    return 'read'
  }

  /** The effect as it stands in the file that is being read. */
  asFound(told: EffectDraft): EffectDraft {
    const file = this.files.at(-1)
    if (file === undefined) return told
    const origin = this.files.findLast(({ source }) => source.origin !== undefined)?.source.origin
    const declared =
      origin === undefined && this.files.every(({ path }) => isWithin(path, this.place.project))
    const extended = declared && this.files.some(({ task }) => task?.extended === true)
    return {
      ...(declared ? asDeclared(told, extended) : told),
      in: file.path,
      ...(origin === undefined ? {} : { origin }),
    }
  }
}
