// What stands where a secret would: references to variables, templates, made-up values of examples.
// Replacing these breaks code and keeps nothing back, so they are never taken for secrets.
import { textOfBase64 } from '../injection/base64.ts'

/** A reference that something else resolves: a shell's, a template's, a language's. */
const REFERENCE =
  /^(?:\$|%[A-Za-z_]\w*%|\{\{|<%|<[A-Za-z_/!]|#\{|@[A-Za-z]|&|\*|!(?:[A-Za-z]|\{)|~\/|\.{0,2}\/|[A-Za-z]:\\|file:|env[.:(]|vault:|op:\/\/|ref:|arn:|keyring:|secret[.:]|\(|\[)|\$\{|\{\{|\$\(|process\.env|os\.environ|getenv|import\.meta|System\.getProperty|secrets\.|vars\.|var\.|local\.|data\.|config\.|settings\.|self\.|this\.|%\(|<[A-Za-z][\w ._-]{1,40}>|\[[A-Za-z][\w ._-]{1,30}\]/

const MADE_UP =
  /example|sample|placeholder|change[-_ ]?me|replace[-_ ]?(?:me|with|this)|your[-_ ]?|dummy|foobar|foo[-_]bar|lorem|redact|masked|hidden|insert[-_ ]|put[-_]your|enter[-_ ]|my[-_]?(?:api|secret|token|password|key|access)|todo|fixme|some[-_ ]?(?:secret|token|key|password|value)|not[-_ ]?(?:a[-_ ]|my[-_ ])?real|(?:test|fake|mock|stub)[-_](?:secret|token|key|password|value|api)|(?:secret|token|key|password)[-_](?:here|value|goes)|deadbeef|xxxx|\.\.\.|\*\*\*|###|…|\$\$|====.|^(?:test|fake|mock|null|none|undefined|true|false|default|unknown|secret|password|passwd|token|string|value)$/i

/** The same few characters again and again. */
const isMonotonous = (text: string): boolean => {
  const body = text.replaceAll(/[^A-Za-z0-9]/g, '')
  return body.length >= 6 && new Set(body.toLowerCase()).size <= Math.min(3, body.length / 4)
}

/** One character over and over (not a digit: ids of accounts have such runs), or the alphabet. */
const isTyped = (text: string): boolean => {
  const small = text.toLowerCase()
  // A run that is a small part of a long token came by chance, or is its padding.
  const leastSame = Math.max(8, small.length / 4)
  const leastRising = Math.max(10, small.length / 4)
  let same = 1
  let rising = 1
  for (let i = 1; i < small.length; i++) {
    const step = small.charCodeAt(i) - small.charCodeAt(i - 1)
    same =
      step === 0 && !(small.charCodeAt(i) >= 0x31 && small.charCodeAt(i) <= 0x39) ? same + 1 : 1
    rising = step === 1 ? rising + 1 : 1
    if (same >= leastSame || rising >= leastRising) return true
  }
  return false
}

/** What fingers type that lie on the keyboard; of letters drawn at random it is less than half. */
const UNDER_FINGERS = /[asdfghjklqwe]/g
const LEAST_LETTERS = 8
const MOST_LETTERS = 40

/** Typed blindly: small letters, nearly all from under the fingers. Base 16 has few others to begin with. */
const isHammered = (text: string): boolean => {
  const letters = text.replaceAll(/[^A-Za-z]/g, '')
  if (letters.length < LEAST_LETTERS || letters.length > MOST_LETTERS) return false
  if (letters !== letters.toLowerCase() || !/[g-z]/.test(letters)) return false
  return (letters.match(UNDER_FINGERS)?.length ?? 0) >= 0.9 * letters.length
}

/** "not my real password" in base64: what documentation puts where base64 must stand. */
const isMadeUpInside = (text: string): boolean => {
  if (!/^[A-Za-z0-9+/]{12,128}={0,2}$/.test(text)) return false
  const inside = textOfBase64(text.replace(/=+$/, ''))
  return inside !== undefined && /^[ -~]+$/.test(inside) && MADE_UP.test(inside)
}

/** Printed in RFC 5849, 6749, 6750 and OpenID Connect, and copied into every OAuth library's tests. */
const PRINTED: ReadonlySet<string> = new Set([
  'ad180jjd733klru7',
  'hh5s93j4hdidpola',
  'hdhd0244k9j7ao03',
  'nnch734d00sl2jdk',
  'pfkkdhi9sl3r4s00',
  'dpf43f3p2l4k3l03',
  'kd94hf93k423kf44',
  'h480djs93hd8',
  'SlAV32hkKG',
  '2YotnFZFEjr1zCsicMWpAA',
  'tGzv3JOkF0XG5Qx2TlKWIA',
  'mF_9.B5f-4.1JqM',
  'SplxlOBeZQQYbYS6WxSbIA',
  'gX1fBat3bV',
  'czZCaGRSa3F0MzpnWDFmQmF0M2JW',
  'vF9dft4qmT',
])

export const isReference = (value: string): boolean => REFERENCE.test(value)

export const isPlaceholder = (value: string): boolean =>
  MADE_UP.test(value) ||
  PRINTED.has(value) ||
  isMonotonous(value) ||
  isTyped(value) ||
  isHammered(value) ||
  isMadeUpInside(value)

/**
 * Keys that are told to anybody: verifier keys of signed notes (C2SP), age's recipients, SSH's public
 * keys, and public keys and certificates in DER (RFC 5280), by how their base64 begins.
 */
const PUBLIC =
  /^(?!PRIVATE\+KEY)[\w./-]{1,100}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{20,100}={0,2}$|^age1[02-9ac-hj-np-z]{40,}$|^AAAA[BCE][23]N[zl]|^(?:ssh-|ecdsa-)|^(?:MFkwEwYH|MFYwEAYH|MHYwEAYH|MCowBQYDK2V|MIIBIjANBgkq|MIICIjANBgkq|MIGfMA0GCSqG|MII[BCDE][0-9A-Za-z+/]{2}CC|MIIC)/

export const isPublicKey = (value: string): boolean => PUBLIC.test(value)
