import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { PII } from '../../../src/domain/sensitive/piiRecognisers.ts'
import { SECRETS } from '../../../src/domain/sensitive/secretRecognisers.ts'
import { OF_CLOUDS } from '../../../src/domain/sensitive/secrets/tokensOfClouds.ts'
import { OF_CODE } from '../../../src/domain/sensitive/secrets/tokensOfCode.ts'
import { OF_SERVICES } from '../../../src/domain/sensitive/secrets/tokensOfServices.ts'
import { HASHES } from './hashes.ts'
import { marked } from './marked.ts'

const ALL = [...PII, ...SECRETS]

describe('every recogniser', () => {
  it('has a name of its own, and finds something', () => {
    const ids = ALL.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { examples, id } of ALL) expect(examples.yes.length, id).toBeGreaterThan(0)
  })

  // With all the others at work, so that none takes another's values.
  it.each(ALL.map((one) => [one.id, one] as const))(
    'finds the values of its examples and nothing else: %s',
    (_, { examples, type, weak = false }) => {
      for (const source of examples.yes) {
        const { text, values } = marked(source)
        const { spans } = detect(text, { hashes: HASHES, weak })
        expect(
          spans.map((span) => [span.start, span.end, span.type]),
          source,
        ).toEqual(values.map(([start, end]) => [start, end, type]))
      }
      for (const text of examples.no) {
        const found = detect(text, { hashes: HASHES, weak }).spans
        expect(
          found.map(({ detector }) => detector),
          text,
        ).toEqual([])
      }
    },
  )

  it('of the weak ones finds nothing unless asked', () => {
    const text = marked(PII.find(({ id }) => id === 'us-passport')!.examples.yes[0]!).text
    expect(detect(text).spans).toEqual([])
    expect(detect(text, { weak: true }).spans).toHaveLength(1)
  })
})

describe('formats of tokens', () => {
  it('are known of at least 120 kinds', () => {
    expect([...OF_CLOUDS, ...OF_CODE, ...OF_SERVICES].length).toBeGreaterThanOrEqual(120)
  })

  it('are found after the escapes of JSON strings and URLs', () => {
    const token = marked(SECRETS.find(({ id }) => id === 'github-pat')!.examples.yes[0]!)
    const [[start, end]] = token.values as [readonly [number, number]]
    const value = token.text.slice(start, end)
    for (const before of ['{"log":"a\\n', 'x=%22', '\\t', 'Bearer%20']) {
      const { spans } = detect(`${before}${value}\\n"}`)
      expect(spans.map((span) => [span.start, span.end])).toEqual([
        [before.length, before.length + value.length],
      ])
    }
  })
})
