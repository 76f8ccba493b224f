// What one hook event costs the client, spawn included: the installed script with each exchange
// program that works here, against the real control plane, beside an empty shell, an empty Node and
// a peer. `node bench/hookClient.ts [--json] [--quick]`. Needs the built daemon.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { encodeRequestHead } from '../src/domain/hook/frame.ts'
import { EXCHANGE_KINDS } from '../src/infra/transport/exchange.ts'
import { hookClientArgv, hookClientScript } from '../src/infra/transport/hookClient.ts'
import { probeTransports } from '../src/infra/transport/probe.ts'
import { exchange } from './exchange.ts'
import { hookPayload } from './hookPayloads.ts'
import { PEER_NAME, peerCommand } from './peer.ts'
import { makeHome, type Plane, startPlane } from './plane.ts'
import type { Contender } from './race.ts'
import { isQuick, rounded } from './samples.ts'
import { runAlone } from './scratch.ts'
import { race } from './spawn.ts'
import type { ComparedRow } from './table.ts'

const EVENT = 'PreToolUse'
const NODE_NAME = 'node -e 0'

/** The script as `hook install` writes it, one for each exchange program; the chosen one first. */
const hookClients = async (plane: Plane, input: string): Promise<ReadonlyArray<Contender>> => {
  const { hookSocket: socket } = plane.paths
  const scratch = path.join(plane.root, 'probe')
  fs.mkdirSync(scratch, { mode: 0o700 })
  const report = await Effect.runPromise(
    probeTransports({ socket, scratch, node: process.execPath }),
  )
  const found = new Map(report.working.map(({ kind, path: program }) => [kind, program]))
  // Only ever taken where nothing else works; measured all the same.
  found.set('node', process.execPath)
  const kinds = [
    report.chosen.kind,
    ...EXCHANGE_KINDS.filter((kind) => kind !== report.chosen.kind),
  ]
  return kinds.flatMap((kind) => {
    const program = found.get(kind)
    if (program === undefined) return []
    const script = path.join(scratch, `${kind}.sh`)
    const text = hookClientScript({
      programs: report.programs,
      exchange: { kind, path: program },
      socket,
      marker: path.join(scratch, 'mode'),
      start: [report.programs.env],
      startEnvironment: {},
      deadlineSeconds: 8,
      startSeconds: 10,
    })
    fs.writeFileSync(script, Result.getOrThrow(text), { mode: 0o600 })
    const chosen = kind === report.chosen.kind ? ', as installed' : ''
    return [
      {
        name: `through the hook client with ${kind}${chosen}`,
        argv: hookClientArgv(report.programs, script, EVENT),
        input,
        stdout: '',
      },
    ]
  })
}

/** What is measured is a control plane at work, not the first events that its code ever sees. */
const warm = async ({ paths, project }: Plane): Promise<void> => {
  for (let n = 0; n < 1000; n++) {
    const { event, bytes } = hookPayload(n, project, 'warm')
    const head = encodeRequestHead({ event })
    await exchange(paths.hookSocket, Buffer.concat([head, bytes]))
  }
}

export const benchHookClient = async (quick = isQuick()): Promise<ReadonlyArray<ComparedRow>> => {
  const home = await makeHome()
  const plane = await startPlane(home)
  try {
    await plane.call('mode.set', { mode: 'enforce' })
    await warm(plane)
    const input = hookPayload(0, plane.project).bytes.toString()
    const clients = await hookClients(plane, input)
    const peer = peerCommand()
    const medians = race(
      [
        { name: 'sh -c true', argv: ['/bin/sh', '-c', 'true'], input: '', stdout: '' },
        { name: NODE_NAME, argv: [process.execPath, '-e', '0'], input: '', stdout: '' },
        ...clients,
        ...(peer === undefined ? [] : [{ name: PEER_NAME, argv: peer, input, stdout: '' }]),
      ],
      quick ? 15 : 101,
    )
    const node = rounded(new Map(medians).get(NODE_NAME)!)
    const rows = medians.map(([name, ms]): ComparedRow => {
      const row = { name, value: rounded(ms), unit: 'ms' }
      if (name === NODE_NAME) return row
      const beside = { name: NODE_NAME, value: node }
      return name === clients[0]!.name
        ? { ...row, target: 8, beside: { ...beside, atMost: 0.25 } }
        : { ...row, beside }
    })
    if (peer === undefined) console.error(`${PEER_NAME}: not measured, it could not be installed`)
    return rows
  } finally {
    await plane.stop()
    home.remove()
  }
}

await runAlone(import.meta, benchHookClient)
