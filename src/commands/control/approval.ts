// What a person approves on the command line, as it is asked of the control plane: the real path, and
// until when.
import { randomBytes } from 'node:crypto'
import { DEFAULT_TTL_MS, MOST_TTL_MS } from '../../domain/approval/approval.ts'
import { approvedPath } from '../../infra/control/approvedPath.ts'
import { usage } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'
import { duration, parseSpan } from '../terminal/time.ts'
import { type AskedChange, approvalChange } from './change.ts'

export interface NamedApproval {
  /** Absolute. */
  readonly file: string
  /** The user's home directory, absolute. */
  readonly home: string
  readonly project: string
  readonly ttl: string | undefined
  readonly once: boolean
  readonly now: number
}

export const approvalFrom = ({
  file,
  home,
  project,
  ttl,
  once,
  now,
}: NamedApproval): AskedChange<'approval.grant'> => {
  const ms = ttl === undefined ? DEFAULT_TTL_MS : parseSpan(ttl)
  if (ms === undefined)
    throw usage(`--ttl ${printed(ttl!, 40)}: not a length of time`, '--ttl 90s, 10m or 2h')
  if (ms === 0) throw usage('--ttl 0: an approval that ends at once approves nothing', '--ttl 10m')
  if (ms > MOST_TTL_MS)
    throw usage(`--ttl ${printed(ttl!, 40)}: an approval lasts a day at most`, '--ttl 1h')
  const named = approvedPath(file, home)
  if (named === undefined)
    throw usage(`${printed(file, 200)}: where this leads cannot be told`, 'name the file itself')
  const { real, path, isFolder } = named
  const what = `${isFolder ? 'what lies in ' : ''}${printed(real, 300)}`
  return approvalChange(
    {
      id: randomBytes(6).toString('hex'),
      path,
      ...(isFolder ? { below: true as const } : {}),
      until: now + ms,
      once,
    },
    project,
    `${once ? 'one call' : 'calls'} may change ${what}, for ${duration(ms)}, and nobody is asked`,
  )
}
