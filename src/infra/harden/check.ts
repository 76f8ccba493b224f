// Whether the level is what it says: every piece looked at, its owner, mode and content, the folders
// above it, and that Claude Code runs our hooks and no others. Nothing is remembered; what cannot be
// looked at counts as wrong.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { member } from '../client/clientFiles.ts'
import { hooksOff, readLayers } from '../client/settingsLayers.ts'
import { errnoOf } from '../files/failure.ts'
import { checkAncestors } from '../files/secureDirs.ts'
import { idsOf, type Piece, piecesOf } from './pieces.ts'
import { placesOf } from './places.ts'
import { type HardenedRecord, readHardened } from './record.ts'

export interface Wrong {
  readonly what: string
  /** One line, the path in it. */
  readonly detail: string
}

export interface Looked {
  readonly pieces: number
  readonly wrong: ReadonlyArray<Wrong>
}

/** `running`: a control plane is up, and so are its sockets. Never throws. */
export const lookAtPieces = (record: HardenedRecord, running: boolean): Looked => {
  const pieces = piecesOf(record)
  if (Result.isFailure(pieces))
    return { pieces: 0, wrong: [{ what: 'record', detail: pieces.failure.message }] }
  const looked = pieces.success.filter((piece) => running || piece.running !== true)
  const places = placesOf(record.roots, record.user.name)
  const wrong = [
    ...looked.flatMap((piece) => wrongWith(record, piece)),
    ...wrongInProgram(places.app),
    ...wrongInSettings(record),
  ]
  // What is wrong with a folder above several of them is one thing.
  const seen = new Set<string>()
  return {
    pieces: looked.length,
    wrong: wrong.filter(({ detail }) => !seen.has(detail) && seen.add(detail)),
  }
}

/** By the record's file, which root alone can have written. */
export const lookAtHardened = (recordFile: string, running: boolean): Looked => {
  const read = readHardened({ program: path.dirname(recordFile) })
  const missing = (detail: string): Looked => ({ pieces: 0, wrong: [{ what: 'record', detail }] })
  if (Result.isFailure(read)) return missing(read.failure.message)
  const record = read.success
  if (record === undefined) return missing(`${recordFile} is missing`)
  return record.state === 'hardened'
    ? lookAtPieces(record, running)
    : missing(`${recordFile} says that it is being undone`)
}

const wrongWith = (record: HardenedRecord, piece: Piece): ReadonlyArray<Wrong> => {
  const wrong = (detail: string): ReadonlyArray<Wrong> => [{ what: piece.what, detail }]
  const ids = idsOf(record, piece)
  try {
    const stat = fs.lstatSync(piece.path)
    const isKind = { folder: stat.isDirectory(), file: stat.isFile(), socket: stat.isSocket() }
    if (!isKind[piece.kind]) return wrong(`${piece.path} is no ${piece.kind}`)
    if (stat.uid !== ids.uid)
      return wrong(`${piece.path} belongs to user ${stat.uid}, not to ${ids.uid}`)
    const mode = stat.mode & 0o7777
    if (mode !== piece.mode)
      return wrong(`${piece.path} has mode ${octal(mode)}, not ${octal(piece.mode)}`)
    if (piece.group !== 'root' && stat.gid !== ids.gid)
      return wrong(`${piece.path} is of group ${stat.gid}, not ${ids.gid}`)
    if (piece.text !== undefined && fs.readFileSync(piece.path, 'utf8') !== piece.text)
      return wrong(`${piece.path} is not what was laid down`)
    // Of the control plane's own folders, and what is in them, only what is above counts.
    const above = checkAncestors(piece.path, piece.owner === 'root' ? 0 : ids.uid)
    return Result.isFailure(above) ? wrong(above.failure.message) : []
  } catch (error) {
    const code = errnoOf(error)
    return wrong(
      code === 'ENOENT'
        ? `${piece.path} is missing`
        : `${piece.path} cannot be looked at (${code})`,
    )
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

/** More than the program has; nothing of it may be anybody's but root's. */
const MOST_FILES = 20_000

const wrongInProgram = (app: string): ReadonlyArray<Wrong> => {
  const wrong = (detail: string): ReadonlyArray<Wrong> => [{ what: 'program', detail }]
  const folders = [app]
  let files = 0
  try {
    for (let dir = folders.pop(); dir !== undefined; dir = folders.pop())
      for (const { name } of fs.readdirSync(dir, { withFileTypes: true })) {
        const at = path.join(dir, name)
        const stat = fs.lstatSync(at)
        if (++files > MOST_FILES) return wrong(`${app} holds more than the program`)
        if (stat.uid !== 0 || (stat.mode & 0o022) !== 0 || !(stat.isFile() || stat.isDirectory()))
          return wrong(`${at} can be changed by others than root`)
        if (stat.isDirectory()) folders.push(at)
      }
    return []
  } catch {
    return wrong(`${app} cannot be looked at`)
  }
}

/** Another managed file may say otherwise, and one that cannot be used keeps every hook from running. */
const wrongInSettings = ({ roots }: HardenedRecord): ReadonlyArray<Wrong> => {
  const wrong = (detail: string): ReadonlyArray<Wrong> => [{ what: 'managed settings', detail }]
  const layers = readLayers({
    clientDir: '/nonexistent',
    platform: process.platform,
    managed: roots.managed,
  }).filter(({ name }) => name === 'managed')
  const off = hooksOff(layers, 'managed')
  if (off !== undefined) return wrong(off)
  const alone = layers.find(({ value }) => member(value, 'allowManagedHooksOnly') !== undefined)
  return member(alone?.value, 'allowManagedHooksOnly') === true
    ? []
    : wrong(`${alone?.file ?? roots.managed} lets hooks of others run`)
}
