// What is asked of the control plane to trust files: exactly those that were shown, in as many entries of
// the log as it takes.
import * as fs from 'node:fs'
import {
  MOST_TRUSTED_AT_ONCE,
  MOST_TRUSTED_BYTES,
  type SkillLine,
  type SkillReport,
} from '../../domain/control/skills.ts'
import type { SkillItem } from '../../domain/skills/item.ts'
import { printed } from '../terminal/printed.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { type AskedChange, skillDrop, skillTrust } from './change.ts'

/** What a trusted file is told by, in the order in which the log has it. */
const itemOf = ({ item: { path, kind, hash, level, in: folder } }: SkillLine): SkillItem => ({
  path,
  kind,
  hash,
  level,
  in: folder,
})

const MOST_NAMED = 12

const inWords = (lines: ReadonlyArray<SkillLine>, what: string): string => {
  const named = lines
    .slice(0, MOST_NAMED)
    .map(({ file, item }) => `${item.kind} ${printed(file, 160)}`)
  const left = lines.length - named.length
  return [what, ...named, ...(left > 0 ? [`and ${left} more`] : [])].join('\n  ')
}

const batched = (lines: ReadonlyArray<SkillLine>): ReadonlyArray<ReadonlyArray<SkillLine>> => {
  const batches: Array<Array<SkillLine>> = []
  let bytes = MOST_TRUSTED_BYTES
  for (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(itemOf(line))) + 1
    const last = batches.at(-1)
    if (
      last === undefined ||
      last.length === MOST_TRUSTED_AT_ONCE ||
      bytes + size > MOST_TRUSTED_BYTES
    ) {
      batches.push([line])
      bytes = size + 2
    } else {
      last.push(line)
      bytes += size
    }
  }
  return batches
}

export const trustOf = (
  lines: ReadonlyArray<SkillLine>,
  where: { readonly project: string; readonly file?: string },
): ReadonlyArray<AskedChange<'skill.trust'>> =>
  batched(lines).map((some) =>
    skillTrust({ ...where, items: some.map(itemOf) }, inWords(some, 'trusted as they are now')),
  )

export const dropOf = (lines: ReadonlyArray<SkillLine>): ReadonlyArray<AskedChange<'skill.drop'>> =>
  batched(lines).map((some) =>
    skillDrop(
      some.map(({ item: { path, kind } }) => ({ path, kind })),
      inWords(some, 'forgotten, as they are gone'),
    ),
  )

/** What is not as it was trusted, and is there to be. */
export const isOpen = ({ status }: SkillLine): boolean =>
  status === 'modified' || status === 'unknown'

/** A file's own lines, or of a folder all that lies in it. */
export const linesOf = ({ skills }: SkillReport, file: string): ReadonlyArray<SkillLine> => {
  const names = new Set([file, realOf(file)])
  const found = skills.filter(
    (line) =>
      line.status !== 'missing' &&
      [...names].some((name) => line.file === name || line.file.startsWith(`${name}/`)),
  )
  if (found.length > 0) return found
  throw new CommandFailure({
    kind: 'no-such-skill',
    message: `${printed(file, 200)} is no file that instructs the agent here`,
    remedy: 'isonapse hook skill list',
    exit: 2,
  })
}

const realOf = (file: string): string => {
  try {
    return fs.realpathSync(file)
  } catch {
    return file
  }
}
