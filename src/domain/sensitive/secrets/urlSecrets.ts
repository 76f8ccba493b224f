// Credentials that stand in an address or on a command line: `scheme://user:password@host`, a token as
// the user, `curl -u`, Bundler's settings. Only the password is the secret.
import { before } from '../context.ts'
import { isDocumentedHost } from '../documented.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { isPlaceholder, isReference } from './placeholder.ts'
import { entropyOf, looksLikeWords } from './entropy.ts'

const USERINFO = /[\w.~%+!$&*=-]{0,128}(?::([^\s@/"'`<>\\]{1,256}))?@([\w.-]{1,253})/y
/** What documentation puts there, and what every such server starts with. */
const USUAL =
  /^(?:p(?:ass)?w?(?:or)?d?|pass|passwd|password\d?|pwd|secret|admin|root|user(?:name)?|token|key|postgres|mysql|mongo|redis|guest|rabbitmq|test|dev|local|s3cr3t|hunter2|credentials?|x-oauth-basic|x-access-token|foo|bar|baz|abc|\d{1,4})$/i
const LOCAL = /^(?:localhost|127\.|0\.0\.0\.0|host(?:name)?$|db$|server$)/i

export const urlCredentials: Recogniser = {
  id: 'url-credentials',
  type: 'SECRET',
  literals: ['://'],
  find: (text, _at, until) => {
    USERINFO.lastIndex = until
    const found = USERINFO.exec(text)
    if (found === null) return undefined
    const [whole, password, host] = found as unknown as readonly [
      string,
      string | undefined,
      string,
    ]
    const user = whole.slice(
      0,
      whole.length - host.length - 1 - (password === undefined ? 0 : password.length + 1),
    )
    const secret = password ?? user
    const start = password === undefined ? until : until + user.length + 1
    if (USUAL.test(secret) || isReference(secret) || /[{}$%]/.test(secret[0]!)) return undefined
    if (isPlaceholder(secret) && !/^deadbeef$|^[0-9a-f]{8}$/.test(secret)) return undefined
    if (isDocumentedHost(host) || LOCAL.test(host)) return undefined
    if (password === undefined) {
      if (secret.length < 20 || entropyOf(secret) < 3.5 || !/\d/.test(secret)) return undefined
    } else if (secret === user || secret.length < 4) return undefined
    return { start, end: start + secret.length, score: 0.9 }
  },
  examples: {
    yes: [
      'postgres://app:«Kestrel-4417»@db.prod-host.net:5432/x',
      'git clone https://bot:«q8Zr1Lw0Tn5X»@git.host.io/r.git',
      'https://«q8Zr1Lw0Tn5XvB3kYd7Hs2Pc»@git.host.io/r.git',
    ],
    no: [
      'postgres://user:password@db.prod-host.net/x',
      'redis://:$PASS@cache.host.net',
      'amqp://guest:guest@rabbit.host.net',
      'https://user@host.net',
      'mysql://app:Kestrel-4417@localhost/x',
      'http://${U}:${P}@h.net',
      'see https://host.net/@scope/pkg',
    ],
  },
}

/** Letters alone, unless they look drawn at random. */
const isWord = (secret: string): boolean =>
  /^[a-z]+$/i.test(secret) && (looksLikeWords(secret) || !/[a-z][A-Z]/.test(secret))

/** `-u` alone or as the last of several short options. */
const OPTIONS = [
  'u',
  'su',
  'ssu',
  'ku',
  'sku',
  'lu',
  'slu',
  'fu',
  'fslu',
  'fsslu',
  'iu',
  'vu',
  'gu',
]
const CURL_USER =
  /(?:[ \t\n]-[A-Za-z]{0,5}u|--user|--proxy-user)[ =]{0,2}((?:\\?["'])?)([^\s:"'\\]{0,128})((?:\\?["'])?):((?:\\?["'])?)/y
const BARE = /(?:[^\s"'\\]|\\(?!["'])){0,128}/y
const MOST_QUOTED = 128

/** Where a password ends: at the quote around it or around both, else at the first space. */
const passwordEnd = (text: string, from: number, quote: string): number => {
  if (quote === '') return endOf(BARE, text, from)
  const near = text.slice(from, from + MOST_QUOTED + quote.length)
  const end = near.indexOf(quote)
  return end === -1 || near.slice(0, end).includes('\n') ? -1 : from + end
}

export const curlUser: Recogniser = {
  id: 'curl-user',
  type: 'SECRET',
  literals: [
    '--user',
    '--proxy-user',
    ...[' ', '\t', '\n'].flatMap((space) => OPTIONS.map((option) => `${space}-${option}`)),
  ],
  find: (text, at) => {
    CURL_USER.lastIndex = at
    const found = CURL_USER.exec(text)
    if (found === null || !/\bcurl\b/.test(before(text, at, 240))) return undefined
    const [whole, opening, user, closing, inner] = found as unknown as readonly [
      string,
      string,
      string,
      string,
      string,
    ]
    const from = at + whole.length
    const quote = inner !== '' || closing !== '' ? inner : opening
    // `"user:"`: the quote around both closes at once.
    const isClosed = inner !== '' && inner === opening && closing === ''
    const end = isClosed ? from : passwordEnd(text, from, quote)
    if (end === -1) return undefined
    const password = text.slice(from, end)
    const secret = password === '' ? user : password
    const start = password === '' ? from - inner.length - 1 - closing.length - user.length : from
    if (
      secret.length < (/[a-z]/i.test(secret) && /[^a-z]/i.test(secret) ? 5 : 6) ||
      USUAL.test(secret) ||
      isReference(secret) ||
      isPlaceholder(secret)
    )
      return undefined
    // In single quotes a shell leaves `$` as it is.
    const isLiteral = quote === "'"
    if (
      isWord(secret) ||
      (!isLiteral && /[${}]/.test(secret)) ||
      (opening === '' && secret.includes('//'))
    )
      return undefined
    return { start, end: start + secret.length, score: 0.85 }
  },
  examples: {
    yes: [
      'curl -u ":«d2LkV78zLx!t»" https://h.io',
      "curl -s --user kevin:'«pRf7vG2h1L8n»' h.io",
      'curl -u «sk4417zx90qq»: h.io',
      'curl -u "«sk4417zx90qq»:" h.io',
      'curl -u "kevin":"«pRf7vG2h1L8n»" h.io',
      "curl -u kevin:'«pRf7 vG2h 1L8n»' h.io",
      '{"command":"curl -u \\"kevin:«pRf7vG2h1L8n»\\" h.io"}',
      'curl -fsSLu kevin:«pRf7vG2h1L8n» h.io',
      'curl https://h.io \\\n\t-u kevin:«pRf7vG2h1L8n»',
      "curl -u 'kevin:«pR$7vG2h{L8n»' h.io",
    ],
    no: [
      'curl -u test:test h.io',
      'curl -u "${USER}:${PASS}" h.io',
      'docker run -u 1000:1000123 x',
      'curl -u username:token h.io',
    ],
  },
}

const BUNDLER = /BUNDLE_[A-Z0-9_]{2,64}__[A-Z]{2,10}["']?[ ]{0,2}[:=][ ]{0,2}["']?/y
const PAIR = /[\w.%+-]{4,64}:[\w.%+-]{4,128}/y

export const bundlerCredential: Recogniser = {
  id: 'bundler-credential',
  type: 'SECRET',
  literals: ['bundle_'],
  find: (text, at) => {
    const from = endOf(BUNDLER, text, at)
    const end = from === -1 ? -1 : endOf(PAIR, text, from)
    return end === -1 ? undefined : { start: from, end, score: 0.85 }
  },
  examples: {
    yes: ['BUNDLE_GEMS__HOST__COM: «a81f0c27:77b1e09d»'],
    no: ['BUNDLE_PATH: vendor/bundle', 'BUNDLE_GEMS__HOST__COM=$CREDS'],
  },
}
