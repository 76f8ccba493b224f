// Every tool output that a real client sent: a value planted in any of its strings is found and replaced,
// and the client would still know the output's shape, without which it ignores what a hook answers.
import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { collect, mapped, named, pathOf, spliced } from '../../../src/domain/sensitive/strings.ts'
import { SECRETS } from '../../../src/domain/sensitive/secretRecognisers.ts'
import { captures } from '../../captures/captures.ts'
import { HASHES } from './hashes.ts'
import { marked } from './marked.ts'

const MAIL = 'ana.lopez@correo.es'
const example = marked(SECRETS.find(({ id }) => id === 'github-pat')!.examples.yes[0]!)
const TOKEN = example.text.slice(...example.values[0]!)
const CARD = ['4539', '5787', '6362', '1486'].join(' ')

/** As results are masked: each string scanned after its name, and values replaced in place. */
const masked = (value: unknown): unknown => {
  const spans = collect(value).map((leaf) => {
    const { text, offset } = named(leaf)
    return detect(text, { hashes: HASHES })
      .spans.filter(({ start }) => start >= offset)
      .map((span) => ({ ...span, start: span.start - offset, end: span.end - offset }))
  })
  return mapped(value, (text, i) => spliced(text, spans[i]!, ({ length }) => `[${length}]`))
}

/** Names and types, without what the strings say. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, entry]) => [key, shapeOf(entry)])
  return value === null ? 'null' : typeof value
}

const outputs = captures
  .filter(({ file }) => file.startsWith('PostToolUse-'))
  .map(({ file, payload }) => [file, payload['tool_response']] as const)

describe('a value in a tool output', () => {
  it('has outputs of many tools to stand in', () => {
    expect(outputs.length).toBeGreaterThan(20)
  })

  it.each(outputs)('is found in any string, and the shape stays: %s', (_, response) => {
    const leaves = collect(response)
    expect(masked(response)).toBe(response)
    for (const [at, leaf] of leaves.entries()) {
      if (leaf.isName) continue
      for (const value of [MAIL, TOKEN, CARD])
        for (const join of [' ', '\n', '\t"']) {
          const planted = mapped(response, (text, i) =>
            i === at ? `${text}${join}${value}` : text,
          )
          const after = masked(planted)
          const where = `${pathOf(leaf).join('.')} ${JSON.stringify(join)}`
          expect(collect(after)[at]!.text, where).toBe(`${leaf.text}${join}[${value.length}]`)
          expect(shapeOf(after), where).toEqual(shapeOf(response))
          const others = (all: unknown) =>
            collect(all)
              .map(({ text }) => text)
              .filter((_, i) => i !== at)
          expect(others(after), where).toEqual(others(response))
        }
    }
  })

  it.each(outputs)('is found in all its strings at once: %s', (_, response) => {
    const plant = (value: string) =>
      mapped(response, (text, i) => (collect(response)[i]!.isName ? text : `${text} ${value}`))
    expect(masked(plant(MAIL))).toEqual(plant(`[${MAIL.length}]`))
  })
})
