import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import type { JsonNode } from '../../../src/domain/validate/json.ts'
import { findingAt } from '../../../src/domain/validate/finding.ts'
import { MOST_STEPS } from '../../../src/domain/validate/validate.ts'
import { readYaml } from '../../../src/infra/validate/yaml.ts'

const read = (text: string, left = MOST_STEPS) => readYaml(text, { left })

const valueOf = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]))
    case 'array':
      return node.items.map(valueOf)
    default:
      return node.value
  }
}

const values = (text: string): ReadonlyArray<unknown> =>
  Result.getOrThrowWith(read(text), ({ says }) => new Error(says)).map(valueOf)

/** `line:column code`, or that it is read. */
const verdict = (text: string): string => {
  const made = read(text)
  if (Result.isSuccess(made)) return 'read'
  const { at, code } = made.failure
  const { line, column } = findingAt(text, at, code, '')
  return `${line}:${column} ${code}`
}

/** As JSON has it; without the key that merges. */
const jsonValue = fc
  .jsonValue({ maxDepth: 6 })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('"<<"'))
  .map((text) => JSON.parse(text) as unknown)

describe('reading YAML', () => {
  it('gives the value that was written, in block or flow style, quoted or plain', () => {
    const styles = fc.record({
      collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const),
      indent: fc.constantFrom(1, 2, 4),
    })
    fc.assert(
      fc.property(jsonValue, styles, (value, style) => {
        expect(values(stringify(value, style))).toEqual([value])
      }),
    )
  })

  it('reads JSON as the YAML that it is', () => {
    fc.assert(
      fc.property(jsonValue, fc.constantFrom(0, 2), (value, space) => {
        expect(values(JSON.stringify(value, null, space))).toEqual([value])
      }),
    )
  })

  it('reads every document of a stream, and finds what is wrong in any', () => {
    fc.assert(
      fc.property(fc.array(jsonValue, { minLength: 1, maxLength: 5 }), fc.nat(), (all, at) => {
        const texts = all.map((value) => `---\n${stringify(value)}`)
        expect(values(texts.join(''))).toEqual(all)
        const bad = texts.with(at % texts.length, '---\na: 1\na: 2\n')
        expect(verdict(bad.join(''))).toMatch(/duplicate-key$/)
      }),
    )
  })

  it('never throws, says where within the text, and says nothing of it', () => {
    const pieces =
      'qzx¦\n¦\n  ¦- ¦? ¦: ¦[¦]¦{¦}¦,¦ # c¦&a ¦*a¦!t ¦|\n¦>-\n¦"¦\'¦\\¦%YAML 1.1\n¦%TAG !e! x\n¦---\n¦...\n¦\t¦\r\n¦<<: ¦!!str ¦~¦\ufeff¦\0¦\x1f'
    const piece = fc.constantFrom(...pieces.split('¦'))
    const text = fc
      .tuple(jsonValue, fc.array(piece, { maxLength: 12 }), fc.nat(), fc.nat())
      .map(([value, pieces, from, length]) => {
        const written = stringify(value)
        const at = from % (written.length + 1)
        return written.slice(0, at) + pieces.join('') + written.slice(at + (length % 4))
      })
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(piece).map((all) => all.join('')),
        ),
        (mutated) => {
          const made = read(mutated)
          if (Result.isSuccess(made)) return
          const { at, says } = made.failure
          expect(at).toBeGreaterThanOrEqual(0)
          expect(at).toBeLessThanOrEqual(mutated.length)
          expect(says).toMatch(/^[a-z]/)
          expect(says).not.toContain('qzx')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['', 'read'],
    ['# a comment alone\n', 'read'],
    ['\ufeffa: 1\n', 'read'],
    ['a: 1\r\nb:\r\n  - c\r\n', 'read'],
    ['%YAML 1.2\n---\na: 1\n...\n', 'read'],
    ['%YAML 1.1\n---\na: yes\n', 'read'],
    ['%TAG !e! tag:example.com,2000:\n---\na: !e!x b\n', 'read'],
    ['Resource: !GetAtt\n  - A\n  - Arn\nOther: !Ref B\n', 'read'],
    ['key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6231\n', 'read'],
    ['icon: !!python/name:materialx.emoji.twemoji\n', 'read'],
    ['a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\ne: {<<: [*x, *x]}\n', 'read'],
    ['? [a, b]\n: 1\n? [a, b]\n: 2\n', 'read'],
    ['1: a\n"1": b\n', 'read'],
    ['on: push\nyes: no\n', 'read'],
    ['a: 1\nb: 2\na: 3\n', '3:1 duplicate-key'],
    ['{a: 1, a: 2}', '1:8 duplicate-key'],
    ['a:\n  - b: 1\n    b: 2\n', '3:5 duplicate-key'],
    ['a: &x k\n*x : 1\nk: 2\n', '3:1 duplicate-key'],
    ['a: 1\n---\na: 1\na: 2\n', '4:1 duplicate-key'],
    ['a: *none\n', '1:4 not-yaml'],
    ['a: &x 1\n---\nb: *x\n', '3:4 not-yaml'],
    ['a: &x [1, *x]\n', '1:11 too-deep'],
    ['a:\n\tb: 1\n', '2:1 not-yaml'],
    ['a: b: c\n', '1:4 not-yaml'],
    ['a: [1, 2\nb: 3\n', '2:1 not-yaml'],
    ['a: "open\n', '2:1 not-yaml'],
    ['a: "\\q"\n', '1:5 not-yaml'],
    ['a: @b\n', '1:4 not-yaml'],
    ['a: !e!x b\n', '1:4 not-yaml'],
    ['a: 1\n  b: 2\n', '1:4 not-yaml'],
    ['a: \u0000\n', '1:4 not-yaml'],
    ['a: "\u001b[0m"\n', '1:5 not-yaml'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, '1:258 too-deep'],
    [`${'- '.repeat(300)}a`, '1:515 too-deep'],
  ])('says of %j: %s', (text, says) => {
    expect(verdict(text)).toBe(says)
  })

  it('follows aliases and merges what YAML 1.1 merges, its own first', () => {
    expect(values('a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: [*x, *x]\n')).toEqual([
      {
        a: { b: 1, c: 2 },
        d: { b: 1, c: 3 },
        e: [
          { b: 1, c: 2 },
          { b: 1, c: 2 },
        ],
      },
    ])
    expect(values('d: {<<: [{a: 1}, {a: 2, b: 2}], c: 3}\n')).toEqual([{ d: { a: 1, b: 2, c: 3 } }])
    expect(values('"<<": {a: 1}\n')).toEqual([{ '<<': { a: 1 } }])
  })

  it('keeps a billion laughs as small as their text', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)
    const [root] = Result.getOrThrow(read(`a0: &a0 [ha, ha]\n${lines.join('')}`))
    const seen = new Set<JsonNode>()
    const visit = (node: JsonNode): void => {
      if (seen.has(node)) return
      seen.add(node)
      if (node.kind === 'object') for (const { value } of node.members) visit(value)
      if (node.kind === 'array') node.items.forEach(visit)
    }
    visit(root!)
    expect(seen.size).toBeLessThan(100)
  })

  const megabyte = (unit: string): string => unit.repeat(1_048_576 / unit.length)
  const merged = Array.from({ length: 9000 }, (_, i) => `k${i}: 1`).join(', ')

  /** What costs the library most for its length, and what without bounds would cost its square. */
  it.each([
    ['brackets that close nothing', megabyte('}]')],
    ['aliases one after the other', megabyte('*a\n')],
    ['documents', megabyte('---\n')],
    ['directives', megabyte('%TAG !a! b\n')],
    [
      'directives that are handed on to each document',
      `%YAML 1.1\n${Array.from({ length: 9000 }, (_, i) => `%TAG !${i}! x\n`).join('')}${megabyte('--- a\n')}`,
    ],
    [
      'one long prefix of many tags',
      `%TAG !a! ${'x'.repeat(500_000)}\n---\n${'- !a!b c\n'.repeat(60_000)}`,
    ],
    ['keys of one mapping', Array.from({ length: 120_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['a large mapping merged often', `a: &a {${merged}}\nb:\n${'- <<: *a\n'.repeat(9000)}`],
    ['a long list merged often', `a: &a [${'{},'.repeat(9000)}]\nb:\n${'- <<: *a\n'.repeat(9000)}`],
    ['empty lines', `a: |\n${megabyte('\n')}`],
  ])('gives up on %s after so many steps, and says so', (_, text) => {
    const steps = { left: MOST_STEPS }
    const made = readYaml(text, steps)
    expect(Result.isFailure(made) && made.failure.code).toBe('unchecked')
    // What is beyond is one document at the most.
    expect(steps.left).toBeGreaterThan(-MOST_STEPS / 100)
  })

  it('reads long text that is no more than text', () => {
    expect(values(`a: |\n${' line\n'.repeat(150_000)}`)).toEqual([{ a: 'line\n'.repeat(150_000) }])
  })

  it('charges for escapes that are none', () => {
    const steps = { left: MOST_STEPS }
    expect(Result.isFailure(readYaml(`"${megabyte('\\z').slice(0, -4)}"`, steps))).toBe(true)
    expect(steps.left).toBeLessThan(0)
  })

  it('leaves the stack traces of errors as they were', () => {
    const { stackTraceLimit } = Error
    read('a: b: c')
    expect(Error.stackTraceLimit).toBe(stackTraceLimit)
  })
})
