// Files from a folder that somebody filled by hand, for a machine without a network. They are checked
// like the ones from a server; only regular files are read.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { ManifestModel } from '../../../domain/intel/manifest.ts'
import { failureOf, shown } from '../../files/failure.ts'
import { modelFailure } from './modelFailure.ts'
import type { Asked, Opened, Source } from './source.ts'

const { O_NONBLOCK, O_RDONLY } = fs.constants
const MOST_SNAPSHOTS = 100

export const folderSource = (dir: string): Source => ({
  shown: dir,
  open: async (asked) => {
    const { folder, commit } = found(dir, asked.model)
    return opened(path.join(folder, asked.path), asked, commit)
  },
})

interface Found {
  readonly folder: string
  readonly commit: string | undefined
}

/**
 * DIR/ID, DIR/OWNER/NAME, a copy of the hub's cache, or DIR itself: the first one with all the files.
 */
const found = (dir: string, model: ManifestModel): Found => {
  const { id, repository, files } = model
  const candidates: ReadonlyArray<Found> = [
    { folder: path.join(dir, id), commit: undefined },
    { folder: path.join(dir, repository), commit: undefined },
    ...snapshots(path.join(dir, `models--${repository.replace('/', '--')}`, 'snapshots'), model),
    { folder: dir, commit: undefined },
  ]
  const whole = candidates.find(({ folder }) =>
    files.every((file) => fs.existsSync(path.join(folder, file.path))),
  )
  if (whole !== undefined) return whole
  throw modelFailure(
    'folder',
    `${dir}: does not hold the files of ${id}`,
    `put them into ${shown(path.join(dir, id))}: ${files.map((file) => file.path).join(', ')}`,
    2,
  )
}

const snapshots = (dir: string, { revision }: ManifestModel): ReadonlyArray<Found> => {
  const names = Result.getOrElse(
    Result.try({ try: () => fs.readdirSync(dir), catch: () => undefined }),
    () => [],
  )
  return names
    .slice(0, MOST_SNAPSHOTS)
    .filter((name) => /^[0-9a-f]{40}$/.test(name) && (revision === 'main' || revision === name))
    .map((name) => ({ folder: path.join(dir, name), commit: name }))
}

const opened = (
  file: string,
  { from }: Asked,
  commit: string | undefined,
): Opened | 'past-the-end' => {
  let fd: number
  let stat: fs.Stats
  try {
    // Non-blocking: opening a FIFO that nobody writes to would wait for ever.
    fd = fs.openSync(file, O_RDONLY | O_NONBLOCK)
    stat = fs.fstatSync(fd)
  } catch (error) {
    throw failureOf(file, 'read it', error)
  }
  const done = stat.isFile() && from > stat.size
  if (done || !stat.isFile()) {
    fs.closeSync(fd)
    if (done) return 'past-the-end'
    throw modelFailure('folder', `${file}: is no regular file`, 'put the file itself there', 2)
  }
  const body = fs.createReadStream('', { fd, start: from, autoClose: true })
  return {
    from,
    total: stat.size,
    marks: { etag: `${stat.ino}-${stat.size}-${stat.mtimeMs}` },
    commit,
    body,
    close: () => void body.destroy(),
  }
}
