import * as Effect from 'effect/Effect'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../src/domain/action/analyse.ts'
import { isConsequential } from '../../../src/domain/action/effect.ts'
import type { HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { INJECTION_RULES } from '../../../src/domain/sensitive/injection/detect.ts'
import { HASHES } from '../../../src/infra/sensitive/hashes.ts'
import { warmUp } from '../../../src/infra/server/warmUp.ts'
import { withPlane } from './plane.ts'

const HOME = '/home/dev'
const PLACE = { home: HOME, project: `${HOME}/app`, cwd: HOME, gate: [] }

describe('the readings that are made ahead', () => {
  it('are of harmless calls, each of which is read to the end', async () => {
    const seen: Array<HookEvent> = []
    await Effect.runPromise(
      warmUp(HOME, { judge: (event) => void seen.push(event), scan: () => {} }),
    )
    expect(seen.length).toBeGreaterThan(5)
    for (const event of seen) {
      const action = analyse(event, PLACE, { cwd: { home: '' }, links: [] })!
      for (const { kind, why } of action.effects) {
        expect([event, isConsequential(kind)]).toEqual([event, false])
        expect([event, why]).not.toEqual([event, 'unparsable'])
      }
    }
  })

  it('look closely by every rule and recogniser', async () => {
    const heard = new Set<string>()
    const scan = (text: string): void => {
      const { spans, injection } = detect(text, { hashes: HASHES })
      for (const { rule } of injection.hits) heard.add(rule)
      for (const { detector } of spans) heard.add(detector)
    }
    await Effect.runPromise(warmUp(HOME, { judge: () => {}, scan }))
    for (const { id } of INJECTION_RULES) expect(heard).toContain(id)
    expect(heard.size).toBeGreaterThan(INJECTION_RULES.length + 100)
  })

  it('harm nothing where one of them fails, and the rest go on', async () => {
    let asked = 0
    const failing = (): never => {
      asked += 1
      throw new Error('a defect')
    }
    await Effect.runPromise(warmUp(HOME, { judge: failing, scan: failing }))
    expect(asked).toBeGreaterThan(5)
  })

  it('leave nothing in the log', async () => {
    await withPlane(async (plane) => {
      await Effect.runPromise(warmUp(plane.home, { judge: () => {}, scan: () => {} }))
      const tags = (await plane.entries()).map(({ event }) => event._tag)
      expect(tags).not.toContain('HookReceived')
      expect(tags).not.toContain('DecisionMade')
      expect(plane.logged).toEqual([])
    })
  })
})
