import { describe, expect, it } from 'vitest'
import { makeMaskTexts } from '../../../src/infra/server/maskTexts.ts'
import type { Value } from '../../../src/infra/vault/Vault.ts'

const SETTINGS = { 'pii.patterns': [] } as never

/** Nothing is found by what it looks like, and of each text `cut` units are not looked at. */
const masks = (inFiles: ReadonlyArray<Value>, cut: number) => {
  const given: Array<string> = []
  return makeMaskTexts({
    scanner: {
      scan: (texts: ReadonlyArray<string>) =>
        Promise.resolve(texts.map((text) => ({ spans: [], cut: Math.min(cut, text.length) }))),
    } as never,
    vault: {
      of: () =>
        Promise.resolve({
          tokenise: (values) => {
            given.push(...values.map(({ value }) => value))
            const tokens = values.map((_, i) => `[PII_${String(i).padStart(32, '0')}]`)
            return { tokens, events: [], cached: 0, unkept: 0 }
          },
          valueOf: () => undefined,
        }),
    },
    actionOf: () => () => 'tokenize',
    settings: () => SETTINGS,
    withoutSecrets: () => undefined,
    inFiles: () => Promise.resolve(inFiles),
  })
}

describe('texts with tokens', () => {
  const value = { type: 'PASSWORD', value: 'Tr0ub4dor' }

  it('have one for each value that files hold, whatever it looks like', async () => {
    const { texts } = await masks([value], 0)('s', ['say Tr0ub4dor twice: Tr0ub4dor', 'nothing'])
    expect(texts.map(({ text }) => text)).toEqual([
      `say [PII_${'0'.repeat(32)}] twice: [PII_${'0'.repeat(31)}1]`,
      'nothing',
    ])
  })

  it('show nothing of what nobody looked at, however many values are in it', async () => {
    const text = `looked at ${'Tr0ub4dor '.repeat(20)}${'unseen '.repeat(40)}`
    for (const cut of [280, 284, 300, 450, text.length]) {
      const [shown] = (await masks([value], cut)('s', [text])).texts
      const clear = shown!.text.split('\n[')[0]!.replace(/\[PII_[0-9]{32}\]/g, 'Tr0ub4dor')
      expect(text.startsWith(clear)).toBe(true)
      expect(clear.length).toBeLessThanOrEqual(text.length - cut)
      expect(clear.length).toBeGreaterThan(text.length - cut - 'Tr0ub4dor'.length)
      expect(shown).toMatchObject({ cut: true, lossy: true })
    }
  })
})
