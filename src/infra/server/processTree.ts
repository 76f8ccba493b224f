// Whether a process runs inside the client: whoever asks to loosen the gate from there is the agent,
// or speaks for it. This is a fence, not a wall: code of the same user can leave the tree and lie
// about its pid, which is what the assurance levels above `open` are for.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'

interface ProcessFacts {
  readonly parent: number
  readonly name: string
  /** Carries the mark that the client sets in all it starts; undefined where that cannot be read. */
  readonly marked: boolean | undefined
}

/** More ancestors than a person's shell has. */
const DEEPEST = 64

const readLinux = (pid: number): ProcessFacts | undefined => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name is in parentheses and may itself hold any byte: fields start after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    return { parent: Number(fields[1]), name, marked: markedLinux(pid) }
  } catch {
    return undefined
  }
}

/** A process that has left the tree (setsid, double fork) keeps the environment it started with. */
const markedLinux = (pid: number): boolean | undefined => {
  try {
    return /(^|\0)CLAUDECODE=1(\0|$)/.test(fs.readFileSync(`/proc/${pid}/environ`, 'latin1'))
  } catch {
    return undefined
  }
}

const readByPs = (pid: number): ProcessFacts | undefined => {
  try {
    const out = execFileSync('/bin/ps', ['-E', '-o', 'ppid=,comm=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 2000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    const [parent, command] = out.split(/\s+/, 2)
    return {
      parent: Number(parent),
      name: (command ?? '').replace(/^.*\//, ''),
      marked: /\sCLAUDECODE=1(\s|$)/.test(out),
    }
  } catch {
    return undefined
  }
}

/**
 * Whether `pid` is the client, one of its descendants, or marked as started by it. Treated as inside
 * too: a pid that cannot be looked up, or whose environment is closed to us (another user's, who
 * cannot have asked), and one below more processes than any shell of a person's. `foreign`: it may be
 * another user's, so that a closed environment says nothing.
 */
export const isInsideClient = (pid: number, foreign = false): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 1) return true
  const read = process.platform === 'linux' ? readLinux : readByPs
  let at = pid
  for (let depth = 0; depth < DEEPEST; depth++) {
    const facts = read(at)
    if (facts === undefined) return at === pid
    if (facts.marked ?? (at === pid && !foreign)) return true
    if (facts.name === 'claude') return true
    if (facts.parent <= 1) return false
    at = facts.parent
  }
  return true
}
