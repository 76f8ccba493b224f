// Where archived logs lie, and what an archiving that is under way keeps on the disk.
import * as path from 'node:path'
import type { AppPaths } from '../paths.ts'

type DataDir = Pick<AppPaths, 'dataDir'>

/** Holds a folder, or a link to one, for each archived log. */
export const archiveDir = ({ dataDir }: DataDir): string => path.join(dataDir, 'archive')

/** The next log while it is made; it becomes the witness's folder. */
export const nextWitnessDir = ({ dataDir }: DataDir): string => path.join(dataDir, 'witness.next')

/** What is to become of both logs, from before the pin is changed until all is in its place. */
export const successionFile = ({ dataDir }: DataDir): string =>
  path.join(dataDir, 'succession.json')

/** In the folder of an archived log. */
export const archivedStore = (dir: string): string => path.join(dir, 'witness')
export const archivedPin = (dir: string): string => path.join(dir, 'identity.json')
export const archivedNote = (dir: string): string => path.join(dir, 'checkpoint')
export const archivedTiles = (dir: string): string => path.join(dir, 'tiles')

/** `isonapse.local/4f1c…` → `4f1c…`: what a person is shown and types. */
export const shortName = (origin: string): string => origin.slice(origin.lastIndexOf('/') + 1)
