// The sessions whose transcripts lie in the client's own folder: `projects/<folder>/<session>.jsonl`. The
// folder is whatever an agent or a repository's scripts made of it, so all of it is bounded, and nothing
// that is a link is gone into.
import * as path from 'node:path'
import { named } from '../files/named.ts'

export interface Transcript {
  readonly session: string
  readonly file: string
  readonly size: number
  /** Epoch milliseconds. */
  readonly changed: number
}

/** Folders looked into, one for each project. */
const MOST_FOLDERS = 1024
/** Transcripts known at once; of more, those that changed last. */
export const MOST_TRANSCRIPTS = 16_384

const NAME = /^([A-Za-z0-9_-]{1,128})\.jsonl$/

/** How the client names the folder of a project's sessions (observed). */
export const folderOf = (project: string): string => project.replace(/[^A-Za-z0-9]/g, '-')

/** The folders of projects below the client's folders, by their real paths. */
export const projectFolders = (dirs: ReadonlyArray<string>): ReadonlyArray<string> =>
  dirs
    .flatMap((dir) => {
      try {
        const root = named.realpathSync(dir)
        return named
          .readdirSync(root, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => path.join(root, name))
      } catch {
        // The client has not made it yet, or it is not the user's to read.
        return []
      }
    })
    .slice(0, MOST_FOLDERS)

/** The transcripts in one of them. */
export const transcriptsIn = (folder: string): ReadonlyArray<Transcript> => {
  try {
    return named.readdirSync(folder).flatMap((name) => {
      const session = NAME.exec(name)?.[1]
      const found = session === undefined ? undefined : lookAt(path.join(folder, name))
      return found === undefined ? [] : [{ session: session!, ...found }]
    })
  } catch {
    return []
  }
}

/** Those that changed last come first. */
export const allTranscripts = (dirs: ReadonlyArray<string>): ReadonlyArray<Transcript> =>
  projectFolders(dirs)
    .flatMap(transcriptsIn)
    .sort((a, b) => b.changed - a.changed)
    .slice(0, MOST_TRANSCRIPTS)

/** Undefined for what is no regular file, or gone. */
export const lookAt = (file: string): Omit<Transcript, 'session'> | undefined => {
  try {
    const stat = named.lstatSync(file, { throwIfNoEntry: false })
    return stat?.isFile() === true ? { file, size: stat.size, changed: stat.mtimeMs } : undefined
  } catch {
    return undefined
  }
}
