// The files that instruct the agent over the control socket: shown, checked, trusted as they were shown,
// and forgotten where they are gone.
import * as Effect from 'effect/Effect'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import {
  MOST_TRUSTED_AT_ONCE,
  MOST_TRUSTED_BYTES,
  type SkillLine,
  type SkillReport,
} from '../../domain/control/skills.ts'
import { SkillDropped, SkillTrusted } from '../../domain/event/event.ts'
import type { EntryTooLarge } from '../../domain/event/envelope.ts'
import { itemKey } from '../../domain/skills/item.ts'
import { countsOf, type SkillFinding } from '../../domain/skills/trust.ts'
import { trustedHash, trustedItems } from '../../projections/skills.ts'
import type { StoreFailure } from '../store/errors.ts'
import type { Change } from './changes.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import type { LookedSkills, LookFor, Skills } from './skills.ts'
import { named } from '../files/named.ts'

/** A check that somebody asked for waits so long for new files to be looked through. Milliseconds. */
const SCAN_MS = 3000

const usage = (message: string, remedy?: string) =>
  new ControlFailure({
    kind: 'usage',
    message,
    ...(remedy === undefined ? {} : { remedy }),
    exit: 2,
  })

/** Paths of a request: whoever reaches the socket sent them. */
const whereOf = ({
  project,
  file,
}: Params<'skill.list'>): Result.Result<LookFor, ControlFailure> => {
  for (const one of [project, file])
    if (one !== undefined && (!path.isAbsolute(one) || one.includes('\0')))
      return Result.fail(usage('a folder or file is named by its absolute path'))
  return Result.succeed({
    ...(project === undefined ? {} : { start: path.resolve(project) }),
    ...(file === undefined ? {} : { loaded: [path.resolve(file)] }),
  })
}

const lineOf = (skills: Skills, finding: SkillFinding): SkillLine => {
  const score = skills.scoreOf(finding.item)
  return {
    ...finding,
    file: skills.fileOf(finding.item.path) ?? '',
    ...(score === undefined ? {} : { injection: score }),
  }
}

const ORDER: Readonly<Record<SkillFinding['status'], number>> = {
  modified: 0,
  unknown: 1,
  missing: 2,
  matched: 3,
}

const byConcern = (a: SkillLine, b: SkillLine): number =>
  Number(b.code !== undefined) - Number(a.code !== undefined) ||
  ORDER[a.status] - ORDER[b.status] ||
  (a.file < b.file ? -1 : 1)

const reportOf = (
  { skills, log }: ControlContext,
  project: string | null,
  { findings, first }: Pick<LookedSkills, 'findings' | 'first'>,
  began: number,
): SkillReport => ({
  project,
  counts: countsOf(findings),
  skills: findings.map((finding) => lineOf(skills, finding)).sort(byConcern),
  first: first.length,
  enforced: log.projected().gate.mode === 'enforce',
  tookMs: Math.round(10 * (performance.now() - began)) / 10,
})

export const skillList = (
  params: Params<'skill.list'>,
  context: ControlContext,
): Effect.Effect<ResultOf<'skill.list'>, ControlFailure> =>
  Effect.map(Effect.fromResult(whereOf(params)), (where) => {
    const began = performance.now()
    return reportOf(context, where.start ?? null, context.skills.look(where), began)
  })

export const skillCheck = Effect.fnUntraced(function* (
  params: Params<'skill.check'>,
  context: ControlContext,
): Effect.fn.Return<ResultOf<'skill.check'>, ControlFailure> {
  if (context.running === null) return yield* skillList(params, context)
  const { skills } = context
  const where = yield* Effect.fromResult(whereOf(params))
  return yield* Effect.tryPromise({
    try: async () => {
      const began = performance.now()
      const looked = await skills.check(where, null)
      const report = reportOf(context, where.start ?? null, looked, began)
      await skills.scan(looked, null, 'skill check', SCAN_MS)
      return {
        ...report,
        skills: report.skills.map((line) => ({ ...line, ...lineOf(skills, line) })),
      }
    },
    catch: (error) => controlFailureOf(error as StoreFailure | EntryTooLarge),
  })
})

/** Folders of the manifest that are looked through. */
const MOST_FOLDERS = 256

export const skillVerify = (
  context: ControlContext,
): Effect.Effect<ResultOf<'skill.verify'>, ControlFailure> =>
  Effect.sync(() => {
    const began = performance.now()
    const { skills, log } = context
    const known = trustedItems(log.projected().skills)
    const folders = new Set(
      known.flatMap(({ level, in: folder }) =>
        level === 'project' ? (skills.fileOf(folder) ?? []) : [],
      ),
    )
    const findings = new Map<string, SkillFinding>()
    const add = (all: ReadonlyArray<SkillFinding>): void => {
      for (const finding of all) {
        const key = itemKey(finding.item)
        if (key !== undefined && !findings.has(key)) findings.set(key, finding)
      }
    }
    const user = skills.look({})
    add(user.findings)
    for (const start of [...folders].slice(0, MOST_FOLDERS)) add(skills.look({ start }).findings)
    return reportOf(context, null, { findings: [...findings.values()], first: user.first }, began)
  })

const CHANGED = new ControlFailure({
  kind: 'skill-changed',
  message: 'a file is not what was shown any longer',
  remedy: 'isonapse hook skill check, and look again',
  exit: 1,
})

/** What is trusted is what was shown, to the byte: whoever changes it meanwhile gains nothing. */
export const draftTrust = (
  { items, ...params }: Params<'skill.trust'>,
  { skills, log }: ControlContext,
): Result.Result<Change, ControlFailure> =>
  Result.gen(function* () {
    if (items.length > MOST_TRUSTED_AT_ONCE || sizeOf(items) > MOST_TRUSTED_BYTES)
      return yield* Result.fail(
        usage('more than one entry of the log holds', 'trust fewer at once'),
      )
    const { findings } = skills.look(yield* whereOf(params))
    const now = new Map(
      findings.flatMap(({ item, status }) =>
        status === 'missing' ? [] : [[itemKey(item), item] as const],
      ),
    )
    for (const item of items) {
      const found = now.get(itemKey(item))
      if (found === undefined || !isSame(found, item)) return yield* Result.fail(CHANGED)
    }
    const state = log.projected().skills
    const isNew = items.some((item) => trustedHash(state, itemKey(item) ?? '') !== item.hash)
    return { event: isNew ? new SkillTrusted({ items }) : undefined, chunks: [] }
  })

const sizeOf = (items: unknown): number => Buffer.byteLength(JSON.stringify(items))

const isSame = (a: Params<'skill.trust'>['items'][number], b: typeof a): boolean =>
  a.hash === b.hash &&
  a.level === b.level &&
  JSON.stringify([a.path, a.in]) === JSON.stringify([b.path, b.in])

/** Only what is gone is forgotten: of a file that is there the change would be lost from sight. */
export const draftDrop = (
  { items }: Params<'skill.drop'>,
  { skills, log }: ControlContext,
): Result.Result<Change, ControlFailure> =>
  Result.gen(function* () {
    if (sizeOf(items) > MOST_TRUSTED_BYTES)
      return yield* Result.fail(usage('more than one entry of the log holds', 'drop fewer at once'))
    const state = log.projected().skills
    for (const item of items) {
      const file = skills.fileOf(item.path)
      if (trustedHash(state, itemKey(item) ?? '') === undefined || file === undefined)
        return yield* Result.fail(usage('something to drop was never trusted'))
      if (item.kind !== 'folder' && isThere(file)) return yield* Result.fail(CHANGED)
    }
    return { event: items.length === 0 ? undefined : new SkillDropped({ items }), chunks: [] }
  })

const isThere = (file: string): boolean => {
  try {
    return named.statSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

/** The log's own word on a place follows what was just trusted there. */
export const afterTrust = (
  params: Pick<Params<'skill.trust'>, 'project' | 'file'>,
  { skills }: ControlContext,
): Effect.Effect<void, ControlFailure> =>
  Effect.flatMap(Effect.fromResult(whereOf(params)), (where) =>
    Effect.tryPromise({
      try: async () => void (await skills.check(where, null)),
      catch: (error) => controlFailureOf(error as StoreFailure | EntryTooLarge),
    }),
  )
