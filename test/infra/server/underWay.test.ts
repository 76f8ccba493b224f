import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DecisionMade } from '../../../src/domain/event/event.ts'
import { judge } from '../../../src/domain/gate.ts'
import { digestOf } from '../../../src/domain/hash.ts'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { makeUnderWay } from '../../../src/infra/server/underWay.ts'
import { bash, type Plane, withPlane } from './plane.ts'

const MOST = 3

const policy: Policy = {
  version: 1,
  name: 'test',
  rules: [
    {
      id: 'listings',
      verdict: 'deny',
      match: { capability: 'tool:Bash:ls' },
      rate: { max: MOST, per: 'hour' },
      reason: 'too many',
    },
    { id: 'no-rm', verdict: 'deny', match: { capability: 'tool:Bash:rm' }, reason: 'no' },
  ],
  defaults: { 'fs.*': 'permit', 'net.*': 'permit', exec: 'permit', opaque: 'permit' },
}

const PLACE = { home: '/home/dev', project: '/home/dev/app', cwd: '/home/dev/app', gate: [] }
const judged = (command: string, rates: Record<string, number> = { listings: 0 }) =>
  judge(
    {
      kind: 'tool.before',
      name: 'PreToolUse',
      session: 's',
      cwd: PLACE.cwd,
      call: { name: 'Bash', input: { command }, useId: 'u' },
    },
    PLACE,
    { cwd: { project: '' }, links: [] },
    {
      policy: compilePolicy(policy),
      policyDigest: digestOf(sha256, new Uint8Array()),
      mode: 'enforce',
      posture: null,
      suspended: false,
      rates,
    },
    'test',
    sha256,
  )!

const names = (project: string) => [{ project }]

describe('a decision that is not folded yet', () => {
  it('is known to the session’s other calls by the files it writes, until it is folded', () => {
    const underWay = makeUnderWay()
    const folded = underWay.begin('s', 'u', judged('echo ls > a.sh'))
    expect(underWay.writesTo('s', 'v', names('a.sh'))).toBe(true)
    expect(underWay.writesTo('s', undefined, names('a.sh'))).toBe(true)
    expect(underWay.writesTo('s', 'v', [{ path: '/elsewhere' }, { project: 'a.sh' }])).toBe(true)
    expect(underWay.writesTo('s', 'u', names('a.sh'))).toBe(false)
    expect(underWay.writesTo('t', 'v', names('a.sh'))).toBe(false)
    expect(underWay.writesTo('s', 'v', names('b.sh'))).toBe(false)
    folded()
    expect(underWay.writesTo('s', 'v', names('a.sh'))).toBe(false)
  })

  it('is known by the folder it fetches into', () => {
    const underWay = makeUnderWay()
    underWay.begin('s', 'u', judged('git clone https://a.example/r d'))
    expect(underWay.writesTo('s', 'v', names('d/deep/x.sh'))).toBe(true)
    expect(underWay.writesTo('s', 'v', names('dd/x.sh'))).toBe(false)
  })

  it('writes nothing and counts for nothing where it is carried out as a denial', () => {
    const underWay = makeUnderWay()
    underWay.begin('s', 'u', judged('rm -rf x; echo > a.sh'))
    underWay.begin('s', 'v', judged('ls', { listings: MOST }))
    expect(underWay.writesTo('s', 'w', names('a.sh'))).toBe(false)
    expect(underWay.counted({ listings: 1 })).toEqual({ listings: 1 })
  })

  it('counts for the rules with a rate that it matched, once for each call with an id', () => {
    const underWay = makeUnderWay()
    const rates = { listings: 1, other: 0 }
    const first = underWay.begin('s', 'u', judged('ls'))
    underWay.begin('other', 'v', judged('ls -la'))
    underWay.begin('s', undefined, judged('ls'))
    underWay.begin('s', 'w', judged('pwd'))
    expect(underWay.counted(rates)).toEqual({ listings: 3, other: 0 })
    first()
    expect(underWay.counted(rates)).toEqual({ listings: 2, other: 0 })
    expect(rates).toEqual({ listings: 1, other: 0 })
    expect(underWay.counted(undefined)).toBeUndefined()
  })
})

const verdicts = async (plane: Plane): Promise<ReadonlyArray<DecisionMade>> =>
  (await plane.entries()).flatMap(({ event }) => (event._tag === 'DecisionMade' ? [event] : []))

describe('calls that come at once', () => {
  it('pass a rate together no more often than one after the other', async () => {
    await withPlane(async (plane) => {
      await plane.call('policy.import', { policy, pid: process.pid })
      await plane.call('mode.set', { mode: 'enforce' })
      await Promise.all(
        Array.from({ length: 24 }, () => plane.hook('PreToolUse', bash(plane, 'ls'))),
      )
      const made = await verdicts(plane)
      expect(made.filter(({ verdict }) => verdict === 'permit').length).toBe(MOST)
      // What each was decided on is what folding the entries before it gives.
      expect(made.map(({ receipt }) => receipt.state.rates!['listings'])).toEqual(
        made.map((_, at) => Math.min(at, MOST)),
      )
    })
  })

  it('do not read a script that one of them writes', async () => {
    await withPlane(async (plane) => {
      fs.writeFileSync(path.join(plane.project, 'a.sh'), 'echo harmless\n')
      for (let turn = 0; turn < 5; turn++) {
        await Promise.all([
          plane.hook('PreToolUse', bash(plane, 'echo "rm -rf ~" > a.sh')),
          plane.hook('PreToolUse', bash(plane, 'bash a.sh')),
        ])
      }
      const made = await verdicts(plane)
      let isWritten = false
      let pending = 0
      for (const { receipt } of made) {
        const scripts = receipt.observed.scripts ?? []
        isWritten ||= scripts.length === 0
        // Once the first write is decided on, what lies there is not what will run.
        if (isWritten) for (const { is } of scripts) expect(is).toBe('pending')
        if (isWritten) pending += scripts.length
      }
      expect(pending).toBeGreaterThan(0)
    })
  })
})
