// Private keys as PEM blocks (RFC 7468, and OpenSSH's and PGP's own), whole or cut off, also
// inside a string with its line breaks escaped, or encoded once more in base64.
import { endOf, type Found, type Recogniser } from '../recogniser.ts'
import { beginsWord } from '../characters.ts'

const BEGIN = /-----BEGIN (?:[A-Z0-9 ]{0,24} )?PRIVATE KEY(?: BLOCK)?-----/y
const END = /-----END [A-Z0-9 ]{0,40}-----/y
const MOST_KEY = 16_384
/** What stands between a key's first and last line: base64, headers, line breaks, escaped ones too. */
const BODY = /^[A-Za-z0-9+/=\s\\:,."'-]{40,16384}$/
/** A line of a key that was cut off: base64 and no prose. */
const LINE = /(?:\r?\n[ \t]{0,8}|(?:\\r)?\\n|[ \t]{1,8})?[A-Za-z0-9+/=]{24,80}(?![A-Za-z0-9+/=])/y
const MOST_LINES = 300

export const privateKey: Recogniser = {
  id: 'private-key',
  type: 'SECRET',
  literals: ['-----begin '],
  find: (text, at) => {
    const head = endOf(BEGIN, text, at)
    if (head === -1) return undefined
    // Only what can be of a key is looked through, and never twice: the next block begins with dashes.
    const window = text.slice(head, head + MOST_KEY)
    const mark = window.indexOf('-----')
    const tail = mark === -1 ? -1 : endOf(END, window, mark)
    if (tail === -1) return cutOff(text, at, head)
    const body = window.slice(0, mark)
    if (isEmpty(body)) return undefined
    if (!BODY.test(body)) return cutOff(text, at, head)
    return { start: at, end: head + tail, score: 0.99 }
  },
  examples: {
    yes: [
      [
        '«-----BEGIN RSA PRIVATE',
        ' KEY-----\nMIIEpQIBAAKCAQEAn6Zr1Lw0Tn5XvB3kYd7Hs2Pcq8\nxyR5MsXFu9PRsrYQA7zr1Lw0Tn5XvB3k\n-----END RSA PRIVATE',
        ' KEY-----»\n',
      ].join(''),
      [
        'key: "«-----BEGIN PRIVATE',
        ' KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\\n-----END PRIVATE',
        ' KEY-----»\\n"',
      ].join(''),
      [
        '«-----BEGIN OPENSSH PRIVATE',
        ' KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2g»',
      ].join(''),
    ],
    no: [
      [
        '-----BEGIN PUBLIC',
        ' KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEn6Zr1Lw0Tn5XvB3kYd7Hs2Pcq8\n-----END PUBLIC',
        ' KEY-----',
      ].join(''),
      ['grep "-----BEGIN RSA PRIVATE', ' KEY-----" file'].join(''),
      ['-----BEGIN PRIVATE', ' KEY-----\n...\n-----END PRIVATE', ' KEY-----'].join(''),
    ],
  },
}

const isEmpty = (body: string): boolean => body.replaceAll(/\\n|[^A-Za-z0-9+/=]/g, '').length < 40

/** Where a key ends whose last line is not there: after its last line of base64. */
const cutOff = (text: string, start: number, head: number): Found | undefined => {
  let end = head
  for (let lines = 0; lines < MOST_LINES; lines++) {
    const next = endOf(LINE, text, end)
    if (next === -1) break
    end = next
  }
  return isEmpty(text.slice(head, end)) ? undefined : { start, end, score: 0.95 }
}

const ENCODED = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,20000}={0,2}/y
/** "PRIVATE KEY" in base64, by the three places that it may stand in. */
const INSIDE =
  /UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW|UgUFJJVkFURSBLRV|FBSSVZBVEUgS0VZ|IFBSSVZBVEUgS0VZ|UFJJVkFUR|BSSVZBVE|QUklWQVRF/

export const encodedKey: Recogniser = {
  id: 'encoded-private-key',
  type: 'SECRET',
  literals: ['ls0tls1crudjti'],
  find: (text, at) => {
    if (!beginsWord(text, at)) return undefined
    const end = endOf(ENCODED, text, at)
    if (end === -1 || !INSIDE.test(text.slice(at, at + 80))) return undefined
    return { start: at, end, score: 0.99 }
  },
  examples: {
    yes: [
      [
        'tls.key: «LS0tLS1CRUdJTi',
        'BSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcFFJQkFBS0NBUUVBbjZacjFMdzBUbjVYdkIzaw==»',
      ].join(''),
    ],
    no: [
      [
        'tls.crt: LS0tLS1CRUdJTi',
        'BDRVJUSUZJQ0FURS0tLS0tCk1JSURYVENDQWtXZ0F3SUJBZ0lKQUxtVg==',
      ].join(''),
    ],
  },
}

/** `{"`, `{ ` and `{\n` in base64 are `eyJ`, `eyA` and `ewo`. */
const JWT = /(?:ey|ew)[\w-]{8,8000}\.(?:ey|ew)[\w-]{6,12000}\.[\w-]{0,2000}/y

export const jwt: Recogniser = {
  id: 'jwt',
  type: 'SECRET',
  literals: ['eyj', 'eya', 'ewo'],
  find: (text, at) => {
    if (!beginsWord(text, at) || text[at - 1] === '-' || text[at - 1] === '.') return undefined
    const end = endOf(JWT, text, at)
    if (end === -1) return undefined
    return { start: at, end, score: 0.95 }
  },
  examples: {
    yes: [
      [
        'Cookie: id=«eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
        '.eyJpZCI6NDIxMTEsIm5hbWUiOiJub2JvZHkifQ',
        '.PtfDS1niGoZ7pV6kplIq1fVKLnknQ3IwcrLZhoV7Ab0»;',
      ].join(''),
    ],
    no: ['eyJhbGciOiJIUzI1NiJ9', 'eyJ.eyJ.x', 'heyJude.heyJude.la'],
  },
}

const ENCODED_JWT = /ZXlK[A-Za-z0-9+/_-]{60,16000}={0,2}/y

export const encodedJwt: Recogniser = {
  id: 'encoded-jwt',
  type: 'SECRET',
  literals: ['zxlk'],
  find: (text, at) => {
    const end = beginsWord(text, at) ? endOf(ENCODED_JWT, text, at) : -1
    // The point between header and claims, then claims: ".eyJ", by the three places it may stand in.
    if (end === -1 || !/LmV5S|5leU|uZXlK/.test(text.slice(at, end))) return undefined
    return { start: at, end, score: 0.95 }
  },
  examples: {
    yes: [
      [
        'token: «ZXlKaGJHY2lPaUpJVXpJMU5pSXNJblI1Y0NJNklrcFhWQ0o5',
        'LmV5SnBaQ0k2TkRJeE1URXNJbTVoYldVaU9pSnViMkp2WkhraWZRLlB0ZkRT»',
      ].join(''),
    ],
    no: ['ZXlKaGJHY2lPaUpJVXpJMU5pSjk', 'ZXlKfoo'],
  },
}
