// A policy fetched from a URL that a person names: HTTPS only, checked certificates, bounded in size
// and time. A redirect to another host is told instead of followed: what was named is what is read.
import { fromUtf8 } from '../../domain/bytes.ts'
import { MOST_POLICY_BYTES } from '../../domain/policy/policy.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'

const MOST_BYTES = 4 * MOST_POLICY_BYTES
const TIMEOUT_MS = 20_000
const MOST_REDIRECTS = 5

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>

export const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text)

/** Its text. `certificatesChecked`: false where the environment has switched that off. */
export const policyTextAt = async (
  text: string,
  {
    fetch = globalThis.fetch,
    certificatesChecked = process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0',
    timeoutMs = TIMEOUT_MS,
  }: {
    readonly fetch?: Fetch
    readonly certificatesChecked?: boolean
    readonly timeoutMs?: number
  } = {},
): Promise<string> => {
  if (!certificatesChecked)
    throw usage(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 leaves certificates unchecked',
      'unset it and run the command again',
    )
  const asked = httpsUrl(text, text)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    let at = asked
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await fetch(at, {
        redirect: 'manual',
        signal,
        credentials: 'omit',
        headers: { accept: 'application/json' },
      })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null)
        return await textIn(response, text)
      await response.body?.cancel()
      at = redirected(location, at, text)
    }
    throw failed(text, 'too many redirects')
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    throw failed(
      text,
      signal.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error),
      error,
    )
  }
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return printed(cause instanceof Error ? cause.message : String(cause), 200)
}

const failed = (url: string, why: string, cause?: unknown) =>
  new CommandFailure({
    kind: 'fetch',
    message: `${printed(url, 200)}: ${why}`,
    remedy: 'download it yourself, read it, and import the file',
    exit: 1,
    ...(cause === undefined ? {} : { cause }),
  })

const httpsUrl = (text: string, shown: string): URL => {
  const url = URL.parse(text)
  if (url === null) throw usage(`${printed(shown, 200)}: is no URL`)
  if (url.protocol !== 'https:')
    throw usage(
      `${printed(shown, 200)}: only https is used, not ${printed(url.protocol, 40)}`,
      'use an https URL, or download it and import the file',
    )
  if (url.username !== '' || url.password !== '')
    throw usage(`a URL with credentials is not used`, 'download it and import the file')
  return url
}

const redirected = (location: string, from: URL, asked: string): URL => {
  const to = URL.parse(location, from.href)
  if (to === null) throw failed(asked, 'a redirect that is no URL')
  if (to.host !== from.host || to.protocol !== 'https:')
    throw new CommandFailure({
      kind: 'redirect',
      message: `${printed(asked, 200)}: redirects to ${printed(`${to.protocol}//${to.host}`, 200)}, which was not asked for`,
      remedy:
        to.protocol === 'https:'
          ? `if you trust it: isonapse hook policy import ${printed(to.href, 400)}`
          : 'download it yourself, read it, and import the file',
      exit: 1,
    })
  return httpsUrl(to.href, asked)
}

const textIn = async (response: Response, url: string): Promise<string> => {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw failed(url, `status ${response.status}`)
  }
  const parts: Array<Uint8Array> = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > MOST_BYTES) throw failed(url, `is larger than ${MOST_BYTES} bytes`)
    parts.push(part)
  }
  const text = fromUtf8(Buffer.concat(parts))
  if (text === undefined) throw failed(url, 'is not UTF-8 text')
  return text
}
