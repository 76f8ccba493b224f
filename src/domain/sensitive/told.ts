// What the user and the model are told of values that were found: kinds and numbers, never the values.

type Types = Readonly<Record<string, number>>

const NAMES: Readonly<Record<string, readonly [one: string, more: string]>> = {
  ADDRESS: ['postal address', 'postal addresses'],
  COORDINATES: ['place by coordinates', 'places by coordinates'],
  CREDIT_CARD: ['payment card number', 'payment card numbers'],
  CRYPTO_WALLET: ['wallet address', 'wallet addresses'],
  DATE_OF_BIRTH: ['date of birth', 'dates of birth'],
  EMAIL_ADDRESS: ['e-mail address', 'e-mail addresses'],
  IBAN_CODE: ['IBAN', 'IBANs'],
  IP_ADDRESS: ['IP address', 'IP addresses'],
  MAC_ADDRESS: ['MAC address', 'MAC addresses'],
  PERSON: ['name of a person', 'names of persons'],
  PHONE_NUMBER: ['phone number', 'phone numbers'],
  SECRET: ['credential', 'credentials'],
  US_SSN: ['US social security number', 'US social security numbers'],
}

const MOST_KINDS = 4

/** `2 e-mail addresses and 1 credential`; the kinds that there are most of. */
export const typesInWords = (types: Types): string => {
  const sorted = Object.entries(types).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const words = sorted.slice(0, MOST_KINDS).map(([type, count]) => {
    const [one, more] = NAMES[type] ?? [type.replaceAll('_', ' '), type.replaceAll('_', ' ')]
    return `${count} ${count === 1 ? one : more}`
  })
  const rest = sorted.slice(MOST_KINDS).reduce((sum, [, count]) => sum + count, 0)
  if (rest > 0) words.push(`${rest} other${rest === 1 ? '' : 's'}`)
  return words.length < 2
    ? (words[0] ?? 'nothing')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** For the model, once a session: how tokens are to be used. */
export const TOKENS_EXPLAINED =
  'Isonapse replaced sensitive values in this result by tokens such as [PII_<32 hex digits>]. The same value has the same token all through this session. Use a token as it stands wherever you mean its value: in files that you write it becomes the value again on the disk, and reading the file shows the token. It stays a token in commands and in whatever leaves this machine. Do not try to find the value out.'

export const promptWarning = (types: Types, mentions: number): string =>
  `Isonapse: ${where(mentions)} ${typesInWords(types)}, which the model reads as they are: the client lets no hook change a prompt. To have such prompts held back: isonapse hook config set pii.prompt block.`

export const promptRefusal = (types: Types, mentions: number): string =>
  mentions > 0
    ? `Isonapse held this prompt back: ${where(mentions)} ${typesInWords(types)}. Let the agent read the file itself instead of mentioning it with @: then tokens take their place. To send it all the same: isonapse hook config set pii.prompt warn.`
    : `Isonapse held this prompt back: it holds ${typesInWords(types)}. The same prompt with tokens in their place is below; send that, and files that the agent writes will hold the values. To send it all the same: isonapse hook config set pii.prompt warn.`

const where = (mentions: number): string =>
  mentions === 0
    ? 'this prompt holds'
    : mentions === 1
      ? 'a file that this prompt mentions holds'
      : `${mentions} files that this prompt mentions hold`

export const failureWarning = (types: Types): string =>
  `Isonapse: the output of a call that failed held ${typesInWords(types)}, and the model has read them: the client lets no hook change a failure. To have commands filtered: isonapse hook config set pii.failures filter.`
