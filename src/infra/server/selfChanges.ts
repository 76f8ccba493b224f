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
import { makeContents } from '../integrity/contents.ts'
import { monitoredFiles } from '../integrity/monitoredFiles.ts'
import { type FoundChange, makeSelfRecords, type SelfRecordsOptions } from './selfRecords.ts'
import type { Skills } from './skills.ts'

export interface SelfChangesOptions extends SelfRecordsOptions {
  readonly skills: Pick<Skills, 'startOf' | 'instructing'>
  /** Of the policy in force. */
  readonly monitored: () => ReadonlyArray<PathPattern>
}

export interface SelfChanges {
  /** Of a call that is let go, before it is: what it may change is looked at. Synchronous. */
  readonly before: (event: HookEvent, judged: Judgement, place: Place) => void
  /** Of every event, once its answer is made. Returns at once, and never throws. */
  readonly after: (event: HookEvent, place: Place) => void
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

/** Folders that sessions were started in, and calls whose end is waited for. */
const MOST_STARTS = 64
const MOST_CALLS = 1024

/** The client's own state, which it writes all the time; what of it runs something is checked elsewhere. */
const CLIENT_STATE = '.claude.json'

const INSTRUCTING = /(?:^|\/)(?:\.claude\/.*|CLAUDE(?:\.local)?\.md|AGENTS\.md|\.mcp\.json)$/s

export const makeSelfChanges = (options: SelfChangesOptions): SelfChanges => {
  const { skills } = options
  const contents = makeContents()
  /** By the folder that a session was started in, its files: what is not among them is new. */
  const filesOf = new Map<string, Map<string, SkillKind | undefined>>()
  const reaches = new Map<string, Reach>()
  /** The latest call of a session that ended: what is seen next is seen after it. */
  const lastCall = new Map<string, string>()
  const records = makeSelfRecords(options)

  const isMonitored = (file: string, place: Place): boolean =>
    isNamedBy(options.monitored(), refOf(file, place))

  const list = (start: string, place: Place): Map<string, SkillKind | undefined> => {
    const files = new Map<string, SkillKind | undefined>()
    for (const file of monitoredFiles(options.monitored(), place)) files.set(file, undefined)
    for (const [file, kind] of skills.instructing(start))
      if (path.basename(file) !== CLIENT_STATE) files.set(file, kind)
    return files
  }

  /** All that is there, for the first time or again. */
  const lookAtAll = (start: string, place: Place): ReadonlyArray<FoundChange> => {
    const before = filesOf.get(start)
    const now = list(start, place)
    filesOf.delete(start)
    filesOf.set(start, now)
    if (filesOf.size > MOST_STARTS) filesOf.delete(filesOf.keys().next().value!)
    const found: Array<FoundChange> = []
    for (const [file, kind] of now) {
      const change = before === undefined ? contents.look(file) : contents.lookAtNew(file)
      if (change !== undefined) found.push({ ...change, file, kind })
    }
    for (const [file, kind] of before ?? [])
      if (!now.has(file)) {
        const change = contents.look(file)
        if (change !== undefined) found.push({ ...change, file, kind })
        // Gone for now: it is new when it comes back.
        now.set(file, kind)
      }
    return found
  }

  const lookAtSome = (
    files: ReadonlyArray<string>,
    start: string,
    place: Place,
  ): ReadonlyArray<FoundChange> => {
    const known = filesOf.get(start)
    return files.flatMap((file) => {
      if (known?.has(file) !== true && !isMonitored(file, place)) return []
      const change = contents.look(file)
      return change === undefined ? [] : [{ ...change, file, kind: known?.get(file) }]
    })
  }

  const lookFor = (reach: Reach, start: string, place: Place): ReadonlyArray<FoundChange> => {
    if (reach === 'nothing') return []
    const known = filesOf.get(start)
    // A new file that instructs is found where all of them are listed.
    const isAll =
      reach === 'anything' ||
      reach.some((file) => INSTRUCTING.test(file) && known?.has(file) !== true)
    return isAll ? lookAtAll(start, place) : lookAtSome(reach, start, place)
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

  const sweepAll = (): void => {
    clearTimeout(timer)
    timer = undefined
    const began = performance.now()
    const all = [...due.values()]
    due.clear()
    for (const one of all) sweep(one, 'anything')
    const ended = performance.now()
    restUntil = ended + REST * (ended - began)
  }

  const schedule = (one: Sweep, reach: Reach): void => {
    if (reach !== 'anything') return void setImmediate(sweep, one, reach)
    due.set(one.event.session, one)
    timer ??= setTimeout(sweepAll, Math.max(0, restUntil - performance.now())).unref()
  }

  return {
    before: (event, judged, place) => {
      if (event.kind !== 'tool.before') return
      const { useId } = event.call
      const reach = reachOf(judged.action, place)
      if (reach === 'nothing') return
      const start = skills.startOf(event)
      if (!filesOf.has(start)) records.add(lookAtAll(start, place), event.session, undefined)
      if (reach !== 'anything')
        records.add(lookAtSome(reach, start, place), event.session, lastCall.get(event.session))
      if (useId === undefined) return
      remember(reaches, `${event.session} ${useId}`, reach, MOST_CALLS)
    },
    after: (event, place) => {
      const { kind, session } = event
      const ended = kind === 'tool.after' || kind === 'tool.failed' ? event.call.useId : undefined
      const key = `${session} ${ended ?? ''}`
      const isCall = kind === 'tool.after' || kind === 'tool.failed'
      // Of a call that was not seen before it ran nobody knows what it does.
      const reach: Reach = isCall ? (reaches.get(key) ?? reachOfUnseen(event)) : 'anything'
      if (isCall) reaches.delete(key)
      if (ended !== undefined) remember(lastCall, session, ended, MOST_STARTS)
      if (!isCall && !BETWEEN.has(kind)) return
      if (reach === 'nothing') return
      schedule({ event, place, useId: ended }, reach)
    },
    settled: async () => {
      // What was scheduled before this is found first.
      await new Promise((resolve) => setImmediate(resolve))
      sweepAll()
      await records.settled()
    },
  }
}

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

const remember = <A>(map: Map<string, A>, key: string, value: A, most: number): void => {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value!)
}
