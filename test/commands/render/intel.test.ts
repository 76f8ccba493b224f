import { describe, expect, it } from 'vitest'
import { intelLines } from '../../../src/commands/render/intel.ts'
import { styleFor } from '../../../src/commands/terminal/style.ts'
import type { IntelStatus, ModelStatus } from '../../../src/domain/control/intel.ts'

const NOW = 1_800_000_000_000
const style = styleFor({ isTTY: false } as never, {})
const look = { style, width: 80, now: () => NOW }

const model: ModelStatus = {
  id: 'bert-small-pii',
  role: 'pii',
  repository: 'made/bert',
  revision: 'main',
  bytes: 27_000_000,
  installed: NOW - 3_600_000,
  serves: true,
  state: 'ready',
  sessionMs: 212.4,
  calls: 1234,
  p50: 7.26,
  lastFailure: null,
}

const status = (fields: Partial<IntelStatus>): IntelStatus => ({
  running: true,
  tiers: [{ role: 'pii', tier: 'model', because: null }],
  models: [model],
  problems: [],
  ...fields,
})

describe('intel status', () => {
  it('shows the tier in force and each model', () => {
    expect(intelLines(status({}), look)).toEqual([
      'Tier in force',
      '  personal data  rules and the model bert-small-pii',
      '',
      'Models',
      '  bert-small-pii',
      '    for    personal data',
      '    from   made/bert @ main',
      '    size   27.0 MB, installed 1 h ago',
      '    state  loaded, session made in 212 ms',
      '    calls  1,234, median 7.3 ms',
    ])
  })

  it('says why the rules alone decide, and what would change it', () => {
    const because = {
      message: 'no model for injection is installed',
      remedy: 'isonapse hook intel download',
    }
    expect(
      intelLines(
        status({ tiers: [{ role: 'injection', tier: 'rules', because }], models: [] }),
        look,
      ),
    ).toEqual([
      'Tier in force',
      '  injection      rules alone: no model for injection is installed',
      '                 →  isonapse hook intel download',
      '',
      'Models',
      '  none installed',
    ])
  })

  it('prints nothing that a folder or a failure could put on the terminal', () => {
    const failure = { message: 'bad \u001b[2J file', remedy: 'rm it', time: NOW - 5000 }
    const lines = intelLines(
      status({
        models: [{ ...model, state: 'down', lastFailure: failure, serves: false }],
        problems: [{ message: 'odd \u001b]0;x\u0007', remedy: 'rm it' }],
      }),
      look,
    )
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(lines.join('')).not.toMatch(/[\u001b\u0007]/)
    expect(lines.join('\n')).toMatch(/failed +bad .* \(5 s ago\); rm it/)
    expect(lines.join('\n')).toContain('not used: a later one serves')
  })
})
