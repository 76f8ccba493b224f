// Addresses of machines on a network: IPv4, IPv6 (RFC 4291), MAC. Addresses that everybody has or that
// documentation uses are nobody's; versions, OIDs and C++ names only look like some.
import { beginsWord, endsWord, isHexAt, isWordAt } from '../characters.ts'
import { before } from '../context.ts'
import { isDocumentedIpv4 } from '../documented.ts'
import { endOf, type Recogniser } from '../recogniser.ts'

const QUAD = /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}/y
const OF_MACHINES =
  /\bips?\b|ip[v_4]|addr|host|server|client|from|peer|remote|:\/\/|@|gateway|route|dns|ping/
const IS_VERSION =
  /(?:\bv|version|release|==|[~^]|@|\bver\.?|section|chapter|§|rfc|oid|build|(?:v8|chrome|chromium|electron|driver|firmware|updated?|upgraded?|bump|patch)(?: \w{1,8})?(?: to)?)[ :"'=v(]*$/

export const ipv4: Recogniser = {
  id: 'ipv4',
  type: 'IP_ADDRESS',
  digits: { runs: [1, 2, 3] },
  find: (text, at, until) => {
    if (text[until] !== '.' || !beginsWord(text, at)) return undefined
    if (/[.\-+]/.test(text[at - 1] ?? '') && isWordAt(text, at - 2)) return undefined
    const end = endOf(QUAD, text, at)
    if (end === -1 || !endsWord(text, end)) return undefined
    const next = text[end]
    if ((next === '.' || next === '-' || next === '+') && isWordAt(text, end + 1)) return undefined
    // A network, not a machine.
    if (
      next === '/' &&
      /\d/.test(text[end + 1] ?? '') &&
      !/^\/(?:32)\b/.test(text.slice(end, end + 4))
    )
      return undefined
    const octets = text.slice(at, end).split('.')
    if (octets.some((octet) => octet.length > 1 && octet.startsWith('0'))) return undefined
    const [a, b, c, d] = octets.map(Number)
    if (isDocumentedIpv4([a!, b!, c!, d!]) || IS_VERSION.test(before(text, at, 20)))
      return undefined
    // `Chrome/96.0.4664.110`, decimals of a drawing, arcs of X.500.
    if (text[at - 1] === '/' && /[A-Za-z]/.test(text[at - 2] ?? '')) return undefined
    if (/\d\.\d{1,4}[ ,]$/.test(text.slice(Math.max(0, at - 8), at))) return undefined
    if ((a === 2 && b === 5 && (c === 4 || c === 29)) || (a === 1 && (b === 2 || b === 3)))
      return undefined
    // Small numbers within a line, that nothing calls an address: versions, sections of standards.
    const loose = /[ \t(]/.test(text[at - 1] ?? '') && (a! < 16 || Math.max(a!, b!, c!, d!) < 32)
    if (loose && !OF_MACHINES.test(before(text, at, 40))) return undefined
    return { start: at, end, score: 0.9 }
  },
  examples: {
    yes: [
      'client «86.231.85.193» connected',
      'http://«74.34.59.240»:8080/x',
      'ip=«10.218.6.131»',
      'allow «109.38.226.13»/32',
    ],
    no: [
      '127.0.0.1 0.0.0.0 192.0.2.44 198.51.100.7 203.0.113.9 8.8.8.8 192.168.1.10',
      'version 12.34.56.78',
      '1.2.3.4.5.6',
      '256.10.10.10',
      '10.20.0.0/16',
      'v86.231.85.193',
      'see 2.4.5.6',
      '// 7.18.2.3 Limits',
    ],
  },
}

const MOST_V6 = 45

export const ipv6: Recogniser = {
  id: 'ipv6',
  type: 'IP_ADDRESS',
  literals: [':'],
  find: (text, at) => {
    // From the first colon of the address.
    let start = at
    while (at - start < 5 && isHexAt(text, start - 1)) start--
    if (at - start > 4 || text[start - 1] === ':' || !beginsWord(text, start)) return undefined
    if (start === at && text[at + 1] !== ':') return undefined
    let end = at
    while (end - start < MOST_V6 && (isHexAt(text, end) || text[end] === ':' || text[end] === '.'))
      end++
    while (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':')) end--
    if (!endsWord(text, end) || text[end] === '/' || (text[end] === ':' && text[end + 1] === ':'))
      return undefined
    const address = text.slice(start, end)
    if (!isIpv6(address) || !isSomebodys(address.toLowerCase())) return undefined
    return { start, end, score: 0.9 }
  },
  examples: {
    yes: [
      'from d80 «3b20:9a3a:1b2f:7ce:9ef1:4787:85fc:261e»',
      '[«2a00:1450:4001:82b::200e»]:443',
      'fe80 «fe80::1ff:fe23:4567:890a»',
    ],
    no: [
      '::1 and :: and 2001:db8::1',
      'std::cafe::babe',
      'at 12:34:56 on',
      'a::b',
      'ff02::1:ff00:42',
      '::ffff:7f00:1',
      '2a00:1450::/32',
      'aa:bb:cc',
    ],
  },
}

const isIpv6 = (address: string): boolean => {
  const halves = address.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false
  if (halves.length === 1) return groups.length === 8 && /\d/.test(address)
  // Names in code (`ab::cd`) have one colon pair too; addresses have numbers in several groups.
  return (
    groups.length >= 3 &&
    groups.length <= 7 &&
    groups.filter((group) => /\d/.test(group)).length >= 2
  )
}

/** An IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) is whose that is. */
const isMappedNobodys = (address: string): boolean => {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped === null) return false
  const [high, low] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)]
  return isDocumentedIpv4([high >> 8, high & 255, low >> 8, low & 255])
}

/** RFC 3849, RFC 4291: documentation, loopback, multicast are nobody's. */
const isSomebodys = (address: string): boolean =>
  !isMappedNobodys(address) &&
  /[0-9a-f]{3}/.test(address) &&
  !/^(?:2001:0?db8:|2001:4860:4860::88(?:88|44)$|2606:4700:4700::1(?:00|11)1$|3fff:|ff[0-9a-f]{2}:|::1$|0*(?::0*){6}:0*1$)/.test(
    address,
  ) &&
  !/^[0:]+$/.test(address)

const MAC = /[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}/iy

export const mac: Recogniser = {
  id: 'mac',
  type: 'MAC_ADDRESS',
  literals: [':', '-'],
  find: (text, at) => {
    const start = at - 2
    if (start < 0 || !isHexAt(text, start) || !beginsWord(text, start)) return undefined
    if (text[start - 1] === ':' || text[start - 1] === '-') return undefined
    const end = endOf(MAC, text, start)
    if (end === -1 || !endsWord(text, end) || text[end] === ':' || text[end] === '-')
      return undefined
    const hex = text.slice(start, end).toLowerCase().replaceAll(/[:-]/g, '')
    // The first byte's lowest bit says that it is a group's address, no device's.
    if (/^(.)\1*$/.test(hex) || parseInt(hex.slice(0, 2), 16) % 2 === 1) return undefined
    if (hex.startsWith('00005e') || hex.startsWith('01005e')) return undefined
    if (hex === '001122334455' || hex === 'aabbccddeeff' || hex === '0123456789ab') return undefined
    return { start, end, score: 0.85 }
  },
  examples: {
    yes: ['ether «3c:22:fb:4a:91:0d»', 'MAC «9C-35-5B-5F-4C-D7»'],
    no: [
      '00:00:00:00:00:00',
      'ff:ff:ff:ff:ff:ff',
      '16:27:ac:a5:76:28:2d:36:63:1b',
      'aa:bb:cc:dd:ee:ff',
      '00-11-22-33-44',
    ],
  },
}
