// The widest that a learned rule lets through: for each kind of rule what was seen, and what somebody
// who can make calls in profile mode would like to have permitted by it.
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import type { ActionEffect } from '../../../src/domain/action/effect.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { type Example, MOST_ALTERNATIVES, type Rule } from '../../../src/domain/policy/rule.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'
import { USUAL } from '../../../src/domain/suggest/alone.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../../src/domain/suggest/evidence.ts'
import { ruleInWords } from '../../../src/domain/suggest/ruleInWords.ts'
import { type Suggestion, suggest } from '../../../src/domain/suggest/suggest.ts'
import { template } from '../../../src/templates/templates.ts'
import { logOf, profileOf } from './habits.ts'

const ASKS: Policy = { version: 1, name: 'asks', rules: [], defaults: {} }

type Did = Example | Action

const actionOf = (did: Did): Action =>
  typeof did === 'object' && 'effects' in did ? did : exampleAction(did)

/** Done in each of four sessions, on four days. */
const learntFrom = (
  done: ReadonlyArray<Did>,
  live: Policy = ASKS,
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
): Suggestion => {
  const log = logOf(compilePolicy(live))
  for (const day of [0, 1, 2, 3])
    log.play(done.map((one) => ({ action: actionOf(one), session: day, day, outcome: 'finished' })))
  return Result.getOrThrow(suggest(profileOf(log.entries), live, thresholds))
}

const verdictOn = (did: Did, policy: Policy): Verdict =>
  decide(actionOf(did), compilePolicy(policy), USUAL).verdict

const everyEffect = (did: Did, more: Partial<ActionEffect>): Action => {
  const action = actionOf(did)
  return {
    ...action,
    effects: action.effects.map((one) => (one.kind === 'exec' ? one : { ...one, ...more })),
  }
}

describe('a learned permit', () => {
  it.each<readonly [what: string, seen: ReadonlyArray<Did>, again: Did, wider: ReadonlyArray<Did>]>(
    [
      [
        'for files of a folder is none for a key or a start-up file in it',
        ['touch ~/notes/a ~/notes/b ~/notes/c'],
        'touch ~/notes/d',
        ['touch ~/notes/.env', 'touch ~/notes/.ssh/id_rsa', 'touch -a ~/notes/d', 'rm ~/notes/d'],
      ],
      [
        'for reading in a folder is none for what lies in it under another zone',
        ['cat /etc/hosts /etc/passwd /etc/fstab'],
        'cat /etc/services',
        ['cat /etc/shadow', 'cat /etc/ssh/sshd_config', 'cat /etc/ssl/private/x.key'],
      ],
      [
        'for a host that is not known before it runs is none for those that are',
        ['curl -s "$URL"'],
        'curl -s "$OTHER"',
        ['curl -s https://collect.example.com/', 'curl -s http://169.254.169.254/', 'wget "$URL"'],
      ],
      [
        'for hosts is by their names alone, whatever their case, port or final dot',
        ['curl https://api.example.com:8443/ https://Files.example.org./ http://[::1]:3000/'],
        'curl https://api.example.com/ https://files.example.org/ http://[::1]/',
        [
          'curl https://example.com/',
          'curl https://api.example.com.evil.example/',
          'curl http://[::2]/',
        ],
      ],
      [
        'for hosts of a domain is not for the domain, its neighbours or one that ends alike',
        ['curl https://a.docs.example.co.uk https://b.docs.example.co.uk https://c.example.co.uk'],
        'curl https://d.example.co.uk/',
        [
          'curl https://example.co.uk/',
          'curl https://other.co.uk/',
          'curl https://badexample.co.uk/',
        ],
      ],
      [
        'for a host with a wildcard of its own is none at all',
        ['curl https://a.example.com/', 'curl "https://*/"', 'curl "https://*.com/"'],
        'curl https://a.example.com/',
        ['curl https://collect.example.org/', 'curl https://collect.com/'],
      ],
      [
        'for files with wildcards in their names is for no others',
        ["touch src/a.ts 'src/*' '**' '?.ts' 'x*/a' 'x*/b' 'x*/c'"],
        'touch src/a.ts',
        ['touch src/b.ts', 'touch x/y', 'touch a.ts', 'touch xy/d'],
      ],
      [
        'for a tool of a server is none for its others',
        [{ tool: 'mcp__crm__look', input: {} }],
        { tool: 'mcp__crm__look', input: {} },
        [
          { tool: 'mcp__crm__lookup', input: {} },
          { tool: 'mcp__crm__look__up', input: {} },
          { tool: 'mcp__crm2__look', input: {} },
          { tool: 'mcp__CRM__look', input: {} },
        ],
      ],
      [
        'for an agent is none for another',
        [{ tool: 'Agent', input: { prompt: 'x' } }],
        { tool: 'Agent', input: { prompt: 'y' } },
        [{ tool: 'Agent', input: { subagent_type: 'deployer', prompt: 'x' } }],
      ],
      [
        'for a subcommand is none for another, nor with another option',
        ['git frob'],
        'git frob x',
        ['git other', 'git frob --exec=x', 'git push'],
      ],
      [
        'for one command is none for the commands beside it',
        ['mytool a && othertool b'],
        'mytool c',
        ['mytool a; thirdtool b', 'mytool a | sh'],
      ],
      [
        'for running code of the project is none for what the agent wrote or fetched a moment ago',
        ['make'],
        'make',
        [everyEffect('make', { origin: 'written' }), everyEffect('make', { origin: 'downloaded' })],
      ],
      [
        'for changing files is none for code that the agent wrote a moment ago',
        ['sed -i s/a/b/ src/a.ts'],
        'sed -i s/b/c/ src/a.ts',
        [everyEffect('sed -i s/a/b/ src/a.ts', { origin: 'downloaded' })],
      ],
      [
        'for files one by one is none for the folder at once',
        ['rm src/a.ts', 'rm src/b.ts', 'rm src/c.ts'],
        'rm src/d.ts',
        ['rm -r src', 'rm -rf src/x', 'rm src/*', 'rm lib/a.ts', 'rm SRC/a.ts'],
      ],
    ],
  )('%s', (_, seen, again, wider) => {
    const { policy } = learntFrom(seen)
    expect(verdictOn(again, policy)).toBe('permit')
    for (const one of wider) expect([one, verdictOn(one, policy)]).not.toEqual([one, 'permit'])
  })

  it('is none for a script that was not read: the next one may be another', () => {
    const { policy, left } = learntFrom(['bash scripts/a.sh', 'python3 tool.py', './run.sh'])
    for (const one of ['bash scripts/a.sh', 'bash scripts/b.sh', 'python3 x.py', './run.sh'])
      expect([one, verdictOn(one, policy)]).toEqual([one, 'defer'])
    expect(left.filter(({ because }) => because === 'unread')).toHaveLength(3)
  })

  it('is told in words that hold nothing back', () => {
    const words = (seen: string) => learntFrom([seen]).learned.map(ruleInWords)
    expect(words('curl -s "$URL"')).toContain('curl fetches from a host that it does not name')
    expect(words('rm src/a.ts')).toContain('rm without options deletes project:src/a.ts')
  })
})

describe('a policy that was suggested before', () => {
  const SED = 'learned.fs.write.bash.sed.-i'
  const first = learntFrom(['sed -i s/a/b/ src/a.ts']).policy
  const changed = (change: object): Policy => ({
    ...first,
    rules: first.rules.map((rule) => (rule.id === SED ? { ...rule, ...change } : rule)),
  })
  const ruleIn = ({ rules }: Policy, id: string) => rules.find((rule) => rule.id === id)

  it('is widened by what is learned of the same', () => {
    const { policy } = learntFrom(['sed -i s/a/b/ lib/a.ts'], first)
    expect(ruleIn(policy, SED)!.match.path).toEqual(['project:lib/a.ts', 'project:src/a.ts'])
  })

  it.each<readonly [string, { readonly [K in keyof Rule]?: Rule[K] | undefined }]>([
    ['a denial', { verdict: 'deny' }],
    ['a question', { verdict: 'defer' }],
    ['one with another exception', { unless: { path: 'project:**/secret/**' } }],
    ['one of their own', { evidence: undefined }],
  ])('is left alone where a person made %s of it', (_, change) => {
    const mine = JSON.parse(JSON.stringify(changed(change))) as Policy
    const { policy, learned } = learntFrom(
      ['sed -i s/a/b/ src/a.ts', 'sed -i s/a/b/ lib/a.ts'],
      mine,
    )
    expect(ruleIn(policy, SED)).toEqual(ruleIn(mine, SED))
    expect(verdictOn('sed -i s/a/b/ lib/a.ts', policy)).toBe('permit')
    expect(verdictOn('sed -i s/a/b/ src/a.ts', policy)).toBe(
      change.verdict === undefined ? 'permit' : change.verdict,
    )
    expect(learned.map(({ id }) => id)).not.toContain(SED)
    const again = learntFrom(['sed -i s/a/b/ src/a.ts', 'sed -i s/a/b/ lib/a.ts'], policy)
    expect(again.policy).toEqual(policy)
  })

  it('keeps what a person added to it', () => {
    const { policy } = learntFrom(['sed -i s/a/b/ lib/a.ts'], changed({ approve: true }))
    expect(ruleIn(policy, SED)).toMatchObject({
      approve: true,
      match: { path: ['project:lib/a.ts', 'project:src/a.ts'] },
    })
  })

  it('is one rule in all layers, though one of them came later', () => {
    const layered: Policy = {
      ...first,
      layers: [{ name: 'later', rules: [], defaults: { 'fs.*': 'defer' } }],
    }
    const { policy } = learntFrom(['sed -i s/a/b/ lib/a.ts'], layered)
    expect(ruleIn(policy, SED)!.match.path).toHaveLength(2)
    expect(policy.layers![0]!.rules.find(({ id }) => id === SED)).toEqual(ruleIn(policy, SED))
  })

  it('grows no list beyond what a rule may list, and loses nothing from it', () => {
    const hosts = (prefix: string) =>
      Array.from({ length: 150 }, (_, i) => `curl https://${prefix}${i}.${prefix}${i}.example.com`)
    const fetched = (seen: ReadonlyArray<string>, live: Policy) =>
      learntFrom(seen, live).policy.rules.find(({ id }) => id === 'learned.net.fetch')!.match.host!
    const before = learntFrom(hosts('b').map((one) => one.replace('.example.com', '.com'))).policy
    const after = fetched(
      hosts('a').map((one) => one.replace('.example.com', '.com')),
      before,
    )
    expect(after).toHaveLength(MOST_ALTERNATIVES)
    expect(after).toEqual(
      expect.arrayContaining([
        ...before.rules.find(({ id }) => id === 'learned.net.fetch')!.match.host!,
      ]),
    )
  })
})

describe('a default', () => {
  const OPEN: Policy = {
    version: 1,
    name: 'open',
    rules: [
      { id: 'logs', verdict: 'permit', match: { effect: 'fs.write', path: 'project:**/*.log' } },
    ],
    defaults: { 'fs.*': 'permit', exec: 'permit', opaque: 'permit' },
  }
  const EAGER = { ...DEFAULT_THRESHOLDS, maxNew: 1 }

  it('stays open where more of a root was changed than is kept by name', () => {
    const seen = Array.from({ length: 12 }, (_, i) => `touch f${i}.txt`)
    const { policy, closings } = learntFrom(seen, OPEN, EAGER)
    expect(closings.find(({ kind }) => kind === 'fs.write')).toMatchObject({
      closed: false,
      because: 'not-nameable',
    })
    for (const one of seen) expect(verdictOn(one, policy)).toBe('permit')
  })

  it('is closed only with every file of a folder named, not the first alone', () => {
    const seen = ['touch x.log', 'touch a.txt', 'touch b.txt']
    const { policy } = learntFrom(seen, OPEN, EAGER)
    expect(policy.defaults['fs.write']).toBe('defer')
    for (const one of seen) expect([one, verdictOn(one, policy)]).toEqual([one, 'permit'])
    expect(verdictOn('touch c.txt', policy)).toBe('defer')
  })

  it('is closed saying what else will be asked about: what was seen and never finished', () => {
    const log = logOf(compilePolicy(OPEN))
    for (const day of [0, 1, 2, 3])
      log.play([
        { action: exampleAction('touch a.txt'), session: day, day, outcome: 'finished' },
        { action: exampleAction('touch b.txt x.log'), session: day, day, outcome: 'unfinished' },
        { action: exampleAction('touch lib/c.txt'), session: day, day, outcome: 'unfinished' },
      ])
    const made = Result.getOrThrow(suggest(profileOf(log.entries), OPEN, EAGER))
    expect(made.closings.find(({ kind }) => kind === 'fs.write')).toMatchObject({
      closed: true,
      unfinished: 4,
    })
  })

  it('that asks is no less learned from because a rule permits the first of a folder', () => {
    const asks: Policy = { ...OPEN, defaults: {} }
    const { policy } = learntFrom(['touch x.log', 'touch a.txt'], asks)
    expect(verdictOn('touch a.txt', policy)).toBe('permit')
  })
})

describe('a guard', () => {
  it('is not left out for what was done once an injection was met', () => {
    const live = template('default')
    const log = logOf(compilePolicy(live))
    for (const day of [0, 1, 2, 3])
      log.play([{ action: exampleAction('mytool a'), session: day, day, outcome: 'finished' }])
    log.hit(0)
    log.play([
      {
        action: exampleAction('git push --force origin main'),
        session: 0,
        day: 3,
        outcome: 'finished',
      },
    ])
    const made = Result.getOrThrow(suggest(profileOf(log.entries), live, DEFAULT_THRESHOLDS))
    expect(made.guards.map(({ id }) => id)).toContain('guard.published-history')
    expect(made.unguarded).toEqual([])
  })
})

describe('a flood of things seen', () => {
  const flood = (n: number, sessions: ReadonlyArray<number>) =>
    Array.from({ length: n }, (_, i): Action => ({
      tool: 'Bash',
      origin: 'builtin',
      capabilities: [`tool:Bash:t${i}` as Action['capabilities'][number]],
      effects: [
        {
          kind: 'fs.write',
          certainty: 'certain',
          of: 0,
          target: { path: { project: `d${i}/e/${'x'.repeat(90)}.ts` }, zone: 'project' },
        },
      ],
    })).flatMap((action) =>
      sessions.map((day) => ({ action, session: day, day, outcome: 'finished' as const })),
    )

  it('leaves room for what rests on the most sessions, and says of the rest that there was none', () => {
    const full: Policy = {
      ...ASKS,
      rules: Array.from({ length: 1500 }, (_, i) => ({
        id: `own.${i}`,
        verdict: 'deny',
        match: { host: `h${i}.example.com` },
      })),
    }
    const log = logOf(compilePolicy(full))
    log.play(flood(1000, [0, 1, 2]))
    for (const day of [0, 1, 2, 3])
      log.play([{ action: exampleAction('rm src/a.ts'), session: day, day, outcome: 'finished' }])
    const made = Result.getOrThrow(suggest(profileOf(log.entries), full, DEFAULT_THRESHOLDS))
    expect(verdictOn('rm src/a.ts', made.policy)).toBe('permit')
    expect(made.policy.rules).toHaveLength(2000)
    expect(made.policy.rules).toEqual(expect.arrayContaining(full.rules.slice(0, 3)))
    const beyond = made.left.filter(({ because }) => because === 'room')
    expect(beyond.length + made.learned.length).toBe(1001)
    const again = Result.getOrThrow(
      suggest(profileOf(log.entries), made.policy, DEFAULT_THRESHOLDS),
    )
    expect(again.policy).toEqual(made.policy)
  })
})
