// Changes of files that instruct the agent or that the policy monitors, told after each call with what they
// replaced. What a call names is looked at before and after it; where it runs something that is not all
// read, every such file is. None of it holds an answer up: it is looked for once that is out, and recorded
// after that.
import * as path from 'node:path'
import { refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import type { Judgement } from '../../domain/gate.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { type Reach, reachOf } from '../../domain/integrity/reach.ts'
import { isNamedBy, type PathPattern } from '../../domain/policy/pattern.ts'
import type { SkillKind } from '../../domain/skills/item.ts'
import { type ContentChange, makeContents } from '../integrity/contents.ts'
import { isNew, type Listed, listed, withoutOlder } from '../integrity/listed.ts'
import { monitoredFiles } from '../integrity/monitoredFiles.ts'
import { type FoundChange, makeSelfRecords, type SelfRecordsOptions } from './selfRecords.ts'
import type { Skills } from './skills.ts'

export interface SelfChangesOptions extends SelfRecordsOptions {
  readonly skills: Pick<Skills, 'startOf' | 'instructing'>
  /** Of the policy in force. */
  readonly monitored: () => ReadonlyArray<PathPattern>
}

export interface SelfChanges {
  /** Of a call that is let go, before it is: what it may change is looked at. Synchronous, and never throws. */
  readonly before: (event: HookEvent, judged: Judgement, place: Place) => void
  /**
   * Of every event, once its answer is made. Returns at once, and never throws. `isSwapped`: what ran is not
   * what was decided on.
   */
  readonly after: (event: HookEvent, place: Place, isSwapped?: boolean) => void
  /** The gate is about to put the file back: what it holds now is told first. */
  readonly seen: (file: string, session: string) => void
  /** A human, or the gate, put the file back, which the log tells for itself: it is no change of the agent's. */
  readonly putBack: (file: string) => void
  /** Resolves when all that was found is in the log. */
  readonly settled: () => Promise<void>
}

interface Sweep {
  readonly event: HookEvent
  readonly place: Place
  readonly useId: string | undefined
}

/** After all files were looked at none is for so many times as long: calls may wait meanwhile. */
const REST = 19

/** Folders that sessions were started in, sessions that wait for a sweep, and calls whose end is waited for. */
const MOST_STARTS = 64
const MOST_DUE = 64
const MOST_CALLS = 1024
/** Files that calls named and no folder lists. */
const MOST_NAMED = 512

/** The client's own state, which it writes all the time; what of it runs something is checked elsewhere. */
const CLIENT_STATE = '.claude.json'

const INSTRUCTING = /(?:^|\/)(?:\.claude(?:\/.*)?|CLAUDE(?:\.local)?\.md|AGENTS\.md|\.mcp\.json)$/s

/** The client loads these from any folder that it comes by. */
const ANYWHERE = /(?:^|\/)(?:CLAUDE(?:\.local)?\.md|AGENTS\.md)$/s

export const makeSelfChanges = (options: SelfChangesOptions): SelfChanges => {
  const { skills } = options
  const contents = makeContents()
  /** By the folder that a session was started in. */
  const listedBy = new Map<string, Listed>()
  const named = new Set<string>()
  const reaches = new Map<string, Reach>()
  /** The latest call of a session that ended: what is seen next is seen after it. */
  const lastCall = new Map<string, string>()
  const records = makeSelfRecords(options)

  const list = (start: string, place: Place): Listed => {
    const at = Date.now()
    const patterns = options.monitored()
    const files = new Map<string, SkillKind | undefined>()
    for (const file of monitoredFiles(patterns, place)) files.set(file, undefined)
    for (const [file, kind] of skills.instructing(start))
      if (path.basename(file) !== CLIENT_STATE) files.set(file, kind)
    return listed({ files, patterns, at })
  }

  /** What no folder lists any longer is not held. */
  const forget = (files: Iterable<string>): void => {
    for (const file of files)
      if (!named.has(file) && ![...listedBy.values()].some((one) => one.files.has(file)))
        contents.forget(file)
  }

  const keep = (start: string, now: Listed): void => {
    listedBy.delete(start)
    listedBy.set(start, now)
    if (listedBy.size <= MOST_STARTS) return
    const [oldest, { files }] = listedBy.entries().next().value!
    listedBy.delete(oldest)
    forget(files.keys())
  }

  /** All that is there, for the first time or again. */
  const lookAtAll = (start: string, place: Place): ReadonlyArray<FoundChange> => {
    const before = listedBy.get(start)
    const now = list(start, place)
    const found: Array<FoundChange> = []
    const add = (file: string, kind: SkillKind | undefined, change: ContentChange | undefined) =>
      void (change !== undefined && found.push({ ...change, file, kind }))
    for (const [file, kind] of now.files) {
      const isListed = before === undefined || before.files.has(file) || contents.has(file)
      if (isListed || !isNew(file, kind, before, now)) add(file, kind, contents.look(file))
      else add(file, kind, withoutOlder(file, contents.lookAtNew(file), before))
    }
    const gone: Array<string> = []
    let carried = 0
    for (const [file, kind] of before?.files ?? [])
      if (!now.files.has(file)) {
        add(file, kind, contents.look(file))
        // One that is there is still watched over, whatever names it no more.
        if (contents.isThere(file) && (carried += 1) <= MOST_NAMED) now.files.set(file, kind)
        else gone.push(file)
      }
    keep(start, now)
    forget(gone)
    return found
  }

  const lookAtSome = (
    files: ReadonlyArray<string>,
    start: string,
    place: Place,
  ): ReadonlyArray<FoundChange> => {
    const known = listedBy.get(start)
    const patterns = options.monitored()
    return files.flatMap((file) =>
      [file, ...(known?.names.get(file) ?? [])].flatMap((name) => {
        const isListed = known?.files.has(name) === true
        if (!isListed && !ANYWHERE.test(name) && !isNamedBy(patterns, refOf(name, place))) return []
        if (!isListed) remember(named, name)
        const change = contents.look(name)
        const kind = isListed
          ? known.files.get(name)
          : ANYWHERE.test(name)
            ? INSTRUCTIONS
            : undefined
        return change === undefined ? [] : [{ ...change, file: name, kind }]
      }),
    )
  }

  const remember = (set: Set<string>, file: string): void => {
    set.delete(file)
    set.add(file)
    if (set.size <= MOST_NAMED) return
    const [oldest] = set as Iterable<string> as [string]
    set.delete(oldest)
    forget([oldest])
  }

  const lookFor = (reach: Reach, start: string, place: Place): ReadonlyArray<FoundChange> => {
    if (reach === 'nothing') return []
    const known = listedBy.get(start)
    // A new file that instructs is found where all of them are listed, and so is what a folder held.
    const isAll =
      reach === 'anything' ||
      known === undefined ||
      reach.some(
        (file) => known.folders.has(file) || (INSTRUCTING.test(file) && !known.files.has(file)),
      )
    const some = reach === 'anything' ? [] : lookAtSome(reach, start, place)
    return isAll ? [...some, ...lookAtAll(start, place)] : some
  }

  const sweep = ({ event, place, useId }: Sweep, reach: Reach): void => {
    try {
      records.add(lookFor(reach, skills.startOf(event), place), event.session, useId)
    } catch (error) {
      options.onFailure(`files that instruct the agent were not looked at: ${String(error)}`)
    }
  }

  /** Sweeps of all files that are to come, by session: the latest stands for those before it. */
  const due = new Map<string, Sweep>()
  let restUntil = 0
  let timer: NodeJS.Timeout | undefined

  const sweepNext = (): void => {
    timer = undefined
    const [session, one] = due.entries().next().value ?? []
    if (session === undefined || one === undefined) return
    due.delete(session)
    const began = performance.now()
    sweep(one, 'anything')
    // What is seen from here on was changed after that.
    if (BETWEEN.has(one.event.kind)) lastCall.delete(session)
    const ended = performance.now()
    restUntil = ended + REST * (ended - began)
    wait()
  }

  const wait = (): void => {
    if (due.size > 0)
      timer ??= setTimeout(sweepNext, Math.max(0, restUntil - performance.now())).unref()
  }

  const schedule = (one: Sweep, reach: Reach): void => {
    if (reach !== 'anything') return void setImmediate(sweep, one, reach)
    const { session } = one.event
    // What the call before may have changed is not the user's, who speaks before it was looked for.
    const useId = one.useId ?? due.get(session)?.useId
    rememberIn(due, session, { ...one, useId }, MOST_DUE)
    wait()
  }

  const lookBefore = (event: HookEvent, reach: Reach, place: Place): void => {
    const start = skills.startOf(event)
    if (!listedBy.has(start)) records.add(lookAtAll(start, place), event.session, undefined)
    if (reach !== 'anything' && reach !== 'nothing')
      records.add(lookAtSome(reach, start, place), event.session, lastCall.get(event.session))
  }

  return {
    before: (event, judged, place) => {
      if (event.kind !== 'tool.before') return
      const { useId } = event.call
      try {
        const reach = reachOf(judged.action, place)
        if (reach === 'nothing') return
        if (useId !== undefined) rememberIn(reaches, `${event.session} ${useId}`, reach, MOST_CALLS)
        lookBefore(event, reach, place)
      } catch (error) {
        options.onFailure(`files that instruct the agent were not looked at: ${String(error)}`)
      }
    },
    after: (event, place, isSwapped = false) => {
      const { kind, session } = event
      const isCall = kind === 'tool.after' || kind === 'tool.failed'
      if (!isCall) {
        if (BETWEEN.has(kind)) schedule({ event, place, useId: undefined }, 'anything')
        return
      }
      const { useId } = event.call
      const key = `${session} ${useId ?? ''}`
      // Of a call that was not seen before it ran nobody knows what it does, nor of another input.
      const reach = isSwapped ? 'anything' : (reaches.get(key) ?? reachOfUnseen(event))
      reaches.delete(key)
      if (reach === 'nothing') return
      if (useId !== undefined) rememberIn(lastCall, session, useId, MOST_STARTS)
      schedule({ event, place, useId }, reach)
    },
    seen: (file, session) => {
      const change = contents.has(file) ? contents.look(file) : contents.lookAtNew(file)
      if (change !== undefined)
        records.add([{ ...change, file, kind: 'settings' }], session, lastCall.get(session))
    },
    putBack: (file) => void contents.look(file),
    settled: async () => {
      // What was scheduled before this is found first.
      await new Promise((resolve) => setImmediate(resolve))
      clearTimeout(timer)
      while (due.size > 0) sweepNext()
      clearTimeout(timer)
      timer = undefined
      await records.settled()
    },
  }
}

const INSTRUCTIONS: SkillKind = 'instructions'

/** When the user acts, and when the agent rests: what was changed until then was changed between calls. */
const BETWEEN: ReadonlySet<HookEvent['kind']> = new Set<HookEvent['kind']>([
  'session.start',
  'session.end',
  'prompt',
  'stop',
])

const reachOfUnseen = (event: HookEvent): Reach =>
  'call' in event && LOOKING.has(event.call.name) ? 'nothing' : 'anything'

const LOOKING: ReadonlySet<string> = new Set([
  'Read',
  'Grep',
  'Glob',
  'LS',
  'WebFetch',
  'WebSearch',
])

const rememberIn = <A>(map: Map<string, A>, key: string, value: A, most: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value!)
}
