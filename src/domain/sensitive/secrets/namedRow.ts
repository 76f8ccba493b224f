// Credentials of vendors whose format says nothing by itself: only a name beside it does
// (`SNYK_TOKEN=…`). A row is what the name holds and what the value looks like.

export interface NamedRow {
  readonly vendor: string
  /** Of lower case, without separators. */
  readonly name: string
  readonly value: RegExp
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const alnum = (least: number, most: number = least): RegExp =>
  new RegExp(`^[A-Za-z0-9]{${least},${most}}$`)
const wordy = (least: number, most: number = least): RegExp =>
  new RegExp(`^[A-Za-z0-9_=-]{${least},${most}}$`)

const row = (vendor: string, value: RegExp, name: string = vendor): NamedRow => ({
  vendor,
  name: name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''),
  value,
})

export const NAMED: ReadonlyArray<NamedRow> = [
  row('Adafruit', wordy(32)), row('Adobe', alnum(32)), row('Airtable', alnum(17)), row('Algolia', alnum(32)),
  row('Amplitude', alnum(32)), row('Asana', alnum(16, 32)), row('Assembly AI', alnum(32)), row('Beamer', /^b_[\w=-]{44}$/),
  row('Bitbucket', wordy(32, 64)), row('Bitrise', wordy(40, 90)), row('Bittrex', alnum(32)), row('Brave', wordy(20, 40)),
  row('Codecov', /^(?:[A-Za-z0-9]{32}|[0-9a-f-]{36})$/), row('Cohere', alnum(40), 'cohere'), row('Cohere', alnum(40), 'coapi'),
  row('Coinbase', wordy(64)), row('Confluent', /^[A-Za-z0-9+/]{16,64}$/), row('Contentful', wordy(43)), row('Cloudflare', wordy(37, 40)),
  row('Cisco Meraki', alnum(40), 'meraki'), row('Datadog', alnum(32, 40)), row('Deepgram', alnum(40)), row('Discord', /^[0-9a-f]{64}$|^[\w=-]{32}$|^\d{17,19}$/),
  row('Drone CI', alnum(32), 'drone'), row('Dropbox', /^[A-Za-z0-9_=-]{15,64}$/), row('Etsy', alnum(24)), row('Facebook', /^[0-9a-f]{32}$/i),
  row('Fastly', wordy(32)), row('Finicity', alnum(20, 32)), row('Finnhub', alnum(20)), row('Flickr', alnum(32)), row('FreshBooks', alnum(64)),
  row('Freemius', /^sk_\S{29}$/), row('Gitter', wordy(40)), row('GoCardless', wordy(40, 45)), row('Heroku', UUID), row('HubSpot', UUID),
  row('Intercom', wordy(60)), row('JFrog', alnum(64, 73)), row('Kraken', /^[A-Za-z0-9+/=_-]{80,90}$/), row('KuCoin', /^[0-9a-f]{24}$|^[0-9a-f-]{36}$/i),
  row('LaunchDarkly', wordy(40)), row('Linear', /^[0-9a-f]{32}$/i), row('LinkedIn', alnum(14, 16)), row('Lob', /^(?:live|test)_\w{31,35}$/),
  row('Looker', alnum(20, 24)), row('Mailchimp', /^[0-9a-f]{32}-us\d\d?$/), row('Mailgun', /^[0-9a-f]{32}(?:-[0-9a-f]{8}-[0-9a-f]{8})?$/),
  row('Mattermost', alnum(26)), row('MaxMind', alnum(16)), row('MessageBird', /^[a-z0-9]{25}$|^[0-9a-f-]{36}$/i), row('Mistral', alnum(32)), row('Netlify', wordy(40, 46)),
  row('New Relic', wordy(19, 64)), row('ngrok', wordy(40, 60)), row('New York Times', wordy(32), 'nytimes'), row('New York Times', wordy(32), 'newyorktimes'),
  row('Okta', /^00[\w=-]{40}$/), row('OpsGenie', UUID), row('PagerDuty', wordy(20)), row('Plaid', /^[A-Za-z0-9]{24,30}$/), row('Postmark', UUID),
  row('PrivateAI', alnum(32)), row('RapidAPI', wordy(50)), row('Rollbar', alnum(32)), row('Segment', alnum(32, 64)), row('Sendbird', /^[0-9a-f]{40}$|^[0-9a-f-]{36}$/i),
  row('Sentry', /^[0-9a-f]{64}$/i), row('Snyk', UUID), row('Sonar', /^(?:sq[upa]_)?[A-Za-z0-9=_-]{40}$/), row('Sourcegraph', /^[0-9a-f]{40}$/i), row('Square', wordy(40, 70)), row('Squarespace', UUID),
  row('Sumo Logic', /^su[A-Za-z0-9]{12}$|^[A-Za-z0-9]{64}$/, 'sumo'), row('Sumo Logic', /^su[A-Za-z0-9]{12}$|^[A-Za-z0-9]{64}$/, 'sumologic'), row('Telegram', /^\d{5,16}:A[\w-]{34}$/), row('Travis CI', alnum(22), 'travis'),
  row('Trello', /^[A-Za-z0-9-]{32}$/), row('Twilio', /^[0-9a-f]{32}$/), row('Twitch', alnum(30)), row('Twitter', /^[A-Za-z0-9]{25}$|^[A-Za-z0-9]{45,50}$|^\d{15,25}-[A-Za-z0-9]{20,40}$/),
  row('Typeform', wordy(44, 64)), row('Vercel', alnum(24)), row('Weights & Biases', alnum(40), 'wandb'), row('Yandex', wordy(38, 60)), row('Zendesk', alnum(40)), row('Zoom', wordy(22, 40)),
] // prettier-ignore

/** Long enough that a name which only begins with it is meant too (`travisCiToken`, `SNYKKEY` is not). */
const LONG_NAME = 6

/** The row of the vendor that words of a name say and whose shape a value has. */
export const namedRowOf = (name: string, value: string): NamedRow | undefined => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const says = (vendor: string): boolean =>
    words.some((_, i) => {
      let joined = ''
      for (let j = i; j < words.length && joined.length < vendor.length; j++) joined += words[j]
      return joined === vendor || (vendor.length >= LONG_NAME && joined.startsWith(vendor))
    })
  return NAMED.find((row) => row.value.test(value) && says(row.name))
}
