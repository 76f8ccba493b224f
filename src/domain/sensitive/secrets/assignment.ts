// Credentials without a format of their own: a value that a name calls secret, that is no reference and
// no placeholder, and that looks drawn at random, or chosen as passwords are.
import { isSecretName } from '../../code/secretNames.ts'
import { isDocumentedHost } from '../documented.ts'
import type { Find, Recogniser } from '../recogniser.ts'
import { isUuid } from '../veto.ts'
import { type Assigned, assignedAt } from './assigned.ts'
import { entropyOf, looksLikeWords } from './entropy.ts'
import { NAMED, namedRowOf } from './namedRow.ts'
import { isPlaceholder, isPublicKey, isReference } from './placeholder.ts'

const PASSWORD = /pass(?:w(?:or)?d|phrase|code)?$|pwd$|passwd/i
/** Names that leave no doubt; any other `…key` may be an index. */
const CERTAIN =
  /token|secret|api[_.-]?key|access[_.-]?key|private[_.-]?key|auth|passw|pwd|passphrase|credential|bearer/i
const FILE =
  /\.(?:pem|p12|pfx|jks|key|cer|crt|json|ya?ml|txt|xml|html?|jsx?|tsx?|py|go|rb|java|properties|conf|ini|env|sh|md|png|svg|css)$/i
const HASHED = /^(?:sha\d+[-:=]|md5[:=]|\$2[aby]\$|\$argon2|\$6\$|pbkdf2)/i
/** Names in code: words joined by dots, calls, indexes. */
const CODE = /^[A-Za-z_$][\w$]*(?:[.:]{1,2}[A-Za-z_$][\w$]*)+$|[()[\]{}]|=>|::|^[A-Za-z_]+\.[a-z]/
const WEAK_PASSWORD =
  /^(?:p[a@]ss\w?w[o0]rd|hunter2|secret|admin|root|test|letmein|qwerty|abc|user|guest|demo|postgres|mysql|redis|welcome|changeit|asdf|foo|bar)[\d!@#$]{0,6}$/i

/** Tokens that say where one is in a list or a text, and open nothing. */
const OF_PLACE =
  /(?:next|prev(?:ious)?|page|paging|pagination|continuation|sync|resume|cancel(?:lation)?|design|colou?r|theme|start|end|eos|bos|pad|unk|sep|cls|mask|special|change)[_-]?tokens?$/i

const KEY_ROW = `{"curve": "P-384", "private_key_pkcs8": "${['MIG2', 'AgEAMBAGByqGSM49', 'q8Zr1Lw0Tn5XvB3kYd7Hs2Pc'.repeat(3)].join('')}"},\n`

/** Names of what a version or a content has, though a vendor's name stands before it. */
const OF_CONTENT = /(?:rev(?:ision)?|commit|sha\d{0,3}|hash|ref|digest|checksum|version)$/i

/** What people type when any value will do. */
const TYPED = /abc[-_]?123|123[-_]?abc|xyz[-_]?(?:123|789)|123[-_]?xyz|1234[-_]?5678|qwerty|asdf/i
/** A badge's token reads one image, and is printed on purpose. */
const BADGE = /badge[\w./-]{0,40}\?(?:[\w=&-]{0,40}&)?$/

/** The code of tests, near enough that the value is one of its fixtures. */
const TESTS =
  /\b(?:describe|it|test)(?:\.each|\.only|\.skip)?\(\s{0,8}['"`]|\bexpect\(|\bassert(?:_?[Ee]q(?:uals?)?|That|True|False|\.\w{2,20})?!?\(|\bfunc Test[A-Z_]|\bt\.(?:Run|Fatalf?|Errorf?|Helper)\(|@Test\b|\bdef test_|\b(?:pytest|unittest|jest|vi)\.|\bmock[A-Z(.]|\bnock\(/
const MOST_TESTS = 240

/** A list of names, of which one happens to be called a key and the next is its "value". */
const STRING_BEFORE = /["'`][ \t]{0,4},[\s#*/]{0,24}\\?["'`]$/
const STRING_AFTER = /^\\?["'`][ \t]{0,4},[\s#*/]{0,24}\\?["'`]/

const isInList = (text: string, { name, nameStart, start, end }: Assigned): boolean =>
  /^\\?["'`][ \t]{0,2},/.test(text.slice(nameStart + name.length, start)) &&
  STRING_BEFORE.test(text.slice(Math.max(0, nameStart - 36), nameStart)) &&
  STRING_AFTER.test(text.slice(end, end + 36))

/** A private key in DER (RFC 5958, RFC 5915), by how its base64 begins. */
const DER_KEY = /^MI[A-Za-z0-9+/]{60}/
const MOST_ROW = 1200
const LEAST_ROWS = 3

/**
 * One row of a table of keys, each under the same name: what a library tests itself with, a key for every
 * curve. Whoever has a key to keep has one there.
 */
const isOfKeyTable = (text: string, { name, nameStart, start, end }: Assigned): boolean => {
  if (!DER_KEY.test(text.slice(start, start + 62))) return false
  // From the name's own quote to the first letters of the key.
  const row = text.slice(nameStart - 1, start + 2)
  if (row.length > name.length + 12) return false
  const around = text.slice(Math.max(0, nameStart - MOST_ROW), end + MOST_ROW)
  return around.split(row).length > LEAST_ROWS
}

/** In the query of an address that is nobody's (RFC 2606): it is sent to no one, and opens nothing. */
const isSentToNobody = (text: string, nameStart: number): boolean => {
  const address = ADDRESS.exec(text.slice(Math.max(0, nameStart - MOST_ADDRESS), nameStart))
  return address !== null && isDocumentedHost(address[1]!)
}
const MOST_ADDRESS = 300
const ADDRESS = /:\/\/([\w.-]{1,253})(?::\d{1,5})?(?:\/[^\s"'`<>?]{0,200})?\?[^\s"'`<>]{0,200}$/

const isRandom = (value: string, least: number): boolean => {
  if (entropyOf(value) < least || looksLikeWords(value)) return false
  return /\d/.test(value) && /[A-Za-z]/.test(value)
}

/** A password that somebody chose: more than one kind of character, and no word that everybody uses. */
const isPassword = (value: string): boolean => {
  if (value.length < 8 || WEAK_PASSWORD.test(value) || entropyOf(value) < 2.75) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length
  return (
    kinds >= 2 && /[A-Za-z]/.test(value) && (kinds >= 3 ? /\d/.test(value) : !looksLikeWords(value))
  )
}

const isSecretValue = (
  { name, quoted, scheme }: Assigned,
  value: string,
  next: string,
): boolean => {
  if (value.length < 8 || isReference(value) || isPlaceholder(value) || isPublicKey(value))
    return false
  if (/^https?:|^\w+:\/\//.test(value) || FILE.test(value) || HASHED.test(value)) return false
  if (!quoted && (CODE.test(value) || next === '(' || next === '[' || next === '{')) return false
  if (scheme === 'basic') return /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) && /[A-Z]/.test(value)
  const certain = CERTAIN.test(name) || scheme !== undefined
  // Numbers are ids, unless the name says otherwise.
  if (!OF_CONTENT.test(name) && namedRowOf(name, value) !== undefined)
    return entropyOf(value) >= 2.5 && (certain || /\D/.test(value))
  if (FILE.test(name) || OF_PLACE.test(name) || TYPED.test(value)) return false
  if (!isSecretName(name) && !/authorization$/i.test(name)) return false
  if (isUuid(value)) return certain
  if (PASSWORD.test(name)) return quoted || !/^[a-z_]+$/i.test(value) ? isPassword(value) : false
  if (!certain && /^[0-9a-f]+$/i.test(value)) return false
  if (!certain && value.length < 16) return false
  if (value.length < 10) return false
  if (/^[A-Za-z]+$/.test(value))
    return (
      (quoted || scheme !== undefined) &&
      value.length >= 20 &&
      entropyOf(value) >= 3.7 &&
      !looksLikeWords(value)
    )
  return isRandom(
    value,
    /^[0-9a-f-]+$/i.test(value) ? 2.6 : Math.min(3.2, 0.82 * Math.log2(value.length)),
  )
}

const find: Find = (text, at, until) => {
  const assigned = assignedAt(text, at, until)
  if (assigned === undefined) return undefined
  const { start, end } = assigned
  if (BADGE.test(text.slice(Math.max(0, at - 90), at))) return undefined
  if (/^(?:\.\.|…)/.test(text.slice(end, end + 2))) return undefined
  if (!isSecretValue(assigned, text.slice(start, end), text[end] ?? '')) return undefined
  if (
    isOfKeyTable(text, assigned) ||
    isInList(text, assigned) ||
    isSentToNobody(text, assigned.nameStart)
  )
    return undefined
  if (TESTS.test(text.slice(Math.max(0, at - MOST_TESTS), end + MOST_TESTS))) return undefined
  return { start, end, score: 0.8 }
}

export const assignment: Recogniser = {
  id: 'assigned-secret',
  type: 'SECRET',
  literals: [
    'token',
    'secret',
    'passw',
    'passphrase',
    'passcode',
    'pwd',
    'key',
    'auth',
    'cred',
    'login',
    'cookie',
    'session',
    ...new Set(NAMED.map(({ name }) => name)),
  ].filter((literal, _, all) => !all.some((other) => other !== literal && literal.includes(other))),
  find,
  examples: {
    yes: [
      'api_key = "«q8Zr1Lw0Tn5XvB3kYd7Hs2Pc»"',
      'export DB_PASSWORD=«Kestrel!4417»',
      '{"client_secret": "«9fQ2mVx7Lr4Tz8Ka1Wd6»"}',
      'Authorization: Bearer «b7e1x9Qm2Lr8Tz4Kd6Wp0Y»',
      'auth_token: "«3f7c1a9be04d52886fe1c07ad94b2e31»"',
      'tool --token «q8Zr1Lw0Tn5XvB3kYd7Hs2Pc» run',
      'getenv_or("api_token", "«dafa7817-e246-48f3-91a7-e87653d587b8»")',
      'SNYK_KEY="«5b1f7c9e-0d3a-4c8b-9e21-7f60a4d2c8b3»"',
      '"msg": "password=\\"«Kestrel!4417»\\""',
      'config.set("prod", "api_key", "«q8Zr1Lw0Tn5XvB3kYd7Hs2Pc»")',
      'GET https://hosting-site.com/path?access_token=«q8Zr1Lw0Tn5XvB3kYd7Hs2Pc»',
      'SOURCEGRAPH_TOKEN=«7e1c3a9be04d52886fe1c07ad94b2e3103f9aa51»',
      KEY_ROW.replace(/MIG.*(?=")/, '«$&»'),
      'Server=db1;User Id=app;Password=«vT9#kLm2wQ»;Encrypt=true',
    ],
    no: [
      'api_key = os.environ["KEY"]',
      'token: ${TOKEN}',
      'token = process.env.GITHUB_TOKEN',
      'password: {{ secret.DB }}',
      'secret = "<your-token>"',
      'apiKey: "YOUR_API_KEY_1234567"',
      'password = "password1"',
      'max_tokens: 16384, token_count=90210345',
      'credentialsId: "ff083f76-7804-4ef1-80e4-fe975bb9141b"',
      'const key = "user-settings-panel"',
      'secretKey = options.clientSecret2.value',
      'tokenUrl: "https://login.site.com/oauth2/v2.0/token"',
      'key: "sha512-9nX2Qw7Lr4Tz8Ka1Wd6b7e1x9Qm2Lr8Tz4Kd6Wp0Y=="',
      'key: "log.host.io+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"',
      '[![build](https://site.io/gh/a/b/badge.svg?token=xcfqHhJC37q8)](https://site.io)',
      'login --token sbp_abc123',
      '"nextPageToken": "q8Zr1Lw0Tn5XvB3kYd7Hs2Pc"',
      'it("signs in", () => { login({ password: "Kestrel!4417" }) })',
      'monkey = Zr1Lw0Tn5XvB3kYd7Hs2Pc',
      "'krb5_context', 'krb5_lucid_key', 'krb5_rfc1964_kdt', 'krb5_name'",
      '# "md5", "password", "scram-sha-256",\n# "gss"',
      'GET https://example.com/path?a=1&access_token=q8Zr1Lw0Tn5XvB3kYd7Hs2Pc',
      "password: 'bm90IG15IHJlYWwgcGFzc3dvcmQ='",
      "oauth_token = 'lskdjf34wlkjsadf'",
      KEY_ROW.repeat(3),
      'sourcegraph_rev = "7e1c3a9be04d52886fe1c07ad94b2e3103f9aa51"',
    ],
  },
}
