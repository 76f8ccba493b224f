// Values that documentation and test suites use because they are nobody's: reserved by a standard or
// published by who issues them. Never replaced: it would only break examples.

const isIn = (...values: ReadonlyArray<string>) => {
  const known = new Set(values)
  return (value: string): boolean => known.has(value)
}

/** Test numbers published by card networks and payment processors. */
export const isDocumentedCard: (digits: string) => boolean = isIn(
  ...'4111111111111111 4012888888881881 4222222222222 4242424242424242 4000056655665556'.split(' '),
  ...'5555555555554444 5105105105105100 5200828282828210 2223003122003222 2223000048400011'.split(
    ' ',
  ),
  ...'378282246310005 371449635398431 378734493671000 6011111111111117 6011000990139424'.split(' '),
  ...'30569309025904 38520000023237 3056930009020004 3530111333300000 3566002020360505'.split(' '),
  ...'6200000000000005 4000000000000002 4000000000009995 5424000000000015 4007000000027'.split(' '),
)

/** IBANs of the registry's own examples (SWIFT, IBAN registry), the ones that are copied most. */
export const isDocumentedIban: (iban: string) => boolean = isIn(
  ...'GB82WEST12345698765432 GB29NWBK60161331926819 GB33BUKB20201555555555'.split(' '),
  ...'DE89370400440532013000 FR1420041010050500013M02606 NL91ABNA0417164300'.split(' '),
  ...'ES9121000418450200051332 IT60X0542811101000000123456 BE68539007547034'.split(' '),
  ...'CH9300762011623852957 AT611904300234573201 PL61109010140000071219812874'.split(' '),
  ...'IE29AIBK93115212345678 SE4550000000058398257466 NO9386011117947'.split(' '),
  ...'DK5000400440116243 FI2112345600000785 PT50000201231234567890154'.split(' '),
)

/** RFC 2606, RFC 6761, and what stands for "some company" everywhere. */
export const isDocumentedHost = (host: string): boolean =>
  /(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost|local|internal|localdomain)$/i.test(
    host,
  )

/** 078-05-1120 and 219-09-9999 were printed on sample cards; the rest were in advertisements. */
export const isDocumentedSsn: (digits: string) => boolean = isIn(
  ...'078051120 219099999 111223333 987654320 987654321 987654322 457555462'.split(' '),
)

/** Numbers kept for drama and documentation: NANP 555-01xx, Ofcom's, ACMA's. Digits, no prefix. */
export const isDocumentedPhone = (digits: string): boolean =>
  /^1?\d{3}555(?:01\d\d|1212)/.test(digits) ||
  /^555\d{4}$/.test(digits) ||
  /^(?:44|0)?(?:20|0?20)?79460\d{3}$/.test(digits) ||
  /^(?:44|0)(?:1632960|7700900|1914980|1134960|1214960|1314960|1414960|1614960|8081570)\d{3}$/.test(
    digits,
  ) ||
  /^(?:61|0)[2378](?:5550|7010)\d{4}$/.test(digits) ||
  /^(?:61|0)491570\d{3}$/.test(digits)

/** Addresses that say nothing of anybody: reserved ones, every router's defaults, public resolvers. */
export const isDocumentedIpv4 = (octets: readonly [number, number, number, number]): boolean => {
  const [a, b, c, d] = octets
  return (
    a === 0 ||
    a === 127 ||
    a >= 224 ||
    (a === 192 && b === 0 && (c === 2 || c === 0)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    (a === 169 && b === 254) ||
    (a === 192 && b === 168 && c <= 1) ||
    (a === 10 && b <= 1 && c <= 1) ||
    (a === 172 && (b === 16 || b === 17) && c === 0) ||
    d === 0 ||
    ((a === 8 || a === 1 || a === 4 || a === 9) &&
      isIn('8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '4.2.2.2', '9.9.9.9')(octets.join('.'))) ||
    octets.every((octet) => octet < 10)
  )
}
