// The files that instruct the agent, as a running control plane checks them: when a session starts, when
// the client loads more of them, and when a setting changes, before that is decided on. What is found goes
// into the log, where decisions have it from; the user is told once.
import { absoluteOf, normalise, refOf } from '../../domain/action/paths.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import { IntegrityViolated, SkillChecked, SkillTrusted } from '../../domain/event/event.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { InjectionAction } from '../../domain/sensitive/injection/reaction.ts'
import { itemKey, type SkillItem, type SkillKind } from '../../domain/skills/item.ts'
import { compareSkills, countsOf, type SkillFinding } from '../../domain/skills/trust.ts'
import { checkInWords } from '../../domain/skills/words.ts'
import {
  checkedPlace,
  isCheckedSession,
  MOST_UNTRUSTED,
  sessionPlace,
  type SkillsState,
  trustedHash,
  trustedItems,
  untrustedIn,
} from '../../projections/skills.ts'
import type { Scanner } from '../sensitive/Scanner.ts'
import { isReadByModel } from '../skills/clientPlaces.ts'
import { makeFileLooks } from '../skills/fileLooks.ts'
import { findSkills } from '../skills/findSkills.ts'
import type { OwnPlugin } from '../skills/guardedSettings.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { makeInjectionLook } from './skillInjection.ts'
import { makeTurns } from './turns.ts'

export interface SkillsOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly clientDirs: () => ReadonlyArray<string>
  /** The place that paths outside projects are written in. */
  readonly outside: Place
  readonly own: OwnPlugin
  readonly projectRoot: (start: string, home: string) => string
  readonly scanner: Scanner
  readonly injectionAction: () => InjectionAction
  readonly onNotice: (line: string) => void
}

/** Where to look: a folder that sessions are started in, and files besides. */
export interface LookFor {
  readonly start?: string
  readonly loaded?: ReadonlyArray<string>
}

export interface LookedSkills {
  readonly place: PathRef | null
  readonly findings: ReadonlyArray<SkillFinding>
  /** The user's own, where this is the first look at them. */
  readonly first: ReadonlyArray<SkillItem>
}

export interface Skills {
  /** Every event comes by here first; answers what the user is to be told. Rejects where the log fails. */
  readonly arrived: (event: HookEvent) => Promise<string | undefined>
  readonly look: (where: LookFor) => LookedSkills
  /** Looks, and puts what is new into the log. */
  readonly check: (where: LookFor, session: string | null) => Promise<LookedSkills>
  /** Looks through what is new; resolves when done or after `ms`. */
  readonly scan: (
    looked: LookedSkills,
    session: string | null,
    seenIn: string,
    ms: number,
  ) => Promise<void>
  /** The folder that the event's session was started in. */
  readonly startOf: (event: HookEvent) => string
  /** What instructs the agent in a session started there, or runs something: what is there now. */
  readonly instructing: (start: string) => ReadonlyMap<string, SkillKind>
  readonly scoreOf: (item: SkillItem) => number | undefined
  readonly fileOf: (path: PathRef) => string | undefined
}

/** A session's start waits no longer for what it loads to be looked through. Milliseconds. */
const SCAN_WAIT_MS = 80
/** Folders whose loaded files are remembered, and files of each. */
const MOST_PLACES = 64
const MOST_LOADED = 256
const MOST_TOLD = 1024
/** Of one entry, for what is listed in it. Bytes, far below what an entry may have. */
const MOST_ENTRY_BYTES = 40_000

export const makeSkills = (options: SkillsOptions): Skills => {
  const { log, outside } = options
  const lookAtFile = makeFileLooks(options.own)
  const injection = makeInjectionLook({
    scanner: options.scanner,
    action: options.injectionAction,
    append: log.append,
    onNotice: options.onNotice,
  })
  /** Files that the client said it loaded, by the folder of the session. */
  const loaded = new Map<string, Set<string>>()
  const told = new Map<string, string>()
  const inTurn = makeTurns()

  const look: Skills['look'] = ({ start, loaded: more = [] }) => {
    const state = log.projected().skills
    const { found, known } = findSkills({
      clientDirs: options.clientDirs(),
      ...(start === undefined
        ? {}
        : { project: { start, root: options.projectRoot(start, outside.home) } }),
      loaded: [...(start === undefined ? [] : (loaded.get(start) ?? [])), ...more],
      known: (folders) => trustedItems(state, folders),
      outside,
      look: lookAtFile,
    })
    const first = state.seen
      ? []
      : found
          .filter(({ level }) => level === 'user')
          .map(({ path, kind, hash, level, in: folder }): SkillItem => ({
            path,
            kind,
            hash,
            level,
            in: folder,
          }))
    const taken = new Map(first.map((item) => [itemKey(item), item.hash]))
    const findings = compareSkills(found, known, (key) => taken.get(key) ?? trustedHash(state, key))
    return { place: start === undefined ? null : refOf(start, outside), findings, first }
  }

  const check: Skills['check'] = (where, session) =>
    inTurn(async () => {
      const looked = look(where)
      const state = log.projected().skills
      const event = checkedOf(looked)
      if (isRecorded(state, event, session)) return looked
      const drafts: ReadonlyArray<Draft> = [
        ...firstTrusted(looked.first),
        ...violationsOf(state, event),
        event,
      ].map((one) => ({ session, event: one }))
      await log.append(drafts)
      return looked
    })

  const scan: Skills['scan'] = (looked, session, seenIn, ms) => {
    const first = new Set(looked.first.map(itemKey))
    const files = looked.findings.flatMap(({ item, status, unreadable }) => {
      const isNew = status === 'unknown' || status === 'modified' || first.has(itemKey(item))
      const file = absoluteOf(item.path, outside)
      return isNew &&
        unreadable === undefined &&
        file !== undefined &&
        isReadByModel(file, item.kind)
        ? [{ file, hash: item.hash }]
        : []
    })
    return files.length === 0
      ? Promise.resolve()
      : within(injection.scan(files, session, seenIn), ms)
  }

  /** The folder that the session was started in: later events tell where it is by now. */
  const startOf = (event: HookEvent): string => {
    const begins =
      event.kind === 'session.start' && event.source !== 'compact' && event.source !== 'clear'
    const known = begins ? undefined : sessionPlace(log.projected().skills, event.session)
    // One folder has one name here, however the client writes it.
    return (known && absoluteOf(known, outside)) ?? normalise(event.cwd, event.cwd, outside.home)
  }

  const remember = (start: string, file: string): void => {
    if (!file.startsWith('/')) return
    const files = loaded.get(start) ?? new Set<string>()
    loaded.delete(start)
    loaded.set(start, files)
    if (files.size < MOST_LOADED) files.add(normalise(file, start, outside.home))
    if (loaded.size > MOST_PLACES) loaded.delete(loaded.keys().next().value!)
  }

  /** Once a session, and again when what is wrong is something else. */
  const telling = (event: HookEvent, { findings, first }: LookedSkills): string | undefined => {
    const { gate, skills } = log.projected()
    const counts = countsOf(findings)
    const untrusted = untrustedIn(skills, event.session)
    const wrong = `${counts.modified} ${canonicalJson(untrusted ?? null)}`
    const before = told.get(event.session)
    const isQuiet =
      event.kind !== 'session.start' && counts.modified === 0 && untrusted === undefined
    if (before === wrong || (isQuiet && before !== undefined)) return undefined
    told.delete(event.session)
    told.set(event.session, wrong)
    if (told.size > MOST_TOLD) told.delete(told.keys().next().value!)
    return checkInWords({
      counts,
      untrusted,
      first: first.length,
      enforced: gate.mode === 'enforce',
    })
  }

  return {
    look,
    check,
    scan,
    startOf,
    instructing: (start) => {
      const files = new Map<string, SkillKind>()
      for (const { item, status } of look({ start }).findings) {
        const file = status === 'missing' ? undefined : absoluteOf(item.path, outside)
        if (file !== undefined && item.kind !== 'folder') files.set(file, item.kind)
      }
      return files
    },
    scoreOf: ({ hash }) => injection.scoreOf(hash),
    fileOf: (path) => absoluteOf(path, outside),
    arrived: async (event) => {
      if (!isChecked(event, log.projected().skills)) return undefined
      const start = startOf(event)
      if (event.kind === 'instructions.loaded') remember(start, event.file)
      const looked = await check({ start }, event.session)
      await scan(looked, event.session, event.name, SCAN_WAIT_MS)
      return telling(event, looked)
    },
  }
}

/** A prompt of a session whose start was not heard of is its first event that can be held back. */
const isChecked = (event: HookEvent, state: SkillsState): boolean =>
  event.kind === 'session.start' ||
  event.kind === 'instructions.loaded' ||
  event.kind === 'config.changed' ||
  (event.kind === 'prompt' && !isCheckedSession(state, event.session))

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

const firstTrusted = (items: ReadonlyArray<SkillItem>): ReadonlyArray<SkillTrusted> => {
  const events: Array<SkillTrusted> = []
  let some: Array<SkillItem> = []
  let bytes = 0
  const end = (): void => {
    if (some.length > 0) events.push(new SkillTrusted({ items: some, first: true }))
    some = []
    bytes = 0
  }
  for (const item of items) {
    const size = sizeOf(item)
    if (bytes + size > MOST_ENTRY_BYTES) end()
    some.push(item)
    bytes += size
  }
  end()
  return events
}

const checkedOf = ({ place, findings }: LookedSkills): SkillChecked => {
  const untrusted: Array<SkillChecked['untrusted'][number]> = []
  let bytes = 0
  let more = 0
  for (const { item, code } of findings) {
    if (code === undefined) continue
    const { path, kind, hash } = item
    const one = { path, kind, hash, code }
    bytes += sizeOf(one)
    if (untrusted.length < MOST_UNTRUSTED && bytes <= MOST_ENTRY_BYTES) untrusted.push(one)
    else more += 1
  }
  return new SkillChecked({
    place,
    ...countsOf(findings),
    untrusted,
    ...(more === 0 ? {} : { more }),
  })
}

const untrustedKeys = (event: SkillChecked): ReadonlyArray<string> =>
  event.untrusted.map(({ hash, code, ...item }) => `${code} ${hash} ${itemKey(item) ?? ''}`)

const recordedKeys = (state: SkillsState, place: PathRef | null): ReadonlyArray<string> =>
  (checkedPlace(state, place)?.untrusted ?? []).map(
    ({ key, hash, code }) => `${code} ${hash} ${key}`,
  )

/** The log says the same of the place already, and which place the session's is. */
const isRecorded = (state: SkillsState, event: SkillChecked, session: string | null): boolean => {
  const before = checkedPlace(state, event.place)
  if (!state.seen || before === undefined) return false
  const { matched, modified, unknown, missing, more = 0 } = event
  const own = session === null ? event.place : sessionPlace(state, session)
  return (
    pathKeyOf(own ?? null) === pathKeyOf(event.place) &&
    before.matched === matched &&
    before.modified === modified &&
    before.unknown === unknown &&
    before.missing === missing &&
    before.more === more &&
    untrustedKeys(event).join('\n') === recordedKeys(state, event.place).join('\n')
  )
}

const pathKeyOf = (place: PathRef | null): string | undefined =>
  place === null ? '' : pathKey(place)

/** One for each kind of thing that was not found untrusted there before. */
const violationsOf = (
  state: SkillsState,
  event: SkillChecked,
): ReadonlyArray<IntegrityViolated> => {
  const before = new Set(recordedKeys(state, event.place))
  const keys = untrustedKeys(event)
  const codes = event.untrusted.flatMap(({ code }, at) => (before.has(keys[at]!) ? [] : [code]))
  return [...new Set(codes)].map(
    (subject) => new IntegrityViolated({ what: 'untrusted-configuration', subject }),
  )
}

const within = (work: Promise<void>, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, ms)
    void work.then(() => {
      clearTimeout(late)
      resolve()
    })
  })
