import { describe, expect, it } from 'vitest'
import { ZONE_RULES } from '../../../src/domain/action/zoneRules.ts'
import { patternZoneOf, specialZoneOf } from '../../../src/domain/action/zones.ts'

const HOME = '/home/dev'
const written = (path: string): string => path.replace(/^~/, HOME)

describe('the zone rules', () => {
  for (const rule of ZONE_RULES) {
    for (const example of rule.examples)
      it(`put ${example} into ${rule.zone}`, () => {
        expect(specialZoneOf(written(example), HOME)).toBe(rule.zone)
        expect(specialZoneOf(written(example).toUpperCase(), HOME.toUpperCase())).toBe(rule.zone)
      })
    for (const ordinary of rule.ordinary ?? [])
      it(`leave ${ordinary} ordinary`, () => {
        expect(specialZoneOf(written(ordinary), HOME)).toBeUndefined()
      })
  }

  it('hold below another project folder and another home directory too', () => {
    expect(specialZoneOf('/srv/x/.claude/settings.local.json', HOME)).toBe('gate')
    expect(specialZoneOf('/Users/other/.ssh/id_ed25519', HOME)).toBe('secret')
    expect(specialZoneOf('/home/dev/.claude.json', '/home/other')).toBeUndefined()
  })

  it('come to an end on a path made to be slow', () => {
    expect(specialZoneOf(`/${'.git/modules/'.repeat(600)}x`, HOME)).toBeUndefined()
    expect(specialZoneOf(`/${'a.env.'.repeat(200_000)}/`, HOME)).toBeUndefined()
  })
})

describe('patternZoneOf', () => {
  it('finds what a pattern may reach', () => {
    expect(patternZoneOf('/p/.env*', HOME)).toBe('secret')
    expect(patternZoneOf('/p/.e*', HOME)).toBe('secret')
    expect(patternZoneOf('/home/dev/.ssh/*', HOME)).toBe('secret')
    expect(patternZoneOf('/home/dev/.s*/id*', HOME)).toBe('secret')
    expect(patternZoneOf('/home/dev/.cl*', HOME)).toBe('gate')
    expect(patternZoneOf('/p/*.pem', HOME)).toBe('secret')
    expect(patternZoneOf('/p/**/.env', HOME)).toBe('secret')
  })

  it('leaves ordinary patterns ordinary', () => {
    for (const pattern of [
      '/p/*',
      '/p/*.ts',
      '/p/src/**/*.test.ts',
      '/p/c*',
      '/p/README*',
      '/home/dev/D*',
    ])
      expect(patternZoneOf(pattern, HOME), pattern).toBeUndefined()
  })
})
