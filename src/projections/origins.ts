// Whose the files are that a session's calls wrote: the agent's own text, or something fetched from
// the network. What a later call runs is told apart by it. Bounded by session and by file: what is
// dropped counts as nobody's, as every file does that no call of the session was seen to write.
import * as Schema from 'effect/Schema'
import type { Action, Observed } from '../domain/action/action.ts'
import type { PathRef } from '../domain/action/place.ts'
import { CodeOrigin } from '../domain/action/sources.ts'
import type { Entry } from '../domain/event/envelope.ts'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'
import { isFetched, isWrite, keyOf, movedBy, pathOf } from './writing.ts'

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

/** A call fetched into a folder, under names that nobody knows: told by when a file was born. */
const Window = Schema.Struct({
  folder: Schema.String,
  /** The folder is not one that the call worked in: all that is read from it counts as fetched. */
  own: Schema.Boolean,
  at: Schema.Int,
  call: Schema.optionalKey(Schema.String),
  /** Epoch milliseconds; null while the call runs. */
  from: Schema.Finite,
  until: Schema.NullOr(Schema.Finite),
})
type Window = typeof Window.Type

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
const MOST_WINDOWS = 64

const sessionKey = (session: string): string => `/${session}`

/** The path and the folders it lies in, the nearest first. */
function* upwards(key: string): Generator<string> {
  for (let at = key; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) yield at
}

const isIn = (key: string, folder: string): boolean =>
  folder === '/' ? key.startsWith('/') : key === folder || key.startsWith(`${folder}/`)

const held = (state: Origins, session: string | null): SessionFiles | undefined => {
  const key = sessionKey(session ?? '')
  return Object.hasOwn(state.sessions, key) ? state.sessions[key] : undefined
}

/** Of the path itself, or of a folder on its way that was moved there. */
const markOf = (files: SessionFiles['files'], key: string): Mark | undefined => {
  for (const at of upwards(key)) {
    const mark = Object.hasOwn(files, at) ? files[at]! : undefined
    if (mark !== undefined && (at === key || mark.below === true)) return mark
  }
  return undefined
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
  let found: Found = {}
  for (const name of names) {
    const key = keyOf(name)
    if (key === undefined) continue
    const mark = markOf(known.files, key)
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

/** File systems keep whole seconds at worst. */
const SLACK = 1000

const isWhile = (
  { from, until }: Window,
  { born, changed }: { readonly born: number; readonly changed: number },
): boolean =>
  [born, changed].some((time) => time >= from - SLACK && (until === null || time <= until + SLACK))

export const origins: Projection<Origins> = {
  id: 'origins',
  version: 1,
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

const closed = (
  windows: SessionFiles['windows'],
  time: number,
  ends: (window: Window) => boolean,
): SessionFiles['windows'] =>
  windows.map((one) => (one.until === null && ends(one) ? { ...one, until: time } : one))

const newTurn = (state: Origins, session: string, { index, time }: Entry): Origins => {
  const known = held(state, session)
  if (known === undefined) return state
  const windows = closed(known.windows, time, () => true)
  return replaced(state, session, { ...known, windows, turn: index })
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

const NONE: Omit<SessionFiles, 'files'> = { count: 0, windows: [], turn: -1, last: -1 }

const wrote = (state: Origins, session: string, written: Written): Origins => {
  const { action, observed, entry } = written
  const writes = action.effects.filter((effect) => isWrite(effect, action))
  if (writes.length === 0) return state
  const known = held(state, session)
  const { files: before, windows: earlier, turn, ...rest } = known ?? { ...NONE, files: {} }
  const files = before as Record<string, Mark>
  const call = written.call === undefined ? {} : { call: written.call.slice(0, 128) }
  const cwd = keyOf(observed.cwd)
  const windows = [...earlier]
  let { count } = rest
  const mark = (key: string, is: CodeOrigin, more: Partial<Mark>): void => {
    if (!Object.hasOwn(files, key)) count += 1
    files[key] = { is, at: entry.index, ...call, ...more }
    if (count > MOST_FILES) count = dropOldest(files, MOST_FILES, age)
  }
  for (const effect of writes) {
    const key = pathOf(effect)
    if (key === undefined) continue
    const whole = action.tool === 'Write'
    const moved = effect.by === 'mv' ? movedBy(effect, action) : []
    const fetched = isFetched(effect, action, (one) => isDownloaded(one, { files, windows }))
    const stays = !whole && markOf(files, key)?.is === 'downloaded'
    const is = fetched || stays ? 'downloaded' : 'written'
    const folder = moved.some((from) => isFolder(from, { files, windows }))
    const below = folder ? { below: true as const } : {}
    mark(key, is, { ...(whole ? { whole: true as const } : {}), ...below })
    for (const from of moved) mark(`${key}/${from.slice(from.lastIndexOf('/') + 1)}`, is, below)
    if (fetched && effect.by !== 'mv')
      windows.push({
        folder: key,
        own: cwd === undefined || !isIn(cwd, key),
        at: entry.index,
        ...call,
        from: entry.time,
        // Of a call without a name no end is reported.
        until: call.call === undefined ? entry.time + LONGEST_RUN : null,
      })
  }
  const all = known === undefined ? state.count + 1 : state.count
  const kept = windows.slice(-MOST_WINDOWS)
  const { sessions } = replaced(state, session, {
    files,
    count,
    windows: kept,
    turn,
    last: entry.index,
  })
  const table = sessions as Record<string, SessionFiles>
  return {
    sessions,
    count: all > MOST_SESSIONS ? dropOldest(table, MOST_SESSIONS, ({ last }) => last) : all,
  }
}

type Files = Pick<SessionFiles, 'files' | 'windows'>

const isFolder = (key: string, { files, windows }: Files): boolean =>
  markOf(files, key)?.below === true || windows.some((one) => one.own && one.folder === key)

const isDownloaded = (key: string, { files, windows }: Files): boolean => {
  const mark = markOf(files, key)
  if (mark !== undefined) return mark.is === 'downloaded'
  return windows.some((one) => one.own && isIn(key, one.folder))
}

/** Milliseconds. */
const LONGEST_RUN = 600_000

/** What was fetched is remembered for longest. */
const age = ({ at, is }: Mark): number => (is === 'downloaded' ? at : at - Number.MAX_SAFE_INTEGER)
