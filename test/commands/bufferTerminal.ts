import type { Terminal } from '../../src/commands/terminal/terminal.ts'
import { PLAIN } from '../../src/commands/terminal/style.ts'

export interface BufferTerminal extends Terminal {
  readonly stdout: () => string
  readonly stderr: () => string
}

/** A terminal that keeps what is written, for tests. */
export const bufferTerminal = (
  options: Partial<Omit<Terminal, 'out' | 'err'>> = {},
): BufferTerminal => {
  let stdout = ''
  let stderr = ''
  return {
    out: (text) => {
      stdout += text
      return Promise.resolve()
    },
    err: (text) => {
      stderr += text
    },
    style: PLAIN,
    errStyle: PLAIN,
    width: 80,
    errWidth: 80,
    interactive: false,
    errIsTerminal: false,
    now: () => Date.UTC(2026, 0, 1),
    ...options,
    stdout: () => stdout,
    stderr: () => stderr,
  }
}
