import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../src/domain/action/analyse.ts'
import type { PathRef } from '../../src/domain/action/place.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import {
  DecisionMade,
  HookReceived,
  ToolFinished,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import type { Verdict } from '../../src/domain/policy/verdict.ts'
import {
  MOST_FILES,
  MOST_SESSIONS,
  originOf,
  type Origins,
  origins,
} from '../../src/projections/origins.ts'
import { OBSERVED, PLACE } from '../domain/action/describe.ts'

const zero = '0'.repeat(64) as Digest

let uses = 0
const decided = (
  tool: string,
  input: Record<string, unknown>,
  { verdict = 'permit' as Verdict, enforced = true, toolUseId = `t${(uses += 1)}` } = {},
) => {
  const action = analyseCall({ name: tool, input }, PLACE, OBSERVED)
  return new DecisionMade({
    toolUseId,
    verdict,
    enforced,
    receipt: {
      v: 1,
      engine: '1',
      event: 'PreToolUse',
      action,
      observed: OBSERVED,
      policy: zero,
      mode: 'enforce',
      posture: 'interactive',
      state: { suspended: false },
      verdict,
      rules: [],
    },
    receiptDigest: zero,
  })
}
const bash = (command: string, more = {}) => decided('Bash', { command }, more)
const write = (file_path: string) => decided('Write', { file_path, content: 'x' })
const finished = (toolUseId: string) =>
  new ToolFinished({ tool: 'Bash', toolUseId, outcome: 'finished' })
const prompt = new HookReceived({
  name: 'UserPromptSubmit',
  kind: 'prompt',
  payload: { key: 's', nonce: '', bytes: 0, data: '' },
})

const crypto = { sha256: () => new Uint8Array(), verifyEd25519: () => false }

/** Each event a second after the one before; `first`: the index of the first. */
const fold = (
  events: ReadonlyArray<WitnessEvent>,
  from?: Origins,
  session = 's',
  first = 0,
): Origins =>
  events.reduce(
    (state, event, index) =>
      origins.step(state, { index: first + index, time: index * 1000, session, event }, crypto),
    from ?? origins.initial(),
  )

const file = (project: string): PathRef => ({ project })
const origin = (state: Origins, name: string, time?: number) =>
  originOf(state, 's', [file(name)], time === undefined ? undefined : { born: time, changed: time })
    .origin

describe('whose a file is', () => {
  it('is nobody’s that no call was seen to write', () => {
    expect(origin(origins.initial(), 'a.sh')).toBeUndefined()
    expect(origin(fold([bash('ls; cat a.sh; chmod +x a.sh; touch a.sh')]), 'a.sh')).toBeUndefined()
  })

  it('is the agent’s where one of its calls wrote it, whatever the tool', () => {
    const state = fold([
      write('/home/dev/app/a.sh'),
      decided('Edit', { file_path: 'b.sh', old_string: 'a', new_string: 'b' }),
      bash("echo 'rm -rf x' > c.sh; tee d.sh < e"),
    ])
    for (const name of ['a.sh', 'b.sh', 'c.sh', 'd.sh'])
      expect([name, origin(state, name)]).toEqual([name, 'written'])
    expect(originOf(state, 'other', [file('a.sh')])).toEqual({})
  })

  it('is not touched by a call that was held back', () => {
    expect(origin(fold([bash('echo > a.sh', { verdict: 'deny' })]), 'a.sh')).toBeUndefined()
    const shadow = bash('echo > a.sh', { verdict: 'deny', enforced: false })
    expect(origin(fold([shadow]), 'a.sh')).toBe('written')
  })

  it('is the network’s where a call fetched it', () => {
    for (const command of [
      'curl -o x.sh https://a.example/x',
      'curl -s https://a.example/x > x.sh',
      'curl -s https://a.example/x | tee x.sh',
      'curl -s https://a.example/x | base64 -d | dd of=x.sh',
      'wget -O x.sh https://a.example/x',
    ])
      expect([command, origin(fold([bash(command)]), 'x.sh')]).toEqual([command, 'downloaded'])
  })

  it('is not the network’s where the machine itself or a package manager was asked', () => {
    for (const command of [
      'curl -s http://localhost:3000/health; echo hi > x.sh',
      'npm install left-pad; echo hi > x.sh',
      'echo hi > x.sh; curl -s https://a.example/',
    ])
      expect([command, origin(fold([bash(command)]), 'x.sh')]).toEqual([command, 'written'])
  })

  it('goes with the file: copied, moved, unpacked, made executable', () => {
    const fetch = bash('curl -o x.sh https://a.example/x')
    for (const command of ['cp x.sh y.sh', 'mv x.sh y.sh', 'cat x.sh > y.sh'])
      expect([command, origin(fold([fetch, bash(command)]), 'y.sh')]).toEqual([
        command,
        'downloaded',
      ])
    expect(origin(fold([fetch, bash('chmod +x x.sh')]), 'x.sh')).toBe('downloaded')
    expect(origin(fold([fetch, bash('mv x.sh bin')]), 'bin/x.sh')).toBe('downloaded')
    const edit = decided('Edit', { file_path: 'x.sh', old_string: 'a', new_string: 'b' })
    expect(origin(fold([fetch, edit]), 'x.sh')).toBe('downloaded')
    expect(origin(fold([fetch, write('/home/dev/app/x.sh')]), 'x.sh')).toBe('written')
    const clone = bash('git clone https://a.example/r d')
    expect(origin(fold([clone, bash('cp d/run.sh mine.sh')]), 'mine.sh')).toBe('downloaded')
    const moved = fold([clone, bash('mv d e')])
    expect(origin(moved, 'e/deep/run.sh')).toBe('downloaded')
  })

  it('is told by when it was born, where a fetch did not say the names', () => {
    const clone = bash('git clone https://a.example/r d')
    const state = fold([clone, finished(clone.toolUseId!)])
    expect(origin(state, 'd/install.sh', 500)).toBe('downloaded')
    expect(origin(state, 'd/install.sh', 90_000)).toBeUndefined()
    expect(origin(state, 'src/install.sh', 500)).toBeUndefined()
    const unpacked = [
      bash('curl -o a.zip https://a.example/a'),
      bash('unzip a.zip -d out', { toolUseId: 'u' }),
      finished('u'),
    ]
    expect(origin(fold(unpacked), 'out/run.sh', 1500)).toBe('downloaded')
    expect(origin(fold([bash('unzip own.zip -d out')]), 'out/run.sh', 500)).toBeUndefined()
    // Pulling into one's own repository is not a stranger's code.
    expect(origin(fold([bash('git pull')]), 'src/a.sh', 500)).toBeUndefined()
  })

  it('waits for the call that writes it, as long as the turn lasts', () => {
    const writes = bash('echo > a.sh', { toolUseId: 'w' })
    const writer = (state: Origins) => originOf(state, 's', [file('a.sh')]).writer
    expect(writer(fold([prompt, writes]))).toBe('w')
    expect(writer(fold([prompt, writes, prompt]))).toBeUndefined()
  })

  it('stays the agent’s when it goes on writing to what it wrote as a whole', () => {
    const edit = decided('Edit', { file_path: 'd/x.sh', old_string: 'a', new_string: 'b' })
    const clone = bash('git clone https://a.example/r d')
    const state = fold([clone, write('/home/dev/app/d/x.sh'), edit, finished(clone.toolUseId!)])
    expect(origin(state, 'd/x.sh', 500)).toBe('written')
    const filled = bash('curl -s https://a.example/x > d/x.sh')
    expect(origin(fold([filled], state), 'd/x.sh', 500)).toBe('downloaded')
  })

  it('is not laundered by a name that is too long to keep', () => {
    const far = `${'deep/'.repeat(80)}x.sh`
    const state = fold([bash(`curl -o ${far} https://a.example/x`)])
    expect(origin(state, far)).toBe('downloaded')
    expect(origin(state, `${'deep/'.repeat(20)}own.sh`)).toBeUndefined()
    const [kept] = Object.keys(state.sessions['/s']!.files)
    expect(kept!.length).toBeLessThanOrEqual(256)
    const own = fold([write(`/home/dev/app/${far}`)], state)
    expect(origin(own, far)).toBe('downloaded')
  })

  it('is not laundered by fetching more than is remembered', () => {
    const fetch = (n: string) => bash(`curl -o ${n} https://a.example/x`)
    const first = fetch('x.sh')
    let state = fold([first, finished(first.toolUseId!)])
    for (let n = 0; n < MOST_FILES * 2; n++) {
      const more = fetch(`many/n${n}`)
      state = fold([more, finished(more.toolUseId!)], state, 's', 2 + 2 * n)
    }
    expect(Object.keys(state.sessions['/s']!.files)).not.toContain('./x.sh')
    expect(origin(state, 'x.sh', 0)).toBe('downloaded')
    expect(origin(state, 'x.sh', 900_000)).toBeUndefined()
  })

  it('is kept of the sessions that are still at work', () => {
    let state = fold([write('/home/dev/app/a.sh')])
    for (let n = 0; n < MOST_SESSIONS * 3; n++) {
      state = origins.step(
        state,
        { index: n + 10, time: 0, session: `n${n}`, event: write('/home/dev/app/b') },
        crypto,
      )
      state = origins.step(state, { index: n + 10, time: 0, session: 's', event: prompt }, crypto)
    }
    expect(origin(state, 'a.sh')).toBe('written')
  })

  it('survives being stored as a snapshot', () => {
    const state = fold([write('/home/dev/app/a.sh'), bash('git clone https://a.example/r d')])
    const stored: unknown = JSON.parse(canonicalJson(state))
    expect(origins.isState(stored)).toBe(true)
    expect(stored).toEqual(state)
    expect(origin(fold([bash('ls')], stored as Origins), 'a.sh')).toBe('written')
  })

  it('is forgotten within bounds, what was fetched last', () => {
    let state = fold([bash('curl -o x.sh https://a.example/x')])
    for (let n = 0; n < MOST_FILES * 2; n++) state = fold([write(`/home/dev/app/n${n}`)], state)
    expect(origin(state, 'x.sh')).toBe('downloaded')
    expect(Object.keys(state.sessions['/s']!.files).length).toBeLessThanOrEqual(MOST_FILES)
    for (let n = 0; n < MOST_SESSIONS * 2; n++)
      state = fold([write('/home/dev/app/a')], state, `session${n}`)
    expect(Object.keys(state.sessions).length).toBeLessThanOrEqual(MOST_SESSIONS)
    expect(state.count).toBe(Object.keys(state.sessions).length)
  })

  it('is asked for by any path and folded from any command without failing', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ unit: 'binary' })), (name, words) => {
        const state = fold([
          bash(words.join(' ')),
          bash(`curl -o '${words.join('/')}' http://x.example`),
        ])
        expect(origins.isState(JSON.parse(canonicalJson(state)))).toBe(true)
        originOf(state, 's', [{ project: name }, { home: name }, { path: name }], {
          born: 1,
          changed: 1,
        })
      }),
    )
    expect(origin(fold([write('/home/dev/app/__proto__')]), '__proto__')).toBe('written')
    expect(origin(origins.initial(), '__proto__')).toBeUndefined()
  })
})
