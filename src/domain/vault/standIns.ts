// A file's text with values where tokens and secrets' names stood, and back. The file is taken as bytes,
// one UTF-16 unit each, so that any file keeps every byte that is not part of one of these.

/** What stands in a text, and what it stands for. */
export interface StandIn {
  readonly standIn: string
  readonly value: string
}

/** Values in place of what stands for them. */
export const withValues = (text: string, pairs: ReadonlyArray<StandIn>): string =>
  replaced(
    text,
    pairs.map(({ standIn, value }) => [standIn, value]),
  )

/** What stands for them in place of values. Empty values stand nowhere. */
export const withStandIns = (text: string, pairs: ReadonlyArray<StandIn>): string =>
  replaced(
    text,
    pairs.map(({ standIn, value }) => [value, standIn]),
  )

/** One pass, at each place the longest; what is put in is not looked at again. */
const replaced = (
  text: string,
  pairs: ReadonlyArray<readonly [find: string, by: string]>,
): string => {
  const table = new Map(pairs.filter(([find]) => find !== '' && text.includes(find)))
  if (table.size === 0) return text
  const finds = [...table.keys()].sort((a, b) => b.length - a.length)
  return text.replace(new RegExp(finds.map(escaped).join('|'), 'g'), (found) => table.get(found)!)
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
