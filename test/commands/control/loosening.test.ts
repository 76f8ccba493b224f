import { describe, expect, it } from 'vitest'
import type { MethodName, ResultOf } from '../../../src/domain/control/methods.ts'
import {
  type AskedChange,
  type AskedMethod,
  modeChange,
  policyChange,
  postureChange,
  resumeChange,
  settingChange,
  taintClearing,
} from '../../../src/commands/control/change.ts'
import { type LooseningOptions, makeChange } from '../../../src/commands/control/loosening.ts'
import type { Control } from '../../../src/commands/control/withControlPlane.ts'
import { CommandFailure } from '../../../src/commands/terminal/failure.ts'
import { type BufferTerminal, bufferTerminal } from '../bufferTerminal.ts'

type Challenge = ResultOf<'challenge'>

const AUTHORITY = 'cHVibGljIGtleQ=='
const ORIGIN = 'isonapse.local/a'
const LOOSENED: Challenge = {
  origin: ORIGIN,
  after: 7,
  authority: AUTHORITY,
  change: { _tag: 'ModeChanged', from: 'enforce', to: 'profile' },
  loosens: true,
}

interface Scene {
  readonly challenge: Challenge
  readonly running?: boolean
  readonly yes?: boolean
  readonly answers?: ReadonlyArray<string>
  readonly pinned?: { readonly origin: string; readonly authority: string | null } | null
}

/** A control plane that asks for what it is told to, and everything that was said to it. */
const play = async <M extends AskedMethod>(
  asked: AskedChange<M>,
  { challenge, running = true, yes = false, answers, pinned }: Scene,
) => {
  const calls: Array<{ method: MethodName; params: Record<string, unknown> }> = []
  const signed: Array<Challenge> = []
  const terminal: BufferTerminal = bufferTerminal()
  const control: Control = {
    running,
    call: ((method: MethodName, params: Record<string, unknown>) => {
      calls.push({ method, params })
      return Promise.resolve(method === 'challenge' ? challenge : { index: 7 })
    }) as Control['call'],
  }
  const left = [...(answers ?? [])]
  const next = () => Promise.resolve(left.shift() ?? '')
  const options: LooseningOptions = {
    terminal,
    asker: { present: answers !== undefined, line: next, hidden: next },
    yes,
    passphraseFile: undefined,
    pid: 4242,
    pin: () =>
      Promise.resolve(
        pinned === null
          ? undefined
          : { verifierKey: 'k', ...(pinned ?? { origin: ORIGIN, authority: AUTHORITY }) },
      ),
    sign: (passphrase, one) => {
      signed.push(one)
      return Promise.resolve({ after: one.after, signature: `signed with ${passphrase}` })
    },
  }
  const outcome = await makeChange(control, asked, options).catch((error: unknown) => error)
  return {
    outcome,
    calls,
    signed,
    terminal,
    made: calls.filter((one) => one.method !== 'challenge'),
  }
}

const OPEN = { ...LOOSENED, authority: null }
const openPin = { origin: ORIGIN, authority: null }

describe('a change that does not loosen', () => {
  it('is made without asking anyone', async () => {
    const { made, outcome } = await play(modeChange('enforce'), {
      challenge: { ...LOOSENED, loosens: false },
    })
    expect(outcome).toEqual({ made: true, result: { index: 7 } })
    expect(made).toEqual([{ method: 'mode.set', params: { mode: 'enforce', pid: 4242 } }])
  })
})

describe('a change without a control plane', () => {
  it('is refused by what answers before anything is asked', async () => {
    const { calls } = await play(resumeChange(), { challenge: OPEN, running: false })
    expect(calls.map((call) => call.method)).toEqual(['resume'])
  })
})

describe('the clearing of a session', () => {
  const clearing = (of: string | null): Challenge => ({
    ...LOOSENED,
    change: { _tag: 'TaintCleared', of },
  })

  it('is shown with the session and signed for it', async () => {
    const { terminal, made, signed } = await play(taintClearing('s1'), {
      challenge: clearing('s1'),
      answers: ['secret'],
    })
    expect(terminal.stderr()).toContain('taint  cleared in session s1')
    expect(signed).toHaveLength(1)
    expect(made[0]?.params).toMatchObject({ session: 's1' })
    const all = await play(taintClearing(null), { challenge: clearing(null), answers: ['secret'] })
    expect(all.terminal.stderr()).toContain('taint  cleared in every session')
  })

  it('is never signed for another session, nor for all of them', async () => {
    for (const of of ['s2', null]) {
      const { outcome, signed } = await play(taintClearing('s1'), {
        challenge: clearing(of),
        answers: ['secret'],
      })
      expect(outcome).toBeInstanceOf(CommandFailure)
      expect(signed).toEqual([])
    }
  })
})

describe('a loosening at level open', () => {
  it('is shown and made when the person agrees', async () => {
    const { made, terminal } = await play(modeChange('profile'), {
      challenge: OPEN,
      pinned: openPin,
      answers: ['y'],
    })
    expect(terminal.stderr()).toContain('mode  enforce → profile')
    expect(made).toHaveLength(1)
  })

  it('is not made when the person does not', async () => {
    const { made, outcome } = await play(modeChange('profile'), {
      challenge: OPEN,
      pinned: openPin,
      answers: ['n'],
    })
    expect(outcome).toEqual({ made: false })
    expect(made).toEqual([])
  })

  it('is not made where nobody can be asked', async () => {
    const { made, outcome } = await play(modeChange('profile'), {
      challenge: OPEN,
      pinned: openPin,
    })
    expect(outcome).toMatchObject({ exit: 2, remedy: 'add --yes' })
    expect(made).toEqual([])
  })

  it('is made unasked with --yes, and still shown', async () => {
    const { made, terminal } = await play(modeChange('profile'), {
      challenge: OPEN,
      pinned: openPin,
      yes: true,
    })
    expect(made[0]!.params).not.toHaveProperty('authorisation')
    expect(terminal.stderr()).toContain('This loosens the gate')
  })
})

describe('a loosening at level authority', () => {
  it('carries a signature over exactly what was shown', async () => {
    const { made, signed } = await play(modeChange('profile'), {
      challenge: LOOSENED,
      answers: ['four words go here'],
    })
    expect(signed).toEqual([LOOSENED])
    expect(made).toEqual([
      {
        method: 'mode.set',
        params: {
          mode: 'profile',
          pid: 4242,
          authorisation: { after: 7, signature: 'signed with four words go here' },
        },
      },
    ])
  })

  it('is not made without a passphrase', async () => {
    const { outcome, signed } = await play(modeChange('profile'), {
      challenge: LOOSENED,
      answers: [''],
    })
    expect(outcome).toEqual({ made: false })
    expect(signed).toEqual([])
  })
})

describe('what answers in place of the control plane', () => {
  const digest = 'a'.repeat(64)
  const cases: ReadonlyArray<readonly [string, AskedChange, Partial<Challenge>]> = [
    ['another kind of change', modeChange('enforce'), { change: { _tag: 'Resumed' } }],
    [
      'the same change to something else',
      modeChange('enforce'),
      { change: { _tag: 'ModeChanged', from: 'enforce', to: 'profile' } },
    ],
    [
      'a field that was not asked for',
      modeChange('profile'),
      { change: { _tag: 'ModeChanged', from: 'enforce', to: 'profile', extra: 1 } },
    ],
    [
      'a state that is none',
      modeChange('profile'),
      { change: { _tag: 'ModeChanged', from: '\u001b[2J', to: 'profile' } },
    ],
    [
      'an inherited field',
      resumeChange(),
      { change: Object.create({ _tag: 'Resumed' }) as Record<string, unknown> },
    ],
    [
      'a looser posture',
      postureChange('dry_run'),
      { change: { _tag: 'PostureChanged', from: 'locked', to: null } },
    ],
    [
      'another value of a setting',
      settingChange('witness.durability', 'fsync', '"fsync"'),
      { change: { _tag: 'ConfigChanged', key: 'witness.durability', value: '"os"' } },
    ],
    [
      'another policy',
      policyChange({}, digest, [digest], 'policy'),
      {
        change: {
          _tag: 'PolicyApplied',
          digest: 'b'.repeat(64),
          chunks: [digest],
          source: 'import',
        },
      },
    ],
    [
      'other chunks of the policy',
      policyChange({}, digest, [digest], 'policy'),
      { change: { _tag: 'PolicyApplied', digest, chunks: [], source: 'import' } },
    ],
    ['another log', modeChange('profile'), { origin: 'isonapse.local/b' }],
    ['another authority', modeChange('profile'), { authority: 'b3RoZXI=' }],
    ['no authority where one is pinned', modeChange('profile'), { authority: null }],
    ['no place in the log', modeChange('profile'), { after: -1 }],
    ['a place beyond numbers', modeChange('profile'), { after: 1e300 }],
  ]
  for (const [name, asked, answer] of cases)
    it(`gets neither a signature nor the change: ${name}`, async () => {
      const { outcome, made, signed } = await play(asked, {
        challenge: { ...LOOSENED, ...answer },
        answers: ['four words go here', 'y'],
        yes: true,
      })
      expect(outcome).toBeInstanceOf(CommandFailure)
      expect(outcome).toMatchObject({ kind: 'wrong-challenge', exit: 1 })
      expect(made).toEqual([])
      expect(signed).toEqual([])
    })

  it('gets no signature where no log is pinned to compare with', async () => {
    const { signed, outcome } = await play(modeChange('profile'), {
      challenge: LOOSENED,
      answers: ['four words go here'],
      pinned: null,
    })
    expect(outcome).toMatchObject({ kind: 'wrong-challenge' })
    expect(signed).toEqual([])
  })
})
