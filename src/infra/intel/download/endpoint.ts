// The server that models are asked from: the public hub, or the mirror that the user names. Credentials
// in its address are taken out of it at once: they go to that server's own origin and nowhere else.
import * as Result from 'effect/Result'
import { modelFailure, type ModelFailure } from './modelFailure.ts'

export const HUB = 'https://huggingface.co'

export interface Endpoint {
  /** Without credentials, query and fragment; its path ends with a slash. */
  readonly url: URL
  /** For requests to this origin alone. */
  readonly authorization: string | undefined
  readonly shown: string
}

interface Environment {
  readonly HF_ENDPOINT?: string | undefined
  readonly HF_TOKEN?: string | undefined
}

/** `--mirror` wins over HF_ENDPOINT, that over the hub. */
export const endpointOf = (
  mirror: string | undefined,
  env: Environment,
): Result.Result<Endpoint, ModelFailure> => {
  const named = mirror ?? (env.HF_ENDPOINT === '' ? undefined : env.HF_ENDPOINT)
  const where = mirror === undefined && named !== undefined ? 'HF_ENDPOINT' : '--mirror'
  const bad = (why: string) =>
    Result.fail(
      modelFailure('mirror', `${where}: ${why}`, `${where} takes an address such as ${HUB}`, 2),
    )
  const url = URL.parse(named ?? HUB)
  if (url === null) return bad('is no URL')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    return bad('only https is used: what is pinned must come from whom it says')
  if (url.search !== '' || url.hash !== '') return bad('must have no ? and no #')
  const token = env.HF_TOKEN?.trim() ?? ''
  if (!/^[\x21-\x7e]{0,2048}$/.test(token))
    return Result.fail(
      modelFailure('mirror', 'HF_TOKEN: holds what no token holds', 'set it anew, or unset it', 2),
    )
  const authorization = basic(url) ?? (token === '' ? undefined : `Bearer ${token}`)
  url.username = ''
  url.password = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return Result.succeed({ url, authorization, shown: shownUrl(url) })
}

const basic = ({ username, password }: URL): string | undefined => {
  if (username === '' && password === '') return undefined
  const plain = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return `Basic ${Buffer.from(`${plain(username)}:${plain(password)}`).toString('base64')}`
}

export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)

/** Without credentials, query and fragment: signed addresses carry their permission in the query. */
export const shownUrl = ({ protocol, host, pathname }: URL): string =>
  `${protocol}//${host}${pathname.replace(/\/$/, '')}`
