import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'
import { template } from '../../../src/templates/templates.ts'
import { answerLine, linesOf } from '../../../src/commands/oneShot/batch.ts'

const POLICY = compilePolicy(template('default'))
const PLACE = { cwd: '/home/dev/project', home: '/home/dev' }
const answer = (record: unknown) => answerLine(JSON.stringify(record), POLICY, PLACE)

describe('one line of a batch', () => {
  it('is answered in exactly the shape that scripts rely on', () => {
    const one = answer({ command: 'rm -rf build' })
    expect(Object.keys(one)).toEqual(['verdict', 'capabilities', 'effects', 'rules', 'reason'])
    expect(one).toMatchObject({
      verdict: 'permit',
      capabilities: ['tool:Bash:rm'],
      rules: ['derived-files'],
    })
  })

  it('may be a call of any tool', () => {
    expect(
      answer({ tool: 'Write', input: { file_path: '/etc/hosts', content: 'x' } }),
    ).toMatchObject({
      verdict: 'defer',
    })
  })

  it('takes the record’s directories, and the project is the working directory', () => {
    expect(answer({ command: 'touch a' })).toMatchObject({ verdict: 'permit' })
    expect(answer({ command: 'touch ../a' })).toMatchObject({ verdict: 'defer' })
    expect(answer({ command: 'touch ../a', cwd: '/home/dev/project/src' })).toMatchObject({
      effects: [{ target: { path: { home: 'project/a' } } }],
    })
    expect(answer({ command: 'touch ~/a', home: '/home/other' })).toMatchObject({
      effects: [{ target: { path: { home: 'a' } } }],
    })
  })

  it('keeps the gate’s own files of that home out of reach', () => {
    expect(answer({ command: 'rm -rf ~/.config/isonapse', home: '/home/other' })).toMatchObject({
      verdict: 'deny',
    })
  })

  it('that is bad has an error of its own', () => {
    for (const line of [
      '',
      'nope',
      '[]',
      '"x"',
      'null',
      '{}',
      '{"command":1}',
      '{"tool":"Bash"}',
      '{"tool":"","input":{}}',
      '{"tool":"X","input":[]}',
      '{"command":"ls","tool":"Bash","input":{}}',
      '{"command":"ls","cwd":5}',
      '{"command":"ls","cmd":"x"}',
      '['.repeat(100_000),
    ])
      expect(answerLine(line, POLICY, PLACE), line.slice(0, 40)).toHaveProperty('error')
  })

  it('is answered whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.record({ tool: fc.string(), input: fc.dictionary(fc.string(), fc.jsonValue()) }),
        (record) => {
          const one = answer(record)
          expect('error' in one || ['permit', 'defer', 'deny'].includes(one.verdict)).toBe(true)
        },
      ),
    )
  })
})

const collect = async (chunks: ReadonlyArray<Uint8Array>, most?: number) => {
  const lines: Array<string | undefined> = []
  // oxlint-disable-next-line typescript/require-await -- a stream of chunks
  const stream = (async function* () {
    yield* chunks
  })()
  for await (const line of linesOf(stream, most)) lines.push(line)
  return lines
}

describe('the lines of a stream', () => {
  it('are the same however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-zäöü日]{0,9}$/u), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''))
          const chunks: Array<Uint8Array> = []
          for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
          expect(await collect(chunks)).toEqual(lines)
        },
      ),
    )
  })

  it('end at the end of the stream too', async () => {
    expect(await collect([Buffer.from('a\r\nb')])).toEqual(['a', 'b'])
    expect(await collect([])).toEqual([])
  })

  it('that are too long or no text are told apart from the rest, which goes on', async () => {
    expect(await collect([Buffer.from('12345\nab\n')], 4)).toEqual([undefined, 'ab'])
    expect(await collect([Buffer.from([0xff, 10, 97, 10])])).toEqual([undefined, 'a'])
  })
})
