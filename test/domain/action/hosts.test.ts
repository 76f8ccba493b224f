import { describe, expect, it } from 'vitest'
import { addressOf, isMetadataHost, remoteHostOf } from '../../../src/domain/action/hosts.ts'

describe('addressOf', () => {
  it('gives the host of a URL, without user, password, port and case', () => {
    expect(addressOf('https://User:pw@X.Example:8443/a?b#c')).toEqual({ host: 'x.example' })
    expect(addressOf('x.example/a')).toEqual({ host: 'x.example' })
    expect(addressOf('localhost:3000/x')).toEqual({ host: 'localhost' })
    expect(addressOf('wss://x.example')).toEqual({ host: 'x.example' })
    expect(addressOf('https://good.example@evil.example/')).toEqual({ host: 'evil.example' })
    expect(addressOf('https://good.example\\@evil.example/')).toEqual({ host: 'good.example' })
    expect(addressOf('')).toBeUndefined()
    expect(addressOf('http://')).toBeUndefined()
  })

  it('brings every spelling of an address to one form', () => {
    for (const text of [
      '2852039166',
      '0xa9fea9fe',
      '169.254.43518',
      '0251.0376.0251.0376',
      '169.254.169.254.',
    ])
      expect(isMetadataHost(addressOf(`http://${text}/latest`)!.host), text).toBe(true)
    expect(isMetadataHost(addressOf('gopher://2852039166/')!.host)).toBe(true)
    for (const name of ['169.254.169.254.nip.io', 'a-169-254-169-254.sslip.io', 'instance-data'])
      expect(isMetadataHost(name), name).toBe(true)
    for (const name of ['x.example', '10.0.0.1.nip.io', '169.254.169.254.x.example'])
      expect(isMetadataHost(name), name).toBe(false)
  })

  it('gives the path of a file URL', () => {
    expect(addressOf('file:///etc/%73hadow')).toEqual({ host: 'localhost', file: '/etc/shadow' })
    expect(addressOf('file:///%zz')?.file).toBe('/%zz')
  })
})

describe('remoteHostOf', () => {
  it('tells remote copies from local paths', () => {
    expect(remoteHostOf('me@H.example:/tmp')).toBe('h.example')
    expect(remoteHostOf('h:')).toBeUndefined()
    expect(remoteHostOf('host:')).toBe('host')
    expect(remoteHostOf('git@github.com:a/b.git')).toBe('github.com')
    expect(remoteHostOf('ssh://git@h.example:22/x')).toBe('h.example')
    expect(remoteHostOf('./a:b')).toBeUndefined()
    expect(remoteHostOf('src/a')).toBeUndefined()
  })
})
