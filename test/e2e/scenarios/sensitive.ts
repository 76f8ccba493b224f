// What the real client shows a model, and keeps in its own files, of values that are nobody's business.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { tokensIn } from '../../../src/domain/vault/token.ts'
import type { ApiRequest, Turn } from '../api.ts'
import type { Scenario } from '../scenario.ts'
import type { Session } from '../session.ts'
import { bash, type Stage } from '../stage.ts'

const MAIL = 'karla.nowak@mail-of-mine.org'
const CARD = '4539 1488 0343 6467'

/** Every file below a folder that holds the text. */
const holders = (folder: string, text: string): ReadonlyArray<string> =>
  fs.readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name)
    return entry.isFile() && fs.readFileSync(file).includes(text) ? [file] : []
  })

/** Neither a request to the model, nor a file of the client's, nor the log holds the value. */
const assertNowhere = (stage: Stage, session: Session, value: string): void => {
  assert.ok(!JSON.stringify(session.requests).includes(value), 'no request holds it')
  assert.deepEqual(holders(path.join(stage.home, '.claude'), value), [], 'no transcript holds it')
  assert.deepEqual(holders(path.join(stage.home, '.local'), value), [], 'no file of ours holds it')
  assert.deepEqual(
    holders(path.join(stage.work, '../tmp'), value),
    [],
    'no output on disk holds it',
  )
}

const lastToken = (requests: ReadonlyArray<ApiRequest>): string =>
  tokensIn(JSON.stringify(requests)).at(-1) ?? 'no token'

const tool = (id: string, name: string, input: Readonly<Record<string, unknown>>) => ({
  id,
  tool: name,
  input,
})

const SECRET = `s3cr3t-${'Vb7x'.repeat(5)}-end`

/** In the forms that a program prints it in. */
const FORMS = [
  SECRET,
  Buffer.from(SECRET).toString('base64').slice(0, 24),
  Buffer.from(SECRET).toString('hex').slice(0, 40),
]

export const sensitive: ReadonlyArray<Scenario> = [
  {
    name: 'a secret is put in behind the client’s back: no transcript, request or entry holds it',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hookWith(
        { MY_KEY: SECRET },
        'secret',
        'set',
        'API_KEY',
        '--from-env=MY_KEY',
        '--program=printf',
        '--program=base64',
        '--path=conf.ini',
        '--yes',
      )
      const conf = path.join(stage.work, 'conf.ini')
      // While something runs in the background files hold values, and an edit may have to be made twice.
      const edit = (id: string, from: string, to: string): ReadonlyArray<Turn> => {
        const made = (name: string) =>
          tool(name, 'Edit', {
            file_path: conf,
            old_string: `${from}={{ secret.API_KEY }}`,
            new_string: `${to}={{ secret.API_KEY }}`,
          })
        return [
          { calls: [made(id)] },
          {
            callsOf: (requests) =>
              JSON.stringify(requests.at(-1)?.messages.at(-1)).includes('make the same edit again')
                ? [made(`${id}-twice`)]
                : [bash(`${id}-done`, 'true')],
          },
        ]
      }
      const session = await stage.converse({
        turns: [
          { calls: [bash('plain', "printf '[%s]' {{ secret.API_KEY }}")] },
          { calls: [bash('failing', 'printf "%s" "{{ secret.API_KEY }}" >&2; exit 3')] },
          { calls: [bash('encoded', 'printf %s {{ secret.API_KEY }} | base64')] },
          {
            calls: [
              {
                id: 'background',
                tool: 'Bash',
                input: {
                  command: 'printf "late %s" "{{ secret.API_KEY }}"; touch late.txt',
                  description: 'a step of the script',
                  run_in_background: true,
                },
              },
            ],
          },
          { calls: [bash('elsewhere', 'echo {{ secret.API_KEY }} > leak.txt')] },
          {
            calls: [
              tool('write', 'Write', { file_path: conf, content: 'key={{ secret.API_KEY }}\n' }),
            ],
          },
          ...edit('edit', 'key', 'token'),
          { calls: [tool('read', 'Read', { file_path: conf })] },
          ...edit('again', 'token', 'last'),
          { calls: [bash('print', 'sleep 1; cat conf.ini; base64 conf.ini')] },
          { text: 'done' },
        ],
      })
      assert.equal(stage.read('conf.ini'), `last=${SECRET}\n`, session.told('again'))
      assert.ok(stage.exists('late.txt'), session.told('background'))
      assert.ok(!stage.exists('leak.txt'), session.told('elsewhere'))
      assert.match(session.told('plain') ?? '', /\[\{\{ secret\.API_KEY \}\}\]/)
      assert.match(session.told('failing') ?? '', /Exit code 3[^]*\{\{ secret\.API_KEY \}\}/)
      assert.match(session.told('encoded') ?? '', /\{\{ secret\.API_KEY \}\}/)
      assert.match(session.told('print') ?? '', /last=\{\{ secret\.API_KEY \}\}/)
      assert.match(session.told('read') ?? '', /token=\{\{ secret\.API_KEY \}\}/)
      for (const form of FORMS) assertNowhere(stage, session, form)
      assert.deepEqual(await stage.witnessed('--kind', 'InputSwapped'), [])
      const injected = await stage.witnessed('--kind', 'SecretInjected')
      assert.deepEqual(
        injected.map(({ event }) => event['by']),
        ['run', 'run', 'run', 'run', 'file'],
      )
    },
  },
  {
    name: 'a value is a token in all that the model reads, and a value again in the files it writes and edits',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      stage.write('people.txt', `mail: ${MAIL}\n`)
      const letter = path.join(stage.work, 'letter.txt')
      const edit = (id: string, from: string, to: string) => ({
        callsOf: (requests: ReadonlyArray<ApiRequest>) => {
          const token = lastToken(requests)
          return [
            tool(id, 'Edit', {
              file_path: letter,
              old_string: `${from}: ${token}`,
              new_string: `${to}: ${token}`,
            }),
          ]
        },
      })
      const session = await stage.converse({
        turns: [
          { calls: [tool('read', 'Read', { file_path: path.join(stage.work, 'people.txt') })] },
          {
            callsOf: (requests) => [
              tool('write', 'Write', {
                file_path: letter,
                content: `to: ${lastToken(requests)}\n`,
              }),
            ],
          },
          edit('first', 'to', 'from'),
          edit('second', 'from', 'cc'),
          { calls: [tool('again', 'Read', { file_path: letter })] },
          edit('third', 'cc', 'bcc'),
          { calls: [bash('cat', 'cat letter.txt')] },
          { text: 'done' },
        ],
      })
      assert.equal(stage.read('letter.txt'), `bcc: ${MAIL}\n`, session.told('third'))
      assert.match(session.told('read') ?? '', /mail: \[PII_[0-9a-f]{32}\]/)
      assert.match(session.told('again') ?? '', /cc: \[PII_[0-9a-f]{32}\]/)
      assert.match(session.told('cat') ?? '', /bcc: \[PII_[0-9a-f]{32}\]/)
      assertNowhere(stage, session, MAIL)
      const exposed = await stage.witnessed('--kind', 'PiiExposed')
      assert.deepEqual(exposed, [])
    },
  },
  {
    name: 'a prompt with a value is held back where that is set, and its masked text offered',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hook('config', 'set', 'pii.prompt', 'block', '--yes')
      const session = await stage.converse({ prompt: `pay with ${CARD}`, turns: [] })
      assert.ok(!JSON.stringify(session.requests).includes(CARD), 'no request holds it')
      assert.match(session.ran.stdout, /pay with \[PII_[0-9a-f]{32}\]/)
    },
  },
  {
    name: 'the output of a command that fails is filtered where that is set',
    play: async (stage) => {
      await stage.hook('mode', 'enforce')
      await stage.hook('config', 'set', 'pii.failures', 'filter', '--yes')
      stage.write('people.txt', `mail: ${MAIL}\n`)
      const session = await stage.converse({
        turns: [
          { calls: [bash('failing', 'cat people.txt; cat people.txt >&2; exit 3')] },
          { calls: [bash('fine', 'cat people.txt')] },
          { text: 'done' },
        ],
      })
      assert.match(session.told('failing') ?? '', /Exit code 3[^]*mail: \[PII_[0-9a-f]{32}\]/)
      assert.match(session.told('fine') ?? '', /mail: \[PII_[0-9a-f]{32}\]/)
      assertNowhere(stage, session, MAIL)
      assert.deepEqual(await stage.witnessed('--kind', 'PiiExposed'), [])
    },
  },
]
