import { describe, expect, it } from 'vitest'
import type { Draft } from '../../../src/domain/event/envelope.ts'
import type { Content } from '../../../src/infra/integrity/contents.ts'
import { makeSelfRecords } from '../../../src/infra/server/selfRecords.ts'

const content = (bytes: number): Content => ({ bytes: Buffer.alloc(bytes, 'x'), mode: 0o644 })

describe('changes on their way into the log', () => {
  it('are told when many wait, and are held no more', async () => {
    const drafts: Array<Draft> = []
    let go = (): void => {}
    const started = new Promise<void>((resolve) => (go = resolve))
    const records = makeSelfRecords({
      log: {
        append: (more) => {
          drafts.push(...more)
          return Promise.resolve({ first: 0, size: drafts.length })
        },
      },
      keys: {
        seal: () => ({ sealed: { key: 'k', nonce: 'n', bytes: 0, data: '' } as never, chunks: [] }),
      },
      maskTexts: async (_, texts) => {
        await started
        return {
          texts: texts.map((text) => ({ text, tokens: [], lossy: false, cut: false })),
          types: {},
          rows: [],
        }
      },
      isTurned: () => Promise.resolve(false),
      outside: { home: '/home/dev', project: '/none', cwd: '/', gate: [] },
      onFailure: () => {},
    })
    const found = Array.from({ length: 300 }, (_, i) => ({
      file: `/home/dev/${i}`,
      kind: undefined,
      before: content(250_000),
      after: content(i),
      real: undefined,
    }))
    // Of many sessions, each of which may keep as much.
    for (const [i, one] of found.entries()) records.add([one], `s${i % 50}`, undefined)
    go()
    await records.settled()
    const events = drafts.map(({ event }) => event as unknown as { readonly unkept?: string })
    expect(events).toHaveLength(300)
    const full = events.filter(({ unkept }) => unkept === 'full').length
    expect(full).toBeGreaterThan(150)
    expect(events[0]!.unkept).toBeUndefined()
  })
})
