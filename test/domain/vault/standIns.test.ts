import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withStandIns, withValues } from '../../../src/domain/vault/standIns.ts'
import { tokenOf } from '../../../src/domain/vault/token.ts'

const token = (i: number): string => tokenOf(Uint8Array.from({ length: 16 }, () => i))

describe('what stands for values', () => {
  it('becomes exactly the values, and nothing else changes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 5 }),
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.nat(4)), { maxLength: 12 }),
        (values, parts) => {
          const pairs = values.map((value, i) => ({ standIn: token(i), value }))
          const spelled = (of: (i: number) => string): string =>
            parts
              .map((part) =>
                typeof part === 'string' ? part : part < values.length ? of(part) : '[PII_0]',
              )
              .join('')
          expect(withValues(spelled(token), pairs)).toBe(spelled((i) => values[i]!))
        },
      ),
    )
  })

  it('comes back in their place, and they in its', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1 }), {
          maxLength: 5,
        }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'c') }),
        (values, text) => {
          const pairs = values.map((value, i) => ({ standIn: token(i), value }))
          expect(withValues(withStandIns(text, pairs), pairs)).toBe(text)
        },
      ),
    )
  })

  it('may be as many and as long as the vault keeps', () => {
    const pairs = Array.from({ length: 256 }, (_, i) => ({
      standIn: token(i),
      value: `${i}:${'ab'.repeat(17_900)}`,
    }))
    const text = pairs.map(({ standIn }) => standIn).join('\n')
    const made = withValues(text, pairs)
    expect(made).toBe(pairs.map(({ value }) => value).join('\n'))
    expect(withStandIns(made, pairs)).toBe(text)
  })
})
