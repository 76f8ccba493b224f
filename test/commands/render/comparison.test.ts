import { describe, expect, it } from 'vitest'
import { comparisonLines } from '../../../src/commands/render/comparison.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'
import { widthOf } from '../../../src/commands/terminal/width.ts'
import { causesOf } from '../../../src/domain/receipt/causes.ts'
import { differencesOf } from '../../../src/domain/receipt/differences.ts'
import type { Receipt } from '../../../src/domain/receipt/receipt.ts'
import type {
  ComparisonReport,
  Explained,
  SeenStep,
} from '../../../src/infra/receipts/compareSources.ts'
import { RECORDED_ON, receiptsOn } from '../../domain/receipt/recorded.ts'

const made = receiptsOn(RECORDED_ON).find(({ receipt }) => receipt.rules.includes('remote-code'))!
const seen = (receipt: Receipt, index: number | null): SeenStep => ({
  position: 11,
  index,
  digest: made.digest,
  event: receipt.event,
  tool: receipt.action.tool,
  capabilities: receipt.action.capabilities,
  verdict: receipt.verdict,
})
const explained = (other: Receipt): Explained => {
  const differences = differencesOf(made.receipt, other)
  return {
    kind: 'changed',
    causes: causesOf(differences),
    a: seen(made.receipt, 25),
    b: seen(other, null),
    differences,
  }
}
const side = {
  source: './a',
  kind: 'receipts',
  origin: null,
  decisions: 37,
  ordered: true,
  aside: 0,
} as const
const report = (
  first: Explained | null,
  more: Partial<ComparisonReport> = {},
): ComparisonReport => ({
  verdict: first === null ? 'identical' : 'diverged',
  ordered: true,
  a: side,
  b: { ...side, source: './b', aside: 2 },
  same: 36,
  divergences: first === null ? 0 : 1,
  first,
  ...more,
})
const OTHER: Receipt = {
  ...made.receipt,
  policy: '1b22'.repeat(16) as Receipt['policy'],
  mode: 'profile',
  state: { suspended: false, rates: { 'in\u001bstalls': 3 } },
  verdict: 'permit',
  rules: ['own\u001b[31mrule'],
  observed: {
    ...made.receipt.observed,
    links: [{ path: { project: 'a' }, real: { home: `${'deep/'.repeat(30)}x` } }],
  },
  action: {
    ...made.receipt.action,
    effects: [
      {
        kind: 'fs.delete',
        certainty: 'certain',
        by: 'rm',
        target: { path: { home: '\u202egnp' }, zone: 'home' },
      },
    ],
  },
}
const lines = (one: ComparisonReport, width: number) =>
  comparisonLines(one, { style: PLAIN, width })

describe('a comparison', () => {
  it('names the place, the causes in order, and both sides', () => {
    const text = lines(report(explained(OTHER)), 80).join('\n')
    expect(text).toMatch(/^diverged at decision 12: policy, state, observation\n/)
    expect(text).toMatch(/policy +[0-9a-f]{8}… → 1b221b22…/)
    expect(text).toMatch(/mode +enforce → profile/)
    expect(text).toMatch(/link +\.\/a is no link → is a link to\s+~\/deep/)
    expect(text).toMatch(/calls before +in\\u\{1b\}stalls not counted → 3/)
    expect(text).toMatch(/verdict +deny → permit/)
    expect(text).toMatch(/A +decision 12 \(entry 25\), receipt [0-9a-f]{8}…/)
    expect(text).toMatch(/2 more outside its order/)
  })

  it('fits into 80 columns and lets nothing through that steers a terminal', () => {
    for (const one of [
      report(explained(OTHER)),
      report(explained(OTHER), { all: [explained(OTHER)] }),
      report(null),
    ])
      for (const line of lines(one, 80)) {
        expect(widthOf(line), line).toBeLessThanOrEqual(80)
        // oxlint-disable-next-line no-control-regex -- what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u202e]/)
      }
  })

  it('says that sets have no order, and that all is alike', () => {
    expect(lines(report(null, { ordered: false }), 80)[0]).toBe(
      'identical, as sets: no order is known',
    )
    expect(lines(report(null), Infinity).join('\n')).toMatch(/alike +all 36/)
  })

  it('says what one side has and the other has not', () => {
    const missing: Explained = {
      kind: 'missing',
      causes: ['missing'],
      a: seen(made.receipt, 25),
      b: null,
      differences: [],
    }
    const text = lines(report(missing, { divergences: 3 }), 80).join('\n')
    expect(text).toMatch(/^diverged at decision 12: missing\n/)
    expect(text).toMatch(/B +has none/)
    expect(text).toMatch(/apart +3; --all shows them/)
  })
})
