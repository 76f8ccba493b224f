// Which host a URL or a remote address names. Addresses that answer with credentials of the machine
// itself are told apart: reading from them is reading a secret.

/** Instance metadata services of the clouds. */
export const METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'metadata.google.internal',
  'metadata',
  'metadata.azure.internal',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  '169.254.0.23',
  '[fd00:ec2::254]',
  '[fd00:ec2::23]',
  '[fd20:ce::254]',
  '[::ffff:a9fe:a9fe]',
])

/** The same address inside another: translated to IPv6, or as a name that resolves to what it spells. */
const SPELT_METADATA =
  /^\[(?:64:ff9b::|::ffff:|::)a9fe:a9fe\]$|(?:^|[.-])169[.-]254[.-]169[.-]254\.(?:nip\.io|sslip\.io|xip\.io)$|(?:^|\.)a9fea9fe\.(?:nip\.io|sslip\.io)$/

export const isMetadataHost = (host: string): boolean => {
  const name = host.replace(/\.$/, '').toLowerCase()
  return METADATA.has(name) || SPELT_METADATA.test(name)
}

/** This very machine: what is sent there is not given away. */
export const isLoopback = (host: string): boolean =>
  /^(?:localhost|(?:[\w-]{1,63}\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)\.?$/i.test(
    host,
  )

export interface Address {
  /** Lower case, without user, password and port. */
  readonly host: string
  /** The path of a `file:` URL. */
  readonly file?: string
}

/**
 * The host of a URL, or of `host/path` where no scheme is written (as curl takes it). Numeric forms
 * of an IPv4 address (`0xa9fea9fe`) come out dotted. Undefined for what is no address.
 */
export const addressOf = (text: string): Address | undefined => {
  const full = /^(?:[a-z][a-z0-9+.-]*:\/\/|file:\/)/i.test(text) ? text : `http://${text}`
  let url: URL
  try {
    // Only http and its like normalise their host, so other schemes are read as http.
    url = new URL(/^file:/i.test(full) ? full : full.replace(/^[a-z][a-z0-9+.-]*:/i, 'http:'))
  } catch {
    return undefined
  }
  if (url.protocol === 'file:') return { host: 'localhost', file: decoded(url.pathname) }
  return url.hostname === '' ? undefined : { host: url.hostname }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The host of `host:path`, `user@host:path` or `user@host`; undefined for a local path. */
export const remoteHostOf = (text: string): string | undefined => {
  const match = /^(?:[^@/:\s]+@)?(\[[0-9a-f:]+\]|[\w.-]+):(?!\/\/)/i.exec(text)
  if (match !== null && !/^[a-z]$/i.test(match[1]!)) return match[1]!.toLowerCase()
  const scheme = /^(?:ssh|rsync|git|sftp|scp):\/\//i.test(text) ? addressOf(text) : undefined
  return scheme?.host
}
