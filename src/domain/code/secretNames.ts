// Names of environment variables that hold credentials, told by their words: the one place that says
// so, for shells and every language. A word counts as a whole: TOKENIZERS, MAX_TOKENS and MONKEY do not.

/** Words that name a credential, alone or as the end of a longer word (`PGPASSWORD`). */
const ALWAYS =
  /(?:TOKEN|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|APIKEY|ACCESSKEY|SECRETKEY|PRIVATEKEY|CREDENTIALS?|CREDS|SSHPASS)$/

/** Words that name one as the last of several, or in capitals. */
const LAST = /^(?:KEY|PAT|PASS|PWD|AUTH|COOKIE|SESSION|DSN|SAS)$/

/** Keys that are told to anybody, and what is no key to anything. */
const OPEN_KEYS =
  /^(?:PUBLIC|PUB|PUBLISHABLE|CACHE|PRIMARY|FOREIGN|SORT|PARTITION|HOT|INDEX|GROUP|MAP)$/

const MANY_KEYS = /^(?:API|ACCESS|AUTH|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER|BEARER)$/

/** How many, how long: tokens of a language model. */
const COUNTS = /^(?:MAX|MIN|NUM|COUNT|LIMIT|TOTAL|BUDGET|PER)$/

/** What is told of a credential by such a last word is not the credential. */
const ABOUT =
  /^(?:ID|TYPE|SOCK|FILE|PATH|DIR|DIRECTORY|URL|URI|ENDPOINT|HOST|NAME|TTL|EXPIRY|EXPIRES|LENGTH|LEN|SIZE|ALGORITHM|HEADER|ARN|VERSION|ENABLED|SERVICE|BACKEND|PROVIDER|PARALLELISM)$/

/** An address with the name and password in it. */
const ADDRESSES =
  /^(?:DATABASE|DB|POSTGRES|POSTGRESQL|PG|MYSQL|MONGO|MONGODB|REDIS|AMQP|RABBITMQ|BROKER)$/

const ORDINARY = /^(?:PWD|OLDPWD|DESKTOP_SESSION|TMUX_SESSION|XDG_SESSION.*)$/

const MOST_LETTERS = 256

export const isSecretName = (name: string): boolean => {
  if (name.length > MOST_LETTERS || ORDINARY.test(name)) return false
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toUpperCase())
  const last = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  if (words.some((word) => COUNTS.test(word))) return false
  if (/^UR[IL]$/.test(last) && ADDRESSES.test(before)) return true
  if (last === 'STRING') return before === 'CONNECTION' || before === 'CONN'
  if (last === 'ID') return before === 'KEY' && words.at(-3) === 'ACCESS'
  if (ABOUT.test(last)) return false
  if (words.some((word) => ALWAYS.test(word))) return true
  if (/^(?:KEYS|TOKENS)$/.test(last)) return MANY_KEYS.test(before)
  if (words.includes('KEY')) {
    const of = words[words.indexOf('KEY') - 1] ?? ''
    if (MANY_KEYS.test(of)) return true
    if (OPEN_KEYS.test(of)) return false
  }
  return LAST.test(last) && (words.length > 1 || name === name.toUpperCase())
}
