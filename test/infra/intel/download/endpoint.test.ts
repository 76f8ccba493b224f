import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { endpointOf, HUB } from '../../../../src/infra/intel/download/endpoint.ts'

const at = (mirror: string | undefined, env = {}) => Result.getOrThrow(endpointOf(mirror, env))

describe('where models are asked from', () => {
  it('is the hub, HF_ENDPOINT before it, --mirror before both', () => {
    expect(at(undefined).url.href).toBe(`${HUB}/`)
    expect(at(undefined, { HF_ENDPOINT: '' }).shown).toBe(HUB)
    const env = { HF_ENDPOINT: 'https://models.example.com/hub' }
    expect(at(undefined, env).url.href).toBe('https://models.example.com/hub/')
    expect(at('https://other.example.com', env).shown).toBe('https://other.example.com')
  })

  it('gets the token, or what stood in its own address', () => {
    expect(at(undefined).authorization).toBeUndefined()
    expect(at(undefined, { HF_TOKEN: ' made-up\n' }).authorization).toBe('Bearer made-up')
    const mirror = at('https://ann:pw@models.example.com', { HF_TOKEN: 'made-up' })
    expect(mirror.authorization).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`)
    expect(JSON.stringify([mirror.url, mirror.shown])).not.toMatch(/ann|pw/)
  })

  it.each([
    ['nonsense', /^--mirror: is no URL/],
    ['http://models.example.com', /only https/],
    ['http://127.0.0.1.example.com', /only https/],
    ['file:///etc', /only https/],
    ['https://models.example.com/?key=1', /no \?/],
  ])('is not %s', (mirror, said) => {
    const endpoint = endpointOf(mirror, {})
    expect(Result.isFailure(endpoint) ? endpoint.failure.message : '').toMatch(said)
  })

  it('is on this machine by plain http too', () => {
    for (const mirror of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1'])
      expect(at(mirror).shown).toBe(mirror)
  })

  it('takes no token that would break a header', () => {
    const endpoint = endpointOf(undefined, { HF_TOKEN: 'made\r\nup: yes' })
    expect(Result.isFailure(endpoint) && endpoint.failure.message).toMatch(/^HF_TOKEN/)
  })
})
