import * as fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { jsonFaultIn, lineByPrefix, lineInJson } from '../../../src/domain/policy/textPlace.ts'

const toml = (text: string): unknown => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

const TOML = `# first
[tools.Read]
effects = ["read"]

[tools."a:b"] # odd
note = """
[tools.Bash]
effect = 1
"""
[tools.Bash]
effects = [
  "execute",
  "reed",
]
postures = []
`

describe('the line of a path', () => {
  it.each([
    ['tools.Read', 2],
    ['tools.Read.effects[0]', 3],
    ['tools["a:b"].note', 6],
    ['tools.Bash', 10],
    ['tools.Bash.effects[1]', 11],
    ['tools.Bash.postures', 15],
    ['tools.Bash.missing', 10],
  ])('in TOML: %s is in line %d, of what takes several the first', (path, line) => {
    expect(lineByPrefix(TOML, path, toml)).toBe(line)
  })

  it.each([
    ['tools', 2],
    ['tools.Bash.effects[1]', 4],
    ['tools.Bash.posture', 6],
    ['tools["a:b"]', 8],
    ['rules', undefined],
  ])('in JSON: %s is in line %s', (path, line) => {
    const text = `{
  "tools": {
    "Bash": {
      "effects": ["read",
                  "reed"],
      "posture": []
    },
    "a:b": {}
  }
}`
    expect(lineInJson(text, path)).toBe(line)
  })

  it('is not told where looking for it would take too long', () => {
    const text = `a = """\n${'x\n'.repeat(3000)}"""\nb = 1\n`
    expect(lineByPrefix(text, 'a', toml)).toBeUndefined()
    expect(lineByPrefix(`${'#\n'.repeat(200_000)}b = 1`, 'b', toml)).toBeUndefined()
  })

  it('finds every key of any table where it stands', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.nat(3)), (keys, gaps) => {
        const lines: Array<string> = []
        const stands = new Map<string, number>()
        for (const key of keys) {
          for (let i = gaps.next().value; i > 0; i--) lines.push('# gap')
          lines.push(`${key} = [`)
          stands.set(key, lines.length)
          lines.push('1 ]')
        }
        for (const [key, line] of stands)
          expect(lineByPrefix(lines.join('\n'), key, toml)).toBe(line)
      }),
    )
  })
})

describe('the place where text stops to be JSON', () => {
  it.each([
    ['', 1, 1],
    ['{\n  "a": 1,\n  "b": x\n}', 3, 8],
    ['{"a":1}}', 1, 8],
    ['{\n"a": [1, 2', 2, 11],
    ['{"a": "\u00e9", y}', 1, 12],
  ])('%j: line %d, column %d', (text, line, column) => {
    expect(jsonFaultIn(text)).toEqual({ line, column })
  })
})
