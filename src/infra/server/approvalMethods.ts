// Approvals over the control socket: given for what they would let through and for nothing wider, listed,
// and taken back.
import * as Effect from 'effect/Effect'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { absoluteOf, isWithin, refOf } from '../../domain/action/paths.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import { type Approval, isApprovalId, MOST_TTL_MS } from '../../domain/approval/approval.ts'
import { ControlFailure, type Params, type ResultOf } from '../../domain/control/methods.ts'
import { ApprovalGranted, ApprovalRevoked } from '../../domain/event/event.ts'
import { judge } from '../../domain/gate.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import type { Decision } from '../../domain/policy/decide.ts'
import { MONITORED_ID } from '../../domain/policy/monitored.ts'
import { plainText } from '../../domain/oneLine.ts'
import { approvalOf, heldApprovals, overBy } from '../../projections/approvals.ts'
import { registeredIn } from '../client/wiring.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { Change } from './changes.ts'
import type { ControlContext } from './context.ts'
import { gatePathsOf } from './gatePaths.ts'
import { findProjectRoot, observe } from './observe.ts'
import { outsideProjects, placeIn } from './placeIn.ts'
import { surveyOf } from './survey.ts'

const failure = (message: string, remedy?: string, exit: 1 | 2 = 2) =>
  new ControlFailure({
    kind: 'approval',
    message,
    ...(remedy === undefined ? {} : { remedy }),
    exit,
  })

/** Between the clocks of who asks and of who answers. Milliseconds. */
const CLOCK_MS = 60_000

const LIST = 'isonapse hook approvals'
const SHOW = 'isonapse hook policy show   (under "monitored": what needs one)'

export const draftApproval = (
  { id, path: ref, below, until, once, project }: Params<'approval.grant'>,
  context: ControlContext,
): Result.Result<Change, ControlFailure> => {
  const now = context.now()
  const outside = outsideProjects(context.home, gatePathsOf(context.paths, context.home))
  const file = absoluteOf(ref, outside)
  const isOne =
    isApprovalId(id) && isWritable(file) && isWritable(project) && path.isAbsolute(project)
  // One place has one name in the log: what a call was decided by is looked for by it.
  if (!isOne || pathKey(ref) !== pathKey(refOf(file, outside)))
    return Result.fail(failure('this is no approval that a command of this version asks for'))
  if (!(until > now))
    return Result.fail(
      failure('an approval that ends at once approves nothing', 'give it some time: --ttl 10m'),
    )
  if (until > now + MOST_TTL_MS + CLOCK_MS)
    return Result.fail(failure('an approval lasts a day at most', 'give it less time: --ttl 1h'))
  if (approvalOf(context.log.projected().approvals, id) !== undefined)
    return Result.fail(failure(`there is an approval ${id} already`, LIST))
  const root = findProjectRoot(project, context.home)
  const name = plainText(file, 200)
  if (below === true && (isWithin(root, file) || isWithin(context.home, file)))
    return Result.fail(
      failure(
        `${name} holds the whole project or home directory`,
        'name the file, or the folder below it, that is to be changed',
      ),
    )
  const decision = decisionOnWriting(below === true ? `${file}/_` : file, root, context)
  if (decision.verdict === 'deny')
    return Result.fail(
      failure(
        `${name} is out of reach of any approval: ${decision.reason}`,
        'change it yourself, outside Claude Code',
      ),
    )
  if (decision.verdict === 'permit')
    return Result.fail(
      failure(
        `the policy in force lets the file tools change ${name}: that needs no approval`,
        SHOW,
      ),
    )
  if (!decision.rules.includes(MONITORED_ID) && !isWithin(file, root))
    return Result.fail(
      failure(
        `${name} lies outside the project ${plainText(root, 200)}, and the policy does not monitor it`,
        'run the command in its project, or with --project',
      ),
    )
  const approval: Approval = { id, path: ref, ...(below === true ? { below } : {}), until, once }
  return Result.succeed({ event: new ApprovalGranted(approval), chunks: [] })
}

/** Longer paths the system takes no more, and none with a NUL. UTF-16 units. */
const MOST_PATH = 4096

const isWritable = (file: string | undefined): file is string =>
  file !== undefined && file.length <= MOST_PATH && !file.includes('\0')

/** By the policy in force, while somebody is there to be asked, and with no approval. */
const decisionOnWriting = (file: string, root: string, context: ControlContext): Decision => {
  const place = placeIn(
    root,
    root,
    context.home,
    gatePathsOf(context.paths, context.home),
    surveyOf,
  )
  const event: HookEvent = {
    kind: 'tool.before',
    name: 'PreToolUse',
    session: 'approve',
    cwd: root,
    call: { name: 'Write', input: { file_path: file, content: '' } },
  }
  const { observed, sources } = observe(event, place, {
    registered: () => registeredIn(context.paths),
  })
  const { policy, policyDigest } = context.inForce()
  const inForce = {
    policy,
    policyDigest,
    mode: 'enforce',
    posture: 'interactive',
    suspended: false,
  } as const
  return judge(event, place, observed, inForce, context.engine, sha256, sources)!.decision
}

export const draftRevocation = (
  { id }: Params<'approval.revoke'>,
  { log }: ControlContext,
): Result.Result<Change, ControlFailure> => {
  const known = approvalOf(log.projected().approvals, id)
  if (known === undefined)
    return Result.fail(failure(`there is no approval ${JSON.stringify(id.slice(0, 40))}`, LIST, 1))
  return Result.succeed({
    event: known.revoked !== undefined ? undefined : new ApprovalRevoked({ id }),
    chunks: [],
  })
}

export const approvalList = ({
  log,
  now,
  home,
}: ControlContext): Effect.Effect<ResultOf<'approval.list'>> =>
  Effect.sync(() => {
    const outside = outsideProjects(home, [])
    const at = now()
    return {
      now: at,
      approvals: heldApprovals(log.projected().approvals).map((one) => {
        const { id, path: ref, below = false, once, granted, until, uses } = one
        const over = overBy(one, at)
        const file = absoluteOf(ref, outside) ?? ''
        return {
          id,
          path: ref,
          file,
          below,
          once,
          granted,
          until,
          uses,
          active: over === null,
          over,
        }
      }),
    }
  })
