// What a shell is told to run, and in which environment. The script comes over a descriptor, its values
// by the environment; neither is ever an argument, which other users could read.

export interface ShellRun {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  /** What the shell reads from descriptor 3. */
  readonly text: string
}

/**
 * Variables by which a shell, or a program of the script, would run what somebody else wrote before
 * its first line: the client's environment is a project's to set.
 */
const LOADING =
  /^(?:BASH_ENV|ENV|BASH_FUNC_.*|SHELLOPTS|BASHOPTS|PS4|ZDOTDIR|LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES|ISONAPSE_NODE_OPTIONS)$/s

/** The variable in which a value comes; the script's own is not exported. */
const CARRIER = '_IN'

export const shellRun = (
  {
    script,
    env,
    shell,
  }: {
    readonly script: string
    readonly env: Readonly<Record<string, string>>
    readonly shell?: string
  },
  own: Readonly<Record<string, string | undefined>>,
  isThere: (file: string) => boolean,
  cwdFile: string | undefined,
): ShellRun => {
  const file = shellOf(shell ?? own['SHELL'], isThere)
  const options = file.endsWith('/bash') ? ['--norc'] : file.endsWith('/zsh') ? ['-f'] : []
  const kept = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !LOADING.test(entry[0]),
  )
  const nodeOptions = own['ISONAPSE_NODE_OPTIONS']
  return {
    file,
    args: [...options, '-c', 'eval "$(/bin/cat <&3)"'],
    env: {
      ...Object.fromEntries(kept),
      ...(nodeOptions === undefined || nodeOptions === '' ? {} : { NODE_OPTIONS: nodeOptions }),
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name + CARRIER, value])),
    },
    // On the script's first line, so that its lines keep their numbers. Other programs that the script
    // runs get a value only where the script gives it to them.
    text: [
      'exec 3<&-',
      ...Object.keys(env).map((name) => `${name}=$${name}${CARRIER}; unset ${name}${CARRIER}`),
      ...(nodeOptions === '' ? ['unset NODE_OPTIONS'] : []),
      ...(cwdFile === undefined ? [] : [`trap ${quoted(`pwd -P >| ${quoted(cwdFile)}`)} EXIT`]),
      script,
    ].join('; '),
  }
}

const shellOf = (wanted: string | undefined, isThere: (file: string) => boolean): string =>
  wanted !== undefined && /^\/(?:.*\/)?(?:bash|zsh)$/.test(wanted) && isThere(wanted)
    ? wanted
    : '/bin/sh'

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`
