// What the control plane said to the status line, or that it said nothing.
import type { StatusLine } from '../../domain/control/statusLine.ts'

export type Asked = StatusLine | 'not running' | 'no answer'
