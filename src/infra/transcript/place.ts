// Which files are a session's transcripts. The path comes out of a hook's payload, so anybody who can
// reach the hook socket chose it: only what lies below the client's own folder of transcripts, under the
// session's own name, is looked at.
import * as path from 'node:path'
import { named } from '../files/named.ts'

/** The client's folder of transcripts, one folder below it for each project. */
export const transcriptsDir = (clientDir: string): string => path.join(clientDir, 'projects')

/** Subagents' transcripts followed in one session. */
const MOST_AGENTS = 512

/**
 * The transcript that a session's event names, by its real folder; undefined where it is none of the
 * session's below `dir`. It need not exist yet: the client makes it after the first event.
 */
export const transcriptOf = (
  named: string | undefined,
  session: string,
  dir: string,
): string | undefined => {
  if (named === undefined || !path.isAbsolute(named) || named.includes('\0')) return undefined
  if (path.basename(named) !== `${session}.jsonl`) return undefined
  // Asked for every event until the client has made the folder: finding none costs a system call.
  if (!isThere(path.dirname(named))) return undefined
  const root = realDir(dir)
  const folder = realDir(path.dirname(named))
  if (root === undefined || folder === undefined) return undefined
  return isBelow(folder, root) ? path.join(folder, path.basename(named)) : undefined
}

/** The folder of the subagents' transcripts, beside the session's own. */
export const agentsDir = (transcript: string): string =>
  path.join(transcript.slice(0, -'.jsonl'.length), 'subagents')

/** The subagents' ids and files; a folder that is a link, or in one, is not gone into. */
export const agentsOf = (
  transcript: string,
): ReadonlyArray<{ readonly agent: string; readonly file: string }> => {
  const dir = agentsDir(transcript)
  try {
    if (named.realpathSync(dir) !== dir) return []
    return named
      .readdirSync(dir)
      .sort()
      .flatMap((name) => {
        const agent = /^agent-([A-Za-z0-9_-]{1,128})\.jsonl$/.exec(name)?.[1]
        return agent === undefined ? [] : [{ agent, file: path.join(dir, name) }]
      })
      .slice(0, MOST_AGENTS)
  } catch {
    // There are none, or not yet.
    return []
  }
}

const isThere = (dir: string): boolean => {
  try {
    return named.statSync(dir, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

const realDir = (dir: string): string | undefined => {
  try {
    return named.realpathSync(dir)
  } catch {
    return undefined
  }
}

const isBelow = (dir: string, root: string): boolean =>
  dir.startsWith(root.endsWith('/') ? root : `${root}/`)
