// `hook gate` as a hook: the payload over the hook socket, the answer back as the client takes it. It
// must never turn a cut or missing answer into a permission: then the mode marker alone decides.
import * as Result from 'effect/Result'
import * as net from 'node:net'
import { encodeRequestHead, MAX_BODY_BYTES, parseFrame } from '../../domain/hook/frame.ts'
import { type HookAnswer, NO_OPINION } from '../../domain/hook/hookEvent.ts'
import { markerFile } from '../../infra/client/plugin.ts'
import { startDaemon } from '../../infra/control/startDaemon.ts'
import type { AppPaths } from '../../infra/paths.ts'
import { readMarker } from '../../infra/transport/marker.ts'
import { FAIL_CLOSED } from '../../infra/transport/unanswered.ts'
import { ownPosture } from './ownPosture.ts'
import { runEffect } from './runEffect.ts'

/** As the installed hook client's: shorter than the timeout that the client gives a hook. */
const DEADLINE_MS = 8000

export interface Relayed {
  readonly answer: HookAnswer
  /** Why the answer is not the control plane's own. */
  readonly problem: string | undefined
}

export const relay = async (
  { paths, home }: { readonly paths: AppPaths; readonly home: string },
  event: string,
  payload: Uint8Array,
): Promise<Relayed> => {
  const first = await exchange(paths.hookSocket, event, payload)
  if (first !== 'down') return relayed(first, paths, event)
  // Whatever goes wrong, a defect too, must end in what the marker says, never in another status.
  const notStarted = await runEffect(startDaemon({ paths, home, ...ownPosture(process.env) })).then(
    () => undefined,
    (failure: Error) => failure.message,
  )
  return notStarted === undefined
    ? relayed(await exchange(paths.hookSocket, event, payload), paths, event)
    : { answer: unanswered(paths, event), problem: notStarted }
}

type NoAnswer = 'down' | 'cut' | 'late'

const relayed = (outcome: HookAnswer | NoAnswer, paths: AppPaths, event: string): Relayed =>
  typeof outcome === 'string'
    ? { answer: unanswered(paths, event), problem: PROBLEMS[outcome] }
    : { answer: outcome, problem: undefined }

const PROBLEMS: Readonly<Record<NoAnswer, string>> = {
  down: 'no control plane answers',
  cut: 'the control plane gave no whole answer',
  late: `the control plane did not answer within ${DEADLINE_MS / 1000} s`,
}

/** What the hook client does without an answer: the marker says whether a call may proceed. */
const unanswered = (paths: AppPaths, event: string): HookAnswer => {
  const { hardened } = paths
  const marker = readMarker(
    markerFile(paths),
    hardened === undefined ? {} : { uid: hardened.serviceUid, readers: 'all' },
  )
  if (Result.isSuccess(marker) && marker.success === 'profile') return NO_OPINION
  const closed = FAIL_CLOSED.find((one) => one.event === event)
  return closed === undefined ? NO_OPINION : { exit: 2, stdout: closed.stdout }
}

const exchange = (
  socketPath: string,
  event: string,
  payload: Uint8Array,
): Promise<HookAnswer | NoAnswer> =>
  new Promise((resolve) => {
    const socket = net.connect({ path: socketPath, allowHalfOpen: true })
    const chunks: Array<Buffer> = []
    let bytes = 0
    const settle = (outcome: HookAnswer | NoAnswer) => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(outcome)
    }
    const deadline = setTimeout(() => settle('late'), DEADLINE_MS)
    socket.once('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? 'down' : 'cut'),
    )
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES + 64) settle('cut')
    })
    socket.once('end', () => {
      const answer = parseFrame(Buffer.concat(chunks))
      settle(Result.isSuccess(answer) ? answer.success : 'cut')
    })
    socket.once('connect', () => {
      socket.write(encodeRequestHead({ event }))
      socket.end(payload)
    })
  })
