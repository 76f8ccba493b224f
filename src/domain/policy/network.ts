// Which network a host is in, told by its name alone: a name that a resolver leads to a private
// address is told by the name. The agent chooses the host.
import * as Schema from 'effect/Schema'
import { isMetadataHost } from '../action/hosts.ts'

/**
 * `local`: this machine. `private`: an address or a name that only a local network knows.
 * `metadata`: a cloud's service that hands out the machine's own credentials. `public`: any other.
 */
export const Network = Schema.Literals(['local', 'private', 'metadata', 'public'])
export type Network = typeof Network.Type

/** `name` as hostName() gives it: lower case, without brackets and port. */
export const networkOf = (name: string): Network => {
  if (isMetadataHost(name) || isMetadataHost(`[${name}]`)) return 'metadata'
  if (name === 'localhost' || name.endsWith('.localhost')) return 'local'
  const address = ipv4Of(name)
  if (address !== undefined) return networkOfIpv4(address)
  if (name.includes(':')) return networkOfIpv6(name)
  return isPrivateName(name) ? 'private' : 'public'
}

type Ipv4 = readonly [number, number, number, number]

/** Dotted, a network's length after a slash left aside, or in the tail of an IPv6 address. */
const ipv4Of = (name: string): Ipv4 | undefined => {
  const dotted = /^(?:::(?:ffff:)?)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/\d{1,2})?$/.exec(
    name,
  )
  if (dotted !== null) return dotted.slice(1, 5).map(Number) as unknown as Ipv4
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(name)
  if (mapped === null) return undefined
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255]
}

const networkOfIpv4 = ([a, b, c, d]: Ipv4): Network => {
  if (isMetadataHost(`${a}.${b}.${c}.${d}`)) return 'metadata'
  if (a === 127 || (a === 0 && b === 0 && c === 0 && d === 0)) return 'local'
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  return isPrivate ? 'private' : 'public'
}

const networkOfIpv6 = (name: string): Network => {
  if (/^(?:0{0,4}:){1,7}0{0,3}1$/.test(name) || /^(?:0{0,4}:){1,7}0{0,4}$/.test(name))
    return 'local'
  // Unique local and link-local addresses.
  return /^f[cd][0-9a-f]{0,2}:|^fe[89ab][0-9a-f]?:/.test(name) ? 'private' : 'public'
}

export const PRIVATE_SUFFIXES = ['.local', '.internal', '.intranet', '.lan', '.corp', '.home.arpa']

/** A name without a dot is one that only a search list completes. */
const isPrivateName = (name: string): boolean =>
  name !== '' && (/^[\w-]+$/.test(name) || PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix)))
