import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { digestOf } from '../../../src/domain/hash.ts'
import { isGuarded, itemKey, SKILL_KINDS, type SkillItem } from '../../../src/domain/skills/item.ts'
import { compareSkills, countsOf, type FoundSkill } from '../../../src/domain/skills/trust.ts'
import { checkInWords, codeInWords, untrustedInWords } from '../../../src/domain/skills/words.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'

const item = (kind: SkillItem['kind'], text = 'a'): SkillItem => ({
  path: { home: `p/${kind}` },
  kind,
  hash: digestOf(sha256, utf8(text)),
  level: 'project',
  in: { home: 'p' },
})
const found = (kind: SkillItem['kind'], more: Partial<FoundSkill> = {}): FoundSkill => ({
  ...item(kind),
  runs: [],
  ...more,
})
const compare = (all: ReadonlyArray<FoundSkill>, known: ReadonlyArray<SkillItem> = []) => {
  const hashes = new Map(known.map((one) => [itemKey(one), one.hash]))
  return compareSkills(all, known, (key) => hashes.get(key))
}

describe('files against the manifest', () => {
  it('are matched, modified, unknown or missing', () => {
    const findings = compare(
      [found('rule'), found('skill'), found('agent')],
      [item('rule'), item('skill', 'before'), item('mcp')],
    )
    expect(findings.map(({ item: { kind }, status }) => [kind, status])).toEqual([
      ['rule', 'matched'],
      ['skill', 'modified'],
      ['agent', 'unknown'],
      ['mcp', 'missing'],
    ])
    expect(countsOf(findings)).toEqual({ matched: 1, modified: 1, unknown: 1, missing: 1 })
  })

  it.each(SKILL_KINDS)('a changed %s is tampering if it is guarded', (kind) => {
    const [finding] = compare([found(kind)], [item(kind, 'before')])
    expect(finding?.code).toBe(isGuarded(kind) ? `modified-${kind}` : undefined)
  })

  it.each(SKILL_KINDS)(
    'a new %s holds up if it runs something, and a trusted one never',
    (kind) => {
      expect(compare([found(kind)])[0]?.code).toBeUndefined()
      const runs = found(kind, { runs: ['module', 'hook'] })
      expect(compare([runs])[0]?.code).toBe('new-module')
      expect(compare([runs], [item(kind)])[0]?.code).toBeUndefined()
    },
  )

  it('says nothing of what is empty, unless it was trusted', () => {
    const empty = found('hook', { empty: true })
    expect(compare([empty])).toEqual([])
    expect(compare([empty], [item('hook', 'hooks')])[0]?.code).toBe('modified-hook')
  })

  it('takes one path and kind once', () => {
    expect(compare([found('rule'), found('rule')])).toHaveLength(1)
  })
})

describe('what is said of them', () => {
  const counts = { matched: 2, modified: 1, unknown: 0, missing: 0 }
  const untrusted = { count: 1, codes: ['modified-skill'] }

  it('is nothing where there are none', () => {
    const none = { matched: 0, modified: 0, unknown: 0, missing: 0 }
    const told = { counts: none, untrusted: undefined, first: 0, enforced: true }
    expect(checkInWords(told)).toBeUndefined()
  })

  it('names what is wrong, what follows and the way on', () => {
    expect(checkInWords({ counts, untrusted, first: 0, enforced: true })).toBe(
      'Isonapse: 3 files instruct the agent here, 1 changed. One file is not trusted: a skill was changed. Prompts and tool calls are denied until you look and run isonapse hook skill check --accept.',
    )
    expect(checkInWords({ counts, untrusted, first: 0, enforced: false })).toContain(
      'In enforce mode',
    )
    expect(
      checkInWords({
        counts: { ...counts, modified: 0 },
        untrusted: undefined,
        first: 0,
        enforced: true,
      }),
    ).toBe('Isonapse: 2 files instruct the agent here, all as trusted.')
  })

  it('shows a code that it does not know, and not all of many', () => {
    expect(codeInWords('constructor')).toBe('constructor')
    expect(untrustedInWords({ count: 9, codes: ['a', 'b', 'c', 'd'] })).toBe(
      '9 files are not trusted: a; b; c; and more',
    )
  })
})
