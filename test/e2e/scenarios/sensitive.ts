// What the real client shows a model, and keeps in its own files, of values that are nobody's business.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { tokensIn } from '../../../src/domain/vault/token.ts'
import type { ApiRequest } from '../api.ts'
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
}

const lastToken = (requests: ReadonlyArray<ApiRequest>): string =>
  tokensIn(JSON.stringify(requests)).at(-1) ?? 'no token'

const tool = (id: string, name: string, input: Readonly<Record<string, unknown>>) => ({
  id,
  tool: name,
  input,
})

export const sensitive: ReadonlyArray<Scenario> = [
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
]
