// E-mail addresses (RFC 5321, RFC 6531), found by their at sign. Package versions (`pkg@1.0.0`), SSH
// remotes (`git@host:`) and names and passwords in URLs are none.
import { isAlnumAt, isHexAt } from '../characters.ts'
import { isDocumentedHost } from '../documented.ts'
import type { Recogniser } from '../recogniser.ts'

const MOST_LOCAL = 64
const MOST_DOMAIN = 253

const isLocalAt = (text: string, at: number): boolean =>
  isAlnumAt(text, at) || LOCAL.has(text.charCodeAt(at))
const LOCAL = new Set([...".!#$&'*+-^_~"].map((char) => char.charCodeAt(0)))
const isDomainAt = (text: string, at: number): boolean =>
  isAlnumAt(text, at) || text[at] === '-' || text[at] === '.'

/** What files end in, and domains do not. */
const FILE_ENDING =
  /^(?:patch|png|jpe?g|gif|svg|webp|js|mjs|cjs|ts|tsx|jsx|json|css|scss|html?|map|zip|tgz|gz|txt|lock|yml|yaml|toml|service|socket|timer|mount|target)$/i
/** Accounts that programs have, not people. */
const OF_PROGRAMS = /^(?:git|hg|svn|root|postmaster|no-?reply|noreply|do-?not-?reply)$/i

export const email: Recogniser = {
  id: 'email',
  type: 'EMAIL_ADDRESS',
  // Also as URLs and JSON have it.
  literals: ['@', '%40', '\\u0040'],
  find: (text, at, until) => {
    let start = at
    while (start > 0 && at - start < MOST_LOCAL && isLocalAt(text, start - 1)) start--
    while (start < at && !isAlnumAt(text, start) && text[start] !== '_' && text[start] !== '+')
      start++
    // `\n` of a JSON string: its letter is no part of the address.
    if (text[start - 1] === '\\' && /[nrt]/.test(text[start]!)) start++
    // Nor is what `%20` of a URL ends in.
    if (text[start - 1] === '%' && isHexAt(text, start) && isHexAt(text, start + 1)) start += 2
    if (start >= at || text[at - 1] === '.') return undefined
    let end = until
    while (end < text.length && end - until < MOST_DOMAIN && isDomainAt(text, end)) end++
    while (end > until && !isAlnumAt(text, end - 1)) end--
    if (text[end] === '@' || text[end] === '_') return undefined
    const domain = text.slice(until, end)
    const dot = domain.lastIndexOf('.')
    const top = domain.slice(dot + 1)
    if (dot < 1 || domain.includes('..') || domain.startsWith('-')) return undefined
    if (!/^(?:\p{L}{2,24}|xn--[a-z0-9-]{2,59})$/iu.test(top) || FILE_ENDING.test(top))
      return undefined
    if (/^v?\d+(?:\.\d+)+\./.test(domain) || isDocumentedHost(domain)) return undefined
    const local = text.slice(start, at)
    if (OF_PROGRAMS.test(local) || local.includes('..')) return undefined
    const scheme = text.slice(Math.max(0, start - 80), start)
    if (/:\/\/[^\s/]*$/.test(scheme)) return undefined
    // An SSH remote: `deploy@host.tld:path`.
    if (
      text[end] === ':' &&
      /[\w~/]/.test(text[end + 1] ?? '') &&
      /^[a-z-]+$/.test(local) &&
      /\//.test(text.slice(end, end + 60))
    )
      return undefined
    return { start, end, score: 0.95 }
  },
  examples: {
    yes: [
      'to=%20«ana%40correo.es»',
      'GET /unsubscribe?mail=«ana.lopez%40correo.es»&x=1',
      '{"to":"«ana\\u0040correo.es»"}',
      'write to «marie.curie+lab@sorbonne-labs.fr» today',
      '{"to":"«j.doe@mail.co.uk»"}',
      'a line\\n«ana@correo.es»',
      '«jürgen@müller-büro.de»',
      'mailto:«x_y@sub.domain.io».',
    ],
    no: [
      'npm install effect@4.0.0 left-pad@1.3.0.patch',
      'git clone git@github.com:owner/repo.git',
      'user@example.com, someone@mail.example.org, a@b.test',
      '@Injectable() icon@2x.png @scope/pkg',
      'a@b',
      'https://user@hosting-site.com/path',
    ],
  },
}
