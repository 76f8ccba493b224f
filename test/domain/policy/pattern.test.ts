import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  capabilityMatches,
  compilePath,
  hostMatches,
  hostName,
  isAtOrAbove,
  pathMatches,
  segmentsOf,
  wildcard,
} from '../../../src/domain/policy/pattern.ts'
import type { PathRef } from '../../../src/domain/action/place.ts'

const matches = (pattern: string, ref: PathRef): boolean =>
  pathMatches(compilePath(pattern).segments, segmentsOf(ref))

/** The same meaning said as a regular expression: an oracle for short inputs. */
const oracle = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${Array.from(pattern, (char) =>
      char === '*' ? '[^]*' : char === '?' ? '[^]' : char.replace(/[^a-z]/, '\\$&'),
    ).join('')}$`,
  ).test(text)

describe('path patterns', () => {
  it.each<[string, PathRef, boolean]>([
    ['project:src/**', { project: 'src/a/b.ts' }, true],
    ['project:src/**', { project: 'src' }, true],
    ['project:src/**', { project: 'srcs/a.ts' }, false],
    ['project:src/**', { home: 'src/a.ts' }, false],
    ['project:', { project: '' }, true],
    ['project:', { project: 'a' }, false],
    ['project:**', { project: 'a/b' }, true],
    ['project:*.ts', { project: 'a.ts' }, true],
    ['project:*.ts', { project: 'src/a.ts' }, false],
    ['~', { home: '' }, true],
    ['~/.ssh/**', { home: '.ssh/id_rsa' }, true],
    ['~/.ssh/**', { home: '.ssh' }, true],
    ['~/.ssh/**', { path: '/home/other/.ssh/id_rsa' }, false],
    ['/etc/**', { path: '/etc/passwd' }, true],
    ['/etc/**', { path: '/etcetera' }, false],
    ['/', { path: '/' }, true],
    ['/', { path: '/etc' }, false],
    ['/*', { path: '/etc' }, true],
    ['/*', { path: '/' }, false],
    ['**/.env', { project: '.env' }, true],
    ['**/.env', { home: 'a/b/.env' }, true],
    ['**/.env', { path: '/srv/.env' }, true],
    ['**/.env', { path: '/srv/.envrc' }, false],
    ['project:**/test/**/a?.ts', { project: 'x/test/y/z/a1.ts' }, true],
    ['project:**/test/**/a?.ts', { project: 'x/test/a12.ts' }, false],
  ])('%s on %j: %s', (pattern, ref, expected) => {
    expect(matches(pattern, ref)).toBe(expected)
  })

  it('a file cannot take the name of a root: only the reference says where a path lies', () => {
    expect(matches('~/x', { path: '/~/x' })).toBe(false)
    expect(matches('~/x', { project: '~/x' })).toBe(false)
    expect(matches('project:x', { path: '/project:x' })).toBe(false)
    expect(matches('project:x', { home: 'project:x' })).toBe(false)
  })

  it('a masked span is matched by a wildcard and by no literal, its own label included', () => {
    const masked: PathRef = { home: ['mail/', { pii: 'EMAIL' }, '.txt'] }
    expect(matches('~/mail/*.txt', masked)).toBe(true)
    expect(matches('~/mail/EMAIL.txt', masked)).toBe(false)
    expect(matches('~/mail/<EMAIL>.txt', masked)).toBe(false)
  })

  it('tells what a deletion takes along: the folder named, and every folder above it', () => {
    const key = compilePath('~/.ssh/id_*')
    expect(isAtOrAbove(['~'], key)).toBe(true)
    expect(isAtOrAbove(['~', '.ssh'], key)).toBe(true)
    expect(isAtOrAbove(['~', '.ssh', 'known_hosts'], key)).toBe(false)
    expect(isAtOrAbove([''], key)).toBe(false)
    expect(isAtOrAbove(['project:'], compilePath('**/.env'))).toBe(false)
  })

  it('stays cheap on patterns and names made to be costly', () => {
    expect(wildcard('*a'.repeat(100) + 'b', 'a'.repeat(4096))).toBe(false)
    const deep = { path: `/${'a/'.repeat(2000)}a` }
    expect(matches(`/${'**/a/'.repeat(80)}b`, deep)).toBe(false)
  })
})

describe('wildcard', () => {
  it('means what the regular expression means', () => {
    const short = (alphabet: string) =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 })
    fc.assert(
      fc.property(short('ab*?'), short('ab'), (pattern, text) => {
        expect(wildcard(pattern, text)).toBe(oracle(pattern, text))
      }),
    )
  })

  it('a text is matched by itself and by *', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '-') }), (text) => {
        expect(wildcard(text, text) && wildcard('*', text)).toBe(true)
      }),
    )
  })
})

describe('hosts', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['example.com', 'EXAMPLE.com.', true],
    ['example.com', 'example.com:8443', true],
    ['Example.com', 'example.com', true],
    ['example.com', 'evil-example.com', false],
    ['example.com', 'example.com.evil.net', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['*', 'anything', true],
    ['::1', '::1', true],
    ['::1', '[::1]:8080', true],
    ['127.0.0.1', '127.0.0.1:80', true],
  ])('%s on %s: %s', (pattern, host, expected) => {
    expect(hostMatches(pattern, hostName(host))).toBe(expected)
  })
})

describe('capabilities', () => {
  it('match by whole segments', () => {
    expect(capabilityMatches('tool:Bash:git', 'tool:Bash:git')).toBe(true)
    expect(capabilityMatches('tool:Bash:git', 'tool:Bash:git:push')).toBe(true)
    expect(capabilityMatches('tool:Bash:git', 'tool:Bash:gitk')).toBe(false)
    expect(capabilityMatches('tool:Bash:git:push', 'tool:Bash:git')).toBe(false)
  })
})
