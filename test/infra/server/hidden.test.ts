import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EventTag, WitnessEvent } from '../../../src/domain/event/event.ts'
import { bash, type Plane, ran, withPlane } from './plane.ts'

const found = async <T extends EventTag>(
  plane: Plane,
  tag: T,
): Promise<ReadonlyArray<Extract<WitnessEvent, { readonly _tag: T }>>> =>
  (await plane.entries()).flatMap(({ event }) =>
    event._tag === tag ? [event as Extract<WitnessEvent, { readonly _tag: T }>] : [],
  )

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

/** As many links as are looked at, with long names, each leading to a long path of its own. */
const makeLinks = (plane: Plane): ReadonlyArray<string> => {
  const far = path.join(plane.home, 'f'.repeat(150))
  fs.mkdirSync(far)
  return Array.from({ length: 250 }, (_, i) => {
    const name = `${'l'.repeat(150)}${i}`
    fs.writeFileSync(path.join(far, `t${i}`), '')
    fs.symlinkSync(path.join(far, `t${i}`), path.join(plane.project, name))
    return name
  })
}

describe('a call that touches more links than an entry holds', () => {
  it('is in the log all the same', async () => {
    await withPlane(async (plane) => {
      const names = makeLinks(plane)
      await plane.hook('PreToolUse', bash(plane, `cat ${names.join(' ')}`))
      const seen = (await plane.entries()).map(({ event }) => event._tag)
      expect(seen.some((tag) => tag === 'HookReceived' || tag === 'HookRejected')).toBe(true)
      await enforce(plane)
      // What cannot be witnessed whole is not permitted either.
      expect((await plane.hook('PreToolUse', bash(plane, `cat ${names.join(' ')}`))).exit).toBe(2)
    })
  })

  it('cannot be swapped in behind the gate’s back', async () => {
    await withPlane(async (plane) => {
      const names = makeLinks(plane)
      const payload = bash(plane, 'ls')
      await plane.hook('PreToolUse', payload)
      const before = (await plane.entries()).length
      await plane.hook(
        'PostToolUse',
        ran(payload, { tool_input: { command: `cat ${names.join(' ')}`, description: 'a test' } }),
      )
      const after = (await plane.entries()).slice(before).map(({ event }) => event._tag)
      expect(after.some((tag) => tag === 'InputSwapped' || tag === 'HookRejected')).toBe(true)
    })
  })
})

describe('a project that is reached through a link', () => {
  it('costs one link, however many of its files a call names', async () => {
    await withPlane(async (plane) => {
      const real = path.join(plane.home, 'elsewhere')
      fs.mkdirSync(path.join(real, '.git'), { recursive: true })
      fs.mkdirSync(path.join(real, 'src'))
      fs.symlinkSync(path.join(plane.home, '.ssh'), path.join(real, 'keys'))
      fs.mkdirSync(path.join(plane.home, '.ssh'))
      const link = path.join(plane.home, 'link')
      fs.symlinkSync(real, link)
      const files = Array.from({ length: 80 }, (_, i) => `src/file${i}.ts`)
      const payload = bash({ project: link }, `cat ${files.join(' ')} keys/id_rsa`)
      await plane.hook('PreToolUse', payload)
      const [made] = await found(plane, 'DecisionMade')
      expect(made?.receipt.observed.links).toHaveLength(2)
      expect(made?.receipt.action.effects).toContainEqual(
        expect.objectContaining({
          kind: 'secret.read',
          target: expect.objectContaining({ path: { home: '.ssh/id_rsa' } }) as unknown,
        }),
      )
    })
  })
})

describe('a call that was denied', () => {
  it('is a gap where it ran all the same', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const payload = bash(plane, 'rm -rf ~/')
      expect((await plane.hook('PreToolUse', payload)).exit).toBe(2)
      await plane.hook('PostToolUse', ran(payload))
      const [gap] = await found(plane, 'GapFound')
      expect(gap).toMatchObject({ toolUseId: payload.tool_use_id, seenIn: 'PostToolUse' })
      expect((await plane.entries())[gap!.decision!]?.event._tag).toBe('DecisionMade')
      const failed = bash(plane, 'rm -rf ~/')
      await plane.hook('PreToolUse', failed)
      await plane.hook('PostToolUseFailure', {
        ...failed,
        hook_event_name: 'PostToolUseFailure',
        error: 'Exit code 1',
      })
      // Once is enough, and what a denied call leaves in the batch is none.
      await plane.hook('PostToolUse', ran(payload))
      expect((await found(plane, 'GapFound')).map((one) => one.toolUseId)).toEqual([
        payload.tool_use_id,
        failed.tool_use_id,
      ])
    })
  })

  it('is none where it was denied in profile mode alone, or never ran', async () => {
    await withPlane(async (plane) => {
      const shadow = bash(plane, 'rm -rf ~/')
      await plane.hook('PreToolUse', shadow)
      await plane.hook('PostToolUse', ran(shadow))
      await enforce(plane)
      const denied = bash(plane, 'rm -rf ~/')
      await plane.hook('PreToolUse', denied)
      const { tool_name, tool_input, tool_use_id, ...base } = denied
      await plane.hook('PostToolBatch', {
        ...base,
        hook_event_name: 'PostToolBatch',
        tool_calls: [{ tool_name, tool_input, tool_use_id, tool_response: 'Isonapse denied' }],
      })
      expect(await found(plane, 'GapFound')).toEqual([])
    })
  })
})

describe('a decision that somebody asked for in another call’s name', () => {
  it('does not stand in for the one that was asked for first', async () => {
    await withPlane(async (plane) => {
      const asked = bash(plane, 'ls')
      const swapped = { ...asked, tool_input: { command: 'id', description: 'a test' } }
      for (const order of [
        [asked, swapped],
        [swapped, asked],
      ]) {
        const id = `toolu_order_${order[0] === asked}`
        for (const one of order) await plane.hook('PreToolUse', { ...one, tool_use_id: id })
        await plane.hook('PostToolUse', ran({ ...swapped, tool_use_id: id }))
      }
      expect(await found(plane, 'InputSwapped')).toHaveLength(2)
    })
  })

  it('is the same decision when the same call is asked about twice', async () => {
    await withPlane(async (plane) => {
      const asked = bash(plane, 'ls')
      await plane.hook('PreToolUse', asked)
      await plane.hook('PreToolUse', asked)
      await plane.hook('PostToolUse', ran(asked))
      expect(await found(plane, 'InputSwapped')).toEqual([])
    })
  })
})
