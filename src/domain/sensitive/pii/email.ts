// E-mail addresses (RFC 5321, RFC 6531), found by their at sign. Package versions (`pkg@1.0.0`), SSH
// remotes (`git@host:`) and names and passwords in URLs are none.
import { isAlnumAt, isHexAt } from '../characters.ts'
import { isDocumentedHost } from '../documented.ts'
import type { Recogniser } from '../recogniser.ts'
import { isRemote } from './remote.ts'

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

/** Kotlin's jumps and receivers with a label, and what is taken of it. */
const LABELLED = /^(?:this|super|return|break|continue)$/
/** Of one message, made of the time it was sent: in mail archives and commits. */
const MESSAGE_ID = /^(?:19|20)\d{6,12}[.-]/
/** Accounts that programs have with Google, and what GitHub gives those who hide their address. */
const OF_MACHINES = /(?:\.gserviceaccount\.com|^users\.noreply\.github\.com)$/i
/** A longer top-level domain with a bracket right after it is a method. */
const LONGEST_BEFORE_CALL = 4

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
    if (/^v?\d+\.\d+[.-]/.test(domain) || isDocumentedHost(domain)) return undefined
    const local = text.slice(start, at)
    if (OF_PROGRAMS.test(local) || local.includes('..')) return undefined
    const scheme = text.slice(Math.max(0, start - 80), start)
    if (/:\/\/[^\s/]*$/.test(scheme)) return undefined
    if (LABELLED.test(local) || MESSAGE_ID.test(local) || OF_MACHINES.test(domain)) return undefined
    // `@scope/name@tag`, and a call: `this@Activity.finish()`, `a@b.transpose()`.
    if (/@[\w.-]{1,80}\/$/.test(text.slice(Math.max(0, start - 82), start))) return undefined
    if (text[end] === '(' && top.length > LONGEST_BEFORE_CALL) return undefined
    if (isRemote(text, start, end, local)) return undefined
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
      'For ssh keys write to «ana@correo.es», or scp: «ana@correo.es»',
      'login «ana.lopez@correo.es»:Kestrel',
      'git commit --author="Ana <«ana@correo.es»>" && git push',
      'ssh-keygen -C «ana@correo.es»',
      'ssh host uptime | mail -s up «ana@correo.es»',
      '«wei@163.com» and «ana@correo.es»(home)',
      'git log: «ana@correo.es»: fixed',
    ],
    no: [
      'npm install effect@4.0.0 left-pad@1.3.0.patch',
      'git clone git@github.com:owner/repo.git',
      'user@example.com, someone@mail.example.org, a@b.test',
      '@Injectable() icon@2x.png @scope/pkg',
      'npm i @scope/name@1.2.3 @scope/name@next.beta pkg@1.2-beta.next',
      '"lodash@^4.17.21": "@babel/core@npm:7.1.0" foo@bar',
      '/@babel/core@7.1.0(supports-color@5.5.0): {}',
      'uses: actions/checkout@v4.1.beta',
      'this@MainActivity.finish(); return@forEach.let { it }; y = x@w.transpose()',
      '@Named("a") @foo.bar class X',
      'git clone git@github.com:owner/repo',
      'ssh deploy@prod.host-site.net',
      'ssh -i ~/.ssh/id_ed25519 -p 2222 -o StrictHostKeyChecking=no deploy@prod.host-site.net uptime',
      '{"command":"ssh -J jump@gate.host-site.net Deploy1@prod.host-site.net"}',
      'scp build.tgz Ana.Lopez@host-site.net:/srv/app',
      'cd dist && rsync -av --delete -e "ssh -p 22" ./ user.name@host-site.net:www',
      'rsync -av \\\n  ./ user.name@host-site.net:www',
      'git remote add prod dokku1@host-site.net:app',
      'Host p\n  ProxyJump ops@gate.host-site.net',
      'deploy@prod.host-site.net:~$ ls',
      "ana@host-site.net's password: ",
      'ana@host-site.net: Permission denied (publickey).',
      'svc-1@project-7.iam.gserviceaccount.com 12+ana@users.noreply.github.com',
      'Message-Id: <20150811100527.GW14466@mail.host-site.net>',
      'a@b',
      'https://user@hosting-site.com/path',
    ],
  },
}
