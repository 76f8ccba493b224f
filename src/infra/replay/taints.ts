// What a session was tainted by when a decision was recorded.
import type { Tainted } from '../../domain/policy/taint.ts'
import { type Taint, taintedIn } from '../../projections/taint.ts'
import { Lately } from './lately.ts'

export class Taints extends Lately<Taint, Tainted> {
  constructor() {
    super({
      path: 'state.tainted',
      of: taintedIn,
      isSame: (a, b) => a.sessions === b.sessions,
    })
  }
}
