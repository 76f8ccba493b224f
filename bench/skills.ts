// What checking the files that instruct the agent costs: `skill check` over 2,000 of them, and a session's
// start through the installed hook client, with the control plane up and when it has to be started.
// `node bench/skills.ts [--json] [--quick]`. Needs the built program.
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { REPOSITORY } from './plane.ts'
import { isQuick, median, rounded } from './samples.ts'
import { type BenchRow, runAlone } from './scratch.ts'

const PROGRAM = path.join(REPOSITORY, 'bin/isonapse.cjs')
const FEW = 20
const MANY = 2000

const payload = (project: string, n: number): string =>
  `${JSON.stringify({
    session_id: `5c1fe9c0-0000-4000-8000-${String(n).padStart(12, '0')}`,
    transcript_path: '/nowhere/transcript.jsonl',
    cwd: project,
    hook_event_name: 'SessionStart',
    source: 'startup',
  })}\n`

/** Folders of skills, as a repository with a collection of them has. */
const makeSkills = (project: string, many: number): void => {
  fs.mkdirSync(path.join(project, '.git'), { recursive: true })
  for (let n = 0; n < many; n++) {
    const dir = path.join(project, '.claude/skills', `skill-${n % 100}`)
    fs.mkdirSync(dir, { recursive: true })
    const body = `Step ${n}: run the tests, then say what changed and why.\n`.repeat(30)
    fs.writeFileSync(path.join(dir, `part-${n}.md`), `---\nname: part-${n}\n---\n${body}`)
  }
}

export const benchSkills = async (quick = isQuick()): Promise<ReadonlyArray<BenchRow>> => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-bench-')))
  const env = { PATH: '/usr/bin:/bin', HOME: root, ISONAPSE_HOME: path.join(root, 'iso') }
  const run = (argv: ReadonlyArray<string>, input = ''): { ms: number; out: string } => {
    const began = performance.now()
    const done = spawnSync(argv[0]!, argv.slice(1), { env, input, encoding: 'utf8' })
    const ms = performance.now() - began
    if (done.status === null) throw done.error ?? new Error('it was ended')
    return { ms, out: done.stdout }
  }
  const hook = (...args: ReadonlyArray<string>) => run([process.execPath, PROGRAM, 'hook', ...args])
  const [few, many] = [FEW, MANY].map((n) => path.join(root, `project-${n}`)) as [string, string]
  makeSkills(few, FEW)
  makeSkills(many, MANY)
  hook('init')
  hook('install')
  const script = path.join(root, 'iso/data/plugin/isonapse/hook.sh')
  let session = 0
  const start = (project: string): number => {
    const { ms, out } = run(
      ['/usr/bin/env', '-i', '/bin/sh', script, 'SessionStart'],
      payload(project, (session += 1)),
    )
    if (!out.includes('systemMessage')) throw new Error(`it was not answered: ${out}`)
    return ms
  }
  const rounds = quick ? 5 : 15
  const times = (one: () => number): number => median(Array.from({ length: rounds }, one))
  try {
    const cold = times(() => {
      const ms = start(few)
      hook('stop')
      return ms
    })
    hook('start')
    start(few)
    start(many)
    // What is new is looked through for injection, beside everything else, in the first seconds.
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    const up = times(() => start(few))
    const upMany = times(() => start(many))
    const checked = Array.from({ length: rounds + 1 }, () => {
      const { ms, out } = hook('skill', 'check', '--json', '--project', many)
      const { tookMs, skills } = JSON.parse(out) as { tookMs: number; skills: Array<unknown> }
      if (skills.length < MANY) throw new Error(`${skills.length} files were checked`)
      return { ms, tookMs }
    }).slice(1)
    return [
      {
        name: `skill check over ${MANY} files, warm`,
        value: rounded(median(checked.map(({ tookMs }) => tookMs))),
        unit: 'ms',
        target: 150,
      },
      {
        name: '… the whole command',
        value: rounded(median(checked.map(({ ms }) => ms))),
        unit: 'ms',
      },
      {
        name: `SessionStart, ${FEW} files, control plane up`,
        value: rounded(up),
        unit: 'ms',
        target: 250,
      },
      { name: `… ${MANY} files`, value: rounded(upMany), unit: 'ms', target: 250 },
      { name: '… control plane to be started', value: rounded(cold), unit: 'ms', target: 2000 },
    ]
  } finally {
    hook('stop')
    fs.rmSync(root, { recursive: true, force: true })
  }
}

await runAlone(import.meta, benchSkills)
