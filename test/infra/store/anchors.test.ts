import { describe, expect, it } from 'vitest'
import { anchorsTo } from '../../../src/infra/store/anchors.ts'

describe('anchors', () => {
  it('give up the oldest when the sink hangs, and say so', async () => {
    const failed: Array<string> = []
    const anchors = anchorsTo(
      () => new Promise(() => undefined),
      (note) => failed.push(note),
    )
    for (let n = 0; n < 70; n++) anchors.send(String(n))
    // One is under way, 64 wait.
    expect(failed).toEqual(['1', '2', '3', '4', '5'])
    await anchors.finish(1)
    expect(failed.toSorted()).toEqual(Array.from({ length: 70 }, (_, n) => String(n)).toSorted())
  })

  it('wait for what is under way', async () => {
    const got: Array<string> = []
    const anchors = anchorsTo(
      async (note) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        got.push(note)
      },
      () => undefined,
    )
    anchors.send('a')
    anchors.send('b')
    await anchors.finish(60_000)
    expect(got).toEqual(['a', 'b'])
  })
})
