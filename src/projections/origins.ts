// Whose the files are that a session's calls wrote: the agent's own text, or something fetched from
// the network. What a later call runs is told apart by it. Bounded by session and by file: what is
// dropped counts as nobody's, as every file does that no call of the session was seen to write.
import * as Schema from 'effect/Schema'
import type { Action, Observed } from '../domain/action/action.ts'
import type { ActionEffect } from '../domain/action/effect.ts'
import { pathKey } from '../domain/action/pathKey.ts'
import type { PathRef } from '../domain/action/place.ts'
import { CodeOrigin } from '../domain/action/sources.ts'
import type { Entry } from '../domain/event/envelope.ts'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'
import { closed, isIn, isWhile, joined, Window } from './window.ts'
import { isFetched, isWrite, movedBy, pathOf, storedUnder } from './writing.ts'

const Mark = Schema.Struct({
  is: CodeOrigin,
  /** Index of the entry that tells of the latest write. */
  at: Schema.Int,
  /** The call that writes it, where the client names calls. */
  call: Schema.optionalKey(Schema.String),
  /** Written as a whole: nothing of what lay there before is left. */
  whole: Schema.optionalKey(Schema.Literal(true)),
  /** A folder that was moved here: what lies below it as well. */
  below: Schema.optionalKey(Schema.Literal(true)),
})
type Mark = typeof Mark.Type

const SessionFiles = Schema.Struct({
  files: Schema.Record(Schema.String, Mark),
  count: Schema.Int,
  windows: Schema.Array(Window),
  /** Index of the latest prompt: whatever was under way before it has ended. */
  turn: Schema.Int,
  last: Schema.Int,
})
type SessionFiles = typeof SessionFiles.Type

const Origins = Schema.Struct({
  sessions: Schema.Record(Schema.String, SessionFiles),
  count: Schema.Int,
})
export type Origins = typeof Origins.Type

export const MOST_SESSIONS = 64
export const MOST_FILES = 256

const sessionKey = (session: string): string => `/${session}`

const held = (state: Origins, session: string | null): SessionFiles | undefined => {
  const key = sessionKey(session ?? '')
  return Object.hasOwn(state.sessions, key) ? state.sessions[key] : undefined
}

const foldersIn = (files: SessionFiles['files']): ReadonlyArray<string> =>
  Object.keys(files).filter((key) => files[key]!.below === true)

/** Of the path itself, or of the nearest folder on its way that was moved there. */
const markOf = (
  files: SessionFiles['files'],
  folders: ReadonlyArray<string>,
  key: string,
): Mark | undefined => {
  if (Object.hasOwn(files, key)) return files[key]!
  let nearest: string | undefined
  for (const folder of folders)
    if (isIn(key, folder) && (nearest === undefined || folder.length > nearest.length))
      nearest = folder
  return nearest === undefined ? undefined : files[nearest]!
}

export interface Found {
  readonly origin?: CodeOrigin
  /** The call that wrote it, if it wrote it in the turn that is under way. */
  readonly writer?: string
}

/**
 * What is known of a file by any of its names. `born` and `changed` are the file's own times (epoch
 * milliseconds), for what was fetched without saying under which name.
 */
export const originOf = (
  state: Origins,
  session: string,
  names: ReadonlyArray<PathRef>,
  times?: { readonly born: number; readonly changed: number },
): Found => {
  const known = held(state, session)
  if (known === undefined) return {}
  const folders = foldersIn(known.files)
  let found: Found = {}
  for (const name of names) {
    const key = pathKey(name)
    if (key === undefined) continue
    const mark = markOf(known.files, folders, key)
    const window = known.windows.find(
      (one) => isIn(key, one.folder) && times !== undefined && isWhile(one, times),
    )
    const writer = [mark, window].find((one) => one?.call !== undefined && one.at > known.turn)
    const fetched = mark?.is === 'downloaded' || (window !== undefined && mark?.whole !== true)
    const origin = fetched ? 'downloaded' : mark?.is
    found = {
      ...found,
      ...(origin === undefined || found.origin === 'downloaded' ? {} : { origin }),
      ...(writer?.call === undefined ? {} : { writer: writer.call }),
    }
  }
  return found
}

export const origins: Projection<Origins> = {
  id: 'origins',
  version: 3,
  initial: () => ({ sessions: {}, count: 0 }),
  isState: Schema.is(Origins),
  step: (state, entry) => {
    const { event, session } = entry
    if (session === null) return state
    if (event._tag === 'DecisionMade') {
      if (event.enforced && event.verdict === 'deny') return state
      const { action, observed } = event.receipt
      return wrote(state, session, { action, observed, call: event.toolUseId, entry })
    }
    if (event._tag === 'InputSwapped') {
      const { action, observed, toolUseId } = event
      return wrote(state, session, { action, observed, call: toolUseId, entry })
    }
    if (event._tag === 'HookReceived' && event.kind === 'prompt')
      return newTurn(state, session, entry)
    return event._tag === 'ToolFinished' ? ended(state, session, event.toolUseId, entry) : state
  },
}

const replaced = (state: Origins, session: string, files: SessionFiles): Origins => {
  const sessions = state.sessions as Record<string, SessionFiles>
  sessions[sessionKey(session)] = files
  return state
}

const newTurn = (state: Origins, session: string, { index, time }: Entry): Origins => {
  const known = held(state, session)
  if (known === undefined) return state
  const windows = closed(known.windows, time, () => true)
  return replaced(state, session, { ...known, windows, turn: index, last: index })
}

const ended = (state: Origins, session: string, call: string, { time }: Entry): Origins => {
  const known = held(state, session)
  if (known === undefined || !known.windows.some(({ until }) => until === null)) return state
  const windows = closed(known.windows, time, (one) => one.call === call)
  return replaced(state, session, { ...known, windows })
}

interface Written {
  readonly action: Action
  readonly observed: Observed
  readonly call: string | undefined
  readonly entry: Entry
}

const wrote = (state: Origins, session: string, written: Written): Origins => {
  const { action } = written
  const writes = action.effects.filter((effect) => isWrite(effect, action))
  if (writes.length === 0) return state
  const known = held(state, session)
  const { sessions } = replaced(state, session, marked(known ?? NONE(), writes, written))
  const count = known === undefined ? state.count + 1 : state.count
  const table = sessions as Record<string, SessionFiles>
  return {
    sessions,
    count: count > MOST_SESSIONS ? dropOldest(table, MOST_SESSIONS, ({ last }) => last) : count,
  }
}

const NONE = (): SessionFiles => ({ files: {}, count: 0, windows: [], turn: -1, last: -1 })

/** The session's files after one call's writes. Linear in them: a call may name very many. */
const marked = (
  before: SessionFiles,
  writes: ReadonlyArray<ActionEffect>,
  { action, observed, entry, ...written }: Written,
): SessionFiles => {
  const files = before.files as Record<string, Mark>
  const call = written.call === undefined ? {} : { call: written.call.slice(0, 128) }
  const cwd = pathKey(observed.cwd)
  const windows = [...before.windows]
  let { count } = before
  let folders = foldersIn(files)
  const known = new Map<string, boolean>()

  const isDownloaded = (key: string): boolean => {
    const held = known.get(key)
    if (held !== undefined) return held
    const mark = markOf(files, folders, key)
    const is =
      mark === undefined
        ? windows.some((one) => one.own && isIn(key, one.folder))
        : mark.is === 'downloaded'
    known.set(key, is)
    return is
  }
  const isFolder = (key: string): boolean =>
    markOf(files, folders, key)?.below === true ||
    windows.some((one) => one.own && one.folder === key)
  const mark = (path: string, is: CodeOrigin, more: Partial<Mark>): void => {
    const key = storedUnder(path)
    const isCut = key !== path
    // Of a folder that stands for a path too long to keep, only the worse is worth remembering.
    if (isCut && is !== 'downloaded') return
    if (!Object.hasOwn(files, key)) count += 1
    files[key] = { is, at: entry.index, ...call, ...more, ...(isCut ? { below: true } : {}) }
    known.set(key, is === 'downloaded')
    const isFull = count > MOST_FILES
    if (isFull) count = dropOldest(files, MOST_FILES, age)
    if (!isFull && files[key].below !== true) return
    folders = foldersIn(files)
    known.clear()
  }
  const fetchedInto = (path: string, own: boolean): void => {
    const folder = storedUnder(path)
    windows.push({
      folder,
      own: own && folder === path,
      at: entry.index,
      ...call,
      from: entry.time,
      // Of a call without a name no end is reported.
      until: call.call === undefined ? entry.time + LONGEST_RUN : null,
    })
    for (const key of known.keys()) if (isIn(key, folder)) known.delete(key)
  }

  for (const effect of writes) {
    const key = pathOf(effect)
    if (key === undefined) continue
    const moved = effect.by === 'mv' ? movedBy(effect, action) : []
    const fetched = isFetched(effect, action, isDownloaded)
    const earlier = markOf(files, folders, key)
    const isWritten = action.tool === 'Write'
    const stays = !isWritten && earlier?.is === 'downloaded'
    const is = fetched || stays ? 'downloaded' : 'written'
    // What the agent adds to its own text is its own; what it makes of a fetched one is not.
    const whole = isWritten || (is === 'written' && moved.length === 0 && earlier?.whole === true)
    const below = moved.some(isFolder) ? { below: true as const } : {}
    mark(key, is, { ...(whole ? { whole: true as const } : {}), ...below })
    for (const from of moved) mark(`${key}/${from.slice(from.lastIndexOf('/') + 1)}`, is, below)
    if (fetched) fetchedInto(key, effect.by !== 'mv' && (cwd === undefined || !isIn(cwd, key)))
  }
  return { files, count, windows: joined(windows), turn: before.turn, last: entry.index }
}

/** Milliseconds. */
const LONGEST_RUN = 600_000

/** What was fetched is remembered for longest. */
const age = ({ at, is }: Mark): number => (is === 'downloaded' ? at : at - Number.MAX_SAFE_INTEGER)
