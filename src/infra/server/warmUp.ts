// Harmless readings, made when nobody waits: the first of each kind takes many times as long as those
// after it, as none of the engine has run yet. Nothing of them is recorded, and no file is looked at.
import * as Effect from 'effect/Effect'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { INJECTION_RULES } from '../../domain/sensitive/injection/detect.ts'
import { PII } from '../../domain/sensitive/piiRecognisers.ts'
import { SECRETS } from '../../domain/sensitive/secretRecognisers.ts'

/** What sessions begin with, one of each language that is read. */
const COMMANDS = [
  'ls -la && git status --short | head -20',
  'npm test -- --run 2>&1 | tail -5',
  'rg -n \'export const\' src | sort > out.txt; for f in *.ts; do wc -l "$f"; done',
  'python3 -c "import os, sys; print(os.getcwd(), sys.argv)"',
  "node -e \"const fs = require('fs'); console.log(fs.readdirSync('.').length)\"",
  "perl -ne 'print if /x/' a.txt | awk '{ print $1 }'",
  'ruby -e "puts 1 + 1"',
  'psql -c "select count(*) from t where id = 1"',
  'cat <<END > notes.md\n# A note\nEND',
  'curl -s http://localhost:3000/health',
]

const events = (cwd: string): ReadonlyArray<HookEvent> => {
  const around = { kind: 'tool.before', name: 'PreToolUse', session: '-', cwd } as const
  return [
    ...COMMANDS.map((command) => ({ ...around, call: { name: 'Bash', input: { command } } })),
    { ...around, call: { name: 'Read', input: { file_path: `${cwd}/a.ts` } } },
    { ...around, call: { name: 'Write', input: { file_path: `${cwd}/a.sh`, content: 'ls\n' } } },
  ]
}

/** What each recogniser and each rule looks closely at: its own first example. */
const texts = (): ReadonlyArray<string> =>
  [...PII, ...SECRETS, ...INJECTION_RULES].flatMap(({ examples }) => examples.yes.slice(0, 1))

export interface WarmUp {
  readonly judge: (event: HookEvent) => void
  readonly scan: (text: string) => void
}

/** Gives way after each. What fails here fails again, and is told, when somebody asks for it. */
export const warmUp = (cwd: string, { judge, scan }: WarmUp): Effect.Effect<void> => {
  const readings = [
    ...events(cwd).map((event) => () => judge(event)),
    ...texts().map((text) => () => scan(text)),
  ]
  return Effect.forEach(
    readings,
    (reading) =>
      Effect.sleep(1).pipe(
        Effect.andThen(Effect.try({ try: reading, catch: String })),
        Effect.ignore,
      ),
    { discard: true },
  )
}
