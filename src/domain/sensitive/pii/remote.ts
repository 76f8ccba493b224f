// `user@host` where a command or its output says that it is a machine and an account on it, and no
// address: SSH and what runs over it. Decided by what stands around, never by the name alone.

const MOST_BEFORE = 240
const MOST_AFTER = 80

/** Where a simple command begins: a line, a separator, a substitution, a quote around all of it. */
const COMMAND = '(?:^|[\\s"\'`(=$])'
/** Options, each with what may be its argument. */
const OPTIONS = '(?:[ \\t]+-{1,2}[\\w-]+(?:[ =](?:"[^"]*"|\'[^\']*\'|[^\\s"\'-]\\S*))?)*'

/** Nothing but options between the command and its destination: in prose there are words. */
const TO_HOST = new RegExp(
  `${COMMAND}(?:ssh|autossh|mosh|sftp|slogin|sshfs|ssh-copy-id|ssh-keyscan)${OPTIONS}[ \\t]+["']?$`,
)
const JUMP = /(?:ProxyJump|HostName|[ \t]-J)[ \t=]+["']?(?:\S{1,80},)?$/
/** These copy between places, which have a colon. */
const COPIES = new RegExp(`${COMMAND}(?:scp|rsync|sftp|sshfs|git|hg|rclone|unison)[ \\t]\\S`)
const PLACE = /^:["']?[\w~/.*$-]/
/** `deploy@host:path`: an account with a plain name, and what follows is a path. */
const PATH = /^:[\w~/][^\s"'`]*/
const PLAIN_NAME = /^[a-z-]+$/

const PROMPT = /^:~?[\w./-]{0,60}[$#%](?:\s|$)/
const SAID_BY_SSH = /^(?:'s password\b|: (?:Permission denied|Connection (?:refused|closed|reset)))/

/** Words of all of these: most addresses have none before them, and need no closer look. */
const ANY = /ss?h|scp|sync|ftp|slogin|git|hg|rclone|unison|Jump|HostName|-J/

/** From the end of the command before: a newline, also one escaped in JSON, or a separator. */
const commandBefore = (text: string, start: number): string => {
  const near = text.slice(Math.max(0, start - MOST_BEFORE), start).replaceAll('\\\n', ' ')
  return near.slice(/^[\s\S]*(?:[\n;|&]|\\n)/.exec(near)?.[0].length ?? 0)
}

/** Whether an account and a host at `start` to `end` are SSH's. `local` is the account. */
export const isRemote = (text: string, start: number, end: number, local: string): boolean => {
  const next = text.slice(end, end + MOST_AFTER)
  if (next.startsWith(':')) {
    const path = PATH.exec(next)?.[0]
    if (path !== undefined && path.includes('/') && PLAIN_NAME.test(local)) return true
    if (PROMPT.test(next)) return true
  }
  if (SAID_BY_SSH.test(next)) return true
  if (!ANY.test(text.slice(Math.max(0, start - MOST_BEFORE), start))) return false
  const command = commandBefore(text, start)
  return TO_HOST.test(command) || JUMP.test(command) || (PLACE.test(next) && COPIES.test(command))
}
