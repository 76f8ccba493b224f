// The laws of reading and deciding: a disguise never makes a verdict milder, one effect has one
// verdict by whatever tool, a further denial never permits, and any bytes get an answer in time.
import * as Schema from 'effect/Schema'
import * as fc from 'fast-check'
import { Action } from '../../src/domain/action/action.ts'
import { analyseCall } from '../../src/domain/action/analyse.ts'
import type { Observed } from '../../src/domain/action/action.ts'
import type { Place } from '../../src/domain/action/place.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import { type CompiledPolicy, compilePolicy, decide } from '../../src/domain/policy/decide.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Posture, Verdict } from '../../src/domain/policy/verdict.ts'
import { policyOfTemplate } from '../../src/commands/oneShot/policyFile.ts'
import {
  policy as somePolicy,
  posture as somePosture,
  rule as someRule,
} from '../domain/policy/generators.ts'
import { command, EXAMPLES, simple } from './commands.ts'
import { disguised, type Disguised, DISGUISES, single } from './disguises.ts'
import { type Law, law } from './law.ts'

const PLACE: Place = {
  home: '/home/dev',
  project: '/home/dev/app',
  cwd: '/home/dev/app',
  gate: ['/home/dev/.local/share/isonapse', '/run/user/1000/isonapse'],
}
const OBSERVED: Observed = { cwd: { project: '' }, links: [] }

const DEFAULT = compilePolicy(policyOfTemplate('default'))
const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

const read = (tool: string, input: Readonly<Record<string, unknown>>): Action =>
  analyseCall({ name: tool, input }, PLACE, OBSERVED)
const bash = (text: string): Action => read('Bash', { command: text })

const verdictOf = (
  action: Action,
  policy: CompiledPolicy = DEFAULT,
  posture: Posture = 'interactive',
): Verdict =>
  decide(action, policy, { mode: 'enforce', posture, state: { suspended: false } }).verdict

const told = ({ effects }: Action): string =>
  effects.map(({ kind, why, target }) => [kind, why, JSON.stringify(target)].join(' ')).join('; ')

const isAction = Schema.is(Action)
/** What is left of a log entry for the rest of it. Bytes. */
const MOST_BYTES = 65_535 - 8192
/** Milliseconds of this thread's own processor time, at its best of three. */
const MOST_TIME = 50

const ownTime = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const bestTime = (run: () => void): number => {
  let best = Infinity
  for (let round = 0; round < 3 && best > MOST_TIME; round++) {
    const start = ownTime()
    run()
    best = Math.min(best, ownTime() - start)
  }
  return best
}

/** Whatever the text: an action of the right form, that fits into the log, in time. */
const unsound = (run: () => Action): string | undefined => {
  const action = run()
  if (!isAction(action)) return 'the action is not of its own schema'
  const bytes = canonicalJson(action).length
  if (bytes > MOST_BYTES) return `${bytes} bytes of action`
  if (action.effects.some(({ of }) => of !== undefined && action.capabilities[of] === undefined))
    return 'an effect names a capability that is not there'
  const took = bestTime(run)
  return took > MOST_TIME ? `took ${took.toFixed(0)} ms` : undefined
}

const FRAGMENTS =
  '$( ` " \' | && || ; & <<EOF\n <<< { } ( ) ~ $x ${x:- $(( )) \\ \n * ? [ ] ! # = > >> < <( eval sh -c rm -rf / .env python3 -c node -e sudo xargs find -exec if then fi for do done case esac function \u0000 \u202e \u{1f600}'.split(
    ' ',
  )

const mangled = fc
  .tuple(
    fc.constantFrom(...EXAMPLES),
    fc.array(fc.tuple(fc.nat({ max: 80 }), fc.constantFrom(...FRAGMENTS)), { maxLength: 12 }),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([text, inserts, times]) =>
    inserts
      .reduce((out, [at, part]) => `${out.slice(0, at)}${part}${out.slice(at)}`, text)
      .repeat(times),
  )

const soup = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 400,
  })
  .map((parts) => parts.join(''))

const nested = fc
  .tuple(
    fc.constantFrom('$(', '`', '(', '{ ', '"$(', '${x:-', '$((', 'if ', 'eval "', "sh -c '", '<('),
    fc.integer({ min: 1, max: 4000 }),
    fc.constantFrom(...EXAMPLES),
  )
  .map(([open, times, inner]) => open.repeat(times) + inner)

const PATHS = [
  'src/a.ts',
  'a.txt',
  '/tmp/a',
  '/etc/hosts',
  '/home/dev/notes.txt',
  '/home/dev/.bashrc',
  '.git/hooks/pre-commit',
  '.github/workflows/ci.yml',
  '.claude/settings.json',
  '.env',
  '/home/dev/.ssh/authorized_keys',
  '../other/a.txt',
  '/srv/a',
]

/** Ways to write a file, all of which have the same effect on it. */
const WRITES: ReadonlyArray<(path: string) => Action> = [
  (path) => read('Write', { file_path: path, content: 'x' }),
  (path) => read('Edit', { file_path: path, old_string: 'a', new_string: 'x' }),
  (path) => bash(`echo x > ${single(path)}`),
  (path) => bash(`echo x >> ${single(path)}`),
  (path) => bash(`echo x | tee ${single(path)}`),
  (path) => bash(`sed -i s/a/b/ ${single(path)}`),
  (path) => bash(`cat > ${single(path)} <<'EOF'\nx\nEOF`),
  (path) => bash(`python3 -c ${single(`open(${JSON.stringify(path)}, 'w').write('x')`)}`),
  (path) => bash(`node -e ${single(`require('fs').writeFileSync(${JSON.stringify(path)}, 'x')`)}`),
]

/** Of these effects only; what else a way of writing does (it runs a program) is no part of the law. */
const ABOUT_FILES = new Set(['fs.write', 'persist', 'tamper', 'secret.send', 'destroy.system'])

const byEffectsAlone = (policy: Policy): boolean =>
  policy.tools === undefined &&
  policy.rules.every(({ match, unless }) =>
    [match, ...(unless === undefined ? [] : [unless].flat())].every(
      (one) =>
        one.tool === undefined &&
        one.capability === undefined &&
        one.program === undefined &&
        one.certainty === undefined &&
        !('flag' in one) &&
        !('reach' in one),
    ),
  )

const writesOnly = (action: Action): Action => ({
  tool: 'Any',
  origin: 'builtin',
  capabilities: [],
  effects: action.effects
    .filter(({ kind }) => ABOUT_FILES.has(kind))
    .map(({ kind, target, why }) => ({
      kind,
      certainty: 'certain' as const,
      ...(target === undefined ? {} : { target }),
      ...(why === undefined ? {} : { why }),
    })),
})

/** Told when the command in disguise is judged more mildly than the plain one. */
const milderInDisguise = ({ plain, worn, text }: Disguised): string | undefined => {
  const before = bash(plain)
  const after = bash(text)
  const [was, is] = [verdictOf(before), verdictOf(after)]
  return RANK[is] >= RANK[was]
    ? undefined
    : `${was} became ${is} by ${worn.join(', ')}:\n  ${plain}\n  → ${text}\n  ${told(before)}\n  → ${told(after)}`
}

const AROUND_SCRIPTS = DISGUISES.filter((one) => one.simple !== true)

export const LAWS: ReadonlyArray<Law> = [
  law('a disguise never makes a verdict milder', disguised(simple, DISGUISES), milderInDisguise),
  law(
    'a disguise around a script never makes a verdict milder',
    disguised(command, AROUND_SCRIPTS),
    milderInDisguise,
  ),
  law(
    'two commands are judged at least as strictly as each',
    fc.tuple(command, command),
    ([a, b]) => {
      const both = verdictOf(bash(`${a}\n${b}`))
      // What the first leaves behind (a directory, a variable) may change what the second is: only the
      // first is sure to be the same.
      const first = verdictOf(bash(a))
      return RANK[both] >= RANK[first] ? undefined : `${first} became ${both}:\n  ${a}\n  ${b}`
    },
  ),
  law(
    'one effect has one verdict by whatever tool',
    fc.tuple(fc.constantFrom(...PATHS), somePolicy.filter(byEffectsAlone), somePosture),
    ([path, policy, posture]) => {
      const compiled = compilePolicy(policy)
      const verdicts = WRITES.map((write) => verdictOf(writesOnly(write(path)), compiled, posture))
      return new Set(verdicts).size === 1 ? undefined : `${path}: ${verdicts.join(' ')}`
    },
  ),
  law(
    'a further denial never permits more',
    fc.tuple(command, somePolicy, someRule, somePosture),
    ([text, policy, rule, posture]) => {
      const { approve: _, ...rest } = rule
      const denial = { ...rest, id: 'added-denial', verdict: 'deny' as const }
      const action = bash(text)
      const was = verdictOf(action, compilePolicy(policy), posture)
      const is = verdictOf(
        action,
        compilePolicy({ ...policy, rules: [...policy.rules, denial] }),
        posture,
      )
      return RANK[is] >= RANK[was] ? undefined : `${was} became ${is}: ${text}`
    },
  ),
  law('mangled commands get an answer', mangled, (text) => unsound(() => bash(text))),
  law('any text gets an answer', soup, (text) => unsound(() => bash(text))),
  law('deep nesting gets an answer', nested, (text) => unsound(() => bash(text))),
  law(
    'any input of any tool gets an answer',
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          'Write',
          'Edit',
          'Read',
          'Grep',
          'WebFetch',
          'Agent',
          'Monitor',
          'mcp__a__b',
          'PowerShell',
          'NotebookEdit',
          'Skill',
        ),
        fc.string(),
      ),
      fc.dictionary(
        fc.oneof(
          fc.constantFrom(
            'command',
            'file_path',
            'content',
            'url',
            'path',
            'pattern',
            'prompt',
            'edits',
            '__proto__',
          ),
          fc.string(),
        ),
        fc.oneof(fc.constantFrom(...EXAMPLES), fc.jsonValue()),
      ),
    ),
    ([tool, input]) => unsound(() => read(tool, input)),
  ),
]
