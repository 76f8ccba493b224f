// The text of a Bash call that runs a script by its ticket. It holds no secret: the client writes it to
// its transcript.

export interface WrappedCommandOptions {
  /** Absolute paths of node and of dist/run.js. */
  readonly program: ReadonlyArray<string>
  readonly ticket: string
  readonly socket: string
  /** A name in a private folder, where the script's last working directory is passed back. */
  readonly cwdFile?: string
}

/** For bash, zsh and any POSIX shell. Its exit status is the script's, and so is where it leaves. */
export const wrappedCommand = ({
  program,
  ticket,
  socket,
  cwdFile,
}: WrappedCommandOptions): string => {
  // A project's settings choose the client's environment: what is loaded by it would see the values.
  const alone = `ISONAPSE_NODE_OPTIONS="\${NODE_OPTIONS-}" NODE_OPTIONS= LD_PRELOAD= DYLD_INSERT_LIBRARIES=`
  const cwd = cwdFile === undefined ? [] : ['--cwd-file', cwdFile]
  const args = [...program, '--ticket', ticket, '--socket', socket, ...cwd].map(quoted).join(' ')
  if (cwdFile === undefined) return `${alone} ${args}`
  const file = quoted(cwdFile)
  return [
    `${alone} ${args}; isonapse_status=$?`,
    `if [ -f ${file} ]; then IFS= read -r isonapse_cwd <${file}; rm -f ${file}; cd "$isonapse_cwd" || :; fi`,
    `(exit "$isonapse_status")`,
  ].join('; ')
}

const quoted = (word: string): string =>
  /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
