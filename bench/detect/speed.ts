// How long detection takes, and that it grows with the text and no faster: real text, and text made to
// be slow, at one, two and four times the size.
import { scanText } from '../../src/commands/oneShot/scan.ts'

const scan = (text: string): number => {
  const start = performance.now()
  scanText(text, { weak: false })
  return performance.now() - start
}

const best = (text: string, rounds: number): number =>
  Math.min(...Array.from({ length: rounds }, () => scan(text)))

export interface Speed {
  readonly p50: number
  readonly p95: number
  readonly megabyte: number
  /** Milliseconds by size of the text, in kB. */
  readonly bySize: ReadonlyArray<readonly [kilobytes: number, ms: number]>
  /** The worst of the texts made to be slow: ms for a megabyte, and how much more than twice the half. */
  readonly hostile: ReadonlyArray<readonly [unit: string, ms: number, growth: number]>
}

/** `material`: real text of at least some hundred kB, repeated where more is needed. */
export const speedOn = (material: string): Speed => {
  const ofSize = (size: number): string =>
    material.repeat(Math.ceil(size / material.length)).slice(0, size)
  for (let i = 0; i < 4; i++) scan(ofSize(1_000_000))
  const pieces = Array.from({ length: 1000 }, (_, i) => {
    const at = (i * 7919) % Math.max(1, material.length - 4096)
    return scan(material.slice(at, at + 4096))
  }).sort((a, b) => a - b)
  return {
    p50: pieces[500]!,
    p95: pieces[950]!,
    megabyte: best(ofSize(1_000_000), 5),
    bySize: [64, 256, 1024, 4096].map((kilobytes) => [
      kilobytes,
      best(ofSize(kilobytes * 1000), kilobytes > 1000 ? 2 : 5),
    ]),
    hostile: HOSTILE.map((unit) => {
      const of = (size: number): number => best(unit.repeat(Math.ceil(size / unit.length)), 2)
      const half = of(500_000)
      const whole = of(1_000_000)
      return [unit, whole, whole / (2 * half)] as const
    }).sort((a, b) => b[1] - a[1]),
  }
}

/** Repeated, each makes some recogniser or rule look as often and as far as it ever does. */
export const HOSTILE: ReadonlyArray<string> = [
  '1', '1 ', '12-', '1.', '4111 ', '+4420 ', '(1', '1,2,3,', 'a@', '@', 'a.b@c.', ':', 'ab:', 'a:1', '00-',
  'eyJ', 'eyJ.', 'eyJaaaaaaaaa.', '=', 'token', 'token=', 'key="', 'key: a', 'authorization: Bearer ',
  '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\nAAAA', '://', '://a:b', 'https://a:b@', ' st', '1 Aaa St ',
  'born ', 'curl --user a', 'DE12 ', '12 Straße ', 'xoxb-1', 'sl.a', 'LS0tLS1CRUdJTi', '0x', 'é', '\u200b1', '\u{e0041}',
  'ignore all ', 'ignore ', 'ignore ----', 'an ai model ', 'do not ', 'you are now ', '<!--', '<!-- ai ', '<!-- you must -->',
  'style="', 'style="color:white">you ', '![', '![](https://a', 'SWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM', 'aB3/', 'write your ',
  'a@b.co ', 'ssh -a a@b.co:', '"key", "q8Zr1Lw0Tn5XvB3kYd7Hs2Pc", ', '://a?token=q8Zr1Lw0Tn5XvB3kYd7Hs2Pc&',
  'curl -su a:b', 'password="bm90IG15IHJlYWwgcGFzc3dvcmQ" ', 'ignоre ', '忽略', 'send api keys to ', 'what is ', "don't ", '\u202e', '\ud800', 'A3-', 'sk-', 'AKIA',
] // prettier-ignore
