// Progress of long work: one line on standard error, redrawn in place, only where that is a terminal.
import type { ControlItem } from '../../domain/control/methods.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  readonly update: (done: number, total: number, what: string) => void
  /** Takes the line away. */
  readonly end: () => void
}

/** What listens to a call of the control plane: its progress goes to `report`, other items to nobody. */
export const progressTo =
  (report: Progress['update']) =>
  (item: ControlItem): void => {
    if ('progress' in item) report(item.progress.done, item.progress.total, item.progress.what)
  }

const BAR = 24
const BETWEEN_MS = 80

export const progressOn = (terminal: Terminal): Progress => {
  if (!terminal.errIsTerminal) return { update: () => {}, end: () => {} }
  let drawn = false
  let last = 0
  return {
    update: (done, total, what) => {
      const now = terminal.now()
      if (drawn && now - last < BETWEEN_MS) return
      last = now
      drawn = true
      terminal.err(`\r\u001b[K${progressLine(done, total, what)}`)
    },
    end: () => {
      if (drawn) terminal.err('\r\u001b[K')
      drawn = false
    },
  }
}

/** `[======      ]  50%  10,000 of 20,000 entries` */
export const progressLine = (done: number, total: number, what: string): string => {
  const part = total <= 0 ? 0 : Math.min(1, Math.max(0, done / total))
  const filled = Math.round(part * BAR)
  const bar = `${'='.repeat(filled)}${' '.repeat(BAR - filled)}`
  return `[${bar}] ${String(Math.floor(part * 100)).padStart(3)}%  ${count(done)} of ${count(total)} ${what}`
}

/** A whole number with its thousands apart. toLocaleString would load all of Intl: 5 ms. */
export const count = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** `1 call`, `2 calls`. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`
