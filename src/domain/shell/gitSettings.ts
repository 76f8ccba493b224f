// Which settings of git start a program, and how their values are run. A repository's own files never
// hold settings; whoever may set one (`-c`, the environment, `git config`) decides what git runs.

/** How git runs the value of a setting. */
export type SettingRuns =
  /** A shell's text that takes git's output as its input. */
  | 'pager'
  /** A shell's text with further arguments behind it. */
  | 'command'
  /** A shell's text after `!`, else a helper's name. */
  | 'helper'
  /** Git's own words, or a shell's text after `!`. */
  | 'alias'
  /** Code that the value leads to, in a way that is not read here. */
  | 'elsewhere'

const KINDS: ReadonlyArray<readonly [RegExp, SettingRuns]> = [
  [/^(?:core\.pager|pager\..+|interactive\.difffilter)$/, 'pager'],
  [
    /^(?:core\.(?:fsmonitor|editor|sshcommand|askpass|gitproxy|alternaterefscommand)|sequence\.editor|diff\.external|diff\..+\.(?:command|textconv)|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|gpg\.program|gpg\..+\.program|gpg\.ssh\.defaultkeycommand|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack)|man\..+\.(?:cmd|path)|browser\..+\.(?:cmd|path)|(?:difftool|mergetool)\..+\.(?:cmd|path)|trailer\..+\.(?:cmd|command)|sendemail\.(?:smtpserver|sendmailcmd|tocmd|cccmd|headercmd)|instaweb\.(?:httpd|browser)|guitool\..+\.cmd)$/,
    'command',
  ],
  [/^credential\.(?:.+\.)?helper$/, 'helper'],
  [/^alias\./, 'alias'],
  [
    /^(?:core\.(?:hookspath|worktree)|hook\.|init\.templatedir$|include\.path$|includeif\.|protocol\.(?:ext\.)?allow$|remote\..+\.vcs$|url\..+\.(?:push)?insteadof$|extensions\.)/,
    'elsewhere',
  ],
]

/** Undefined for a setting whose value starts nothing. Case matters in no section or last name. */
export const settingRuns = (key: string): SettingRuns | undefined => {
  const plain = key.slice(0, 512).toLowerCase()
  return KINDS.find(([pattern]) => pattern.test(plain))?.[1]
}

/** Values that start no code of their own: git's own defaults, the usual pagers and editors, off. */
const IDLE =
  /^(?:|:|cat|less(?: -[\w+]+)*|more|delta|bat|vim?|nvim|nano|emacs(?: -nw)?|code(?: --wait| -w)?|true|false|never|always|user|auto|on|off|ssh|gpg2?|osxkeychain|manager(?:-core)?|store|cache(?: --timeout[= ]\d+)?|libsecret|wincred|vimdiff|meld|diff|kdiff3)$/

const PLAIN_SSH =
  /^(?:\/usr\/bin\/)?ssh(?:\s+-(?:[vqTCn46]+|[ip]\s*[\w.~/$-]+|o\s*(?:StrictHostKeyChecking|IdentitiesOnly|UserKnownHostsFile|IdentityFile|BatchMode|ConnectTimeout|ServerAliveInterval|LogLevel|Port|User|AddressFamily)[= ][\w.~/-]+))*$/i

/** True when the value of a setting or variable that names a program names a usual one. */
export const isIdleSetting = (value: string): boolean =>
  value.length < 512 && (IDLE.test(value) || PLAIN_SSH.test(value))
