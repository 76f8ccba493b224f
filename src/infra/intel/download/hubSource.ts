// Files from a server that speaks the hub's routes: `/{repository}/resolve/{revision}/{path}`, which
// answers with the file or leads to a store of objects elsewhere. The servers control every header and
// byte: redirects are counted and never lead from https to http, sizes are bounds to be kept by whoever
// reads, and what permits us to read goes to the first origin alone.
import type { Endpoint } from './endpoint.ts'
import { HUB, isLoopback, shownUrl } from './endpoint.ts'
import { ANOTHER_WAY, modelFailure, ModelFailure, passing } from './modelFailure.ts'
import type { Asked, Marks, Opened, Patience, Source } from './source.ts'

const MOST_REDIRECTS = 8
const COMMIT = /^[0-9a-f]{40}$/
const SHA256 = /^[0-9a-f]{64}$/

interface Said {
  readonly commit: string | undefined
  readonly linked: string | undefined
  readonly size: number | undefined
}

export const hubSource = (endpoint: Endpoint, patience: Patience): Source => ({
  shown: endpoint.shown,
  open: async (asked, signal) => {
    const abort = new AbortController()
    const giveUp = () => abort.abort(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    const close = () => {
      signal.removeEventListener('abort', giveUp)
      abort.abort()
    }
    try {
      return await opened(endpoint, asked, { abort, close, patience })
    } catch (error) {
      close()
      throw signal.aborted ? error : unreachable(endpoint, asked, error)
    }
  },
})

interface Flight {
  readonly abort: AbortController
  readonly close: () => void
  readonly patience: Patience
}

/** Follows redirects to where the file is, and looks at what is said of it on the way. */
const opened = async (
  endpoint: Endpoint,
  asked: Asked,
  flight: Flight,
): Promise<Opened | 'past-the-end'> => {
  let at = fileUrl(endpoint, asked)
  let said: Said = { commit: undefined, linked: undefined, size: undefined }
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const own = at.origin === endpoint.url.origin
    const response = await answer(at, headersFor(endpoint, asked, own), flight)
    if (own) said = heard(said, response.headers)
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      at = redirected(location, at)
      continue
    }
    if (response.status === 416) {
      flight.close()
      return 'past-the-end'
    }
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel()
      throw statusFailure(endpoint, asked, response, own)
    }
    return openedFrom(response, asked, said, flight)
  }
  throw modelFailure('redirect', `${endpoint.shown}: leads round in circles`, ANOTHER_WAY)
}

const fileUrl = ({ url }: Endpoint, { model, revision, path }: Asked): URL =>
  new URL(`${model.repository}/resolve/${revision}/${path}`, url)

const headersFor = (
  { authorization }: Endpoint,
  { from }: Asked,
  own: boolean,
): Record<string, string> => ({
  // Compressed on the way, a file's length and ranges would be another thing's.
  'accept-encoding': 'identity',
  'user-agent': 'isonapse',
  ...(from > 0 ? { range: `bytes=${from}-` } : {}),
  ...(own && authorization !== undefined ? { authorization } : {}),
})

/** The head of an answer, in time. */
const answer = async (
  url: URL,
  headers: Record<string, string>,
  { abort, patience }: Flight,
): Promise<Response> => {
  const timer = setTimeout(
    () =>
      abort.abort(
        passing('stalled', `${url.host}: no answer in ${patience.answerMs / 1000} s`, ANOTHER_WAY),
      ),
    patience.answerMs,
  )
  try {
    return await fetch(url, { redirect: 'manual', signal: abort.signal, headers })
  } finally {
    clearTimeout(timer)
  }
}

const heard = (said: Said, headers: Headers): Said => {
  const commit = headers.get('x-repo-commit') ?? ''
  const linked = unquoted(headers.get('x-linked-etag'))
  return {
    commit: COMMIT.test(commit) ? commit : said.commit,
    linked: linked !== undefined && SHA256.test(linked) ? linked : said.linked,
    size: sizeIn(headers.get('x-linked-size')) ?? said.size,
  }
}

const unquoted = (etag: string | null): string | undefined =>
  etag === null ? undefined : etag.replace(/^W\//, '').replaceAll('"', '').slice(0, 256)

const sizeIn = (text: string | null | undefined): number | undefined =>
  text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** https stays https; plain http only from this machine to itself, where the test of a mirror runs. */
const redirected = (location: string, from: URL): URL => {
  const to = URL.parse(location.slice(0, 8192), from.href)
  const refuse = (why: string) =>
    modelFailure('redirect', `${shownUrl(from)}: ${why}`, 'use another --mirror, or --from DIR')
  if (to === null) throw refuse('leads to what is no URL')
  to.username = ''
  to.password = ''
  if (to.protocol === 'https:') return to
  if (to.protocol === 'http:' && isLoopback(to) && isLoopback(from) && from.protocol === 'http:')
    return to
  throw refuse(`leads from ${from.protocol.slice(0, -1)} to ${shownUrl(to).slice(0, 200)}`)
}

const statusFailure = (
  endpoint: Endpoint,
  { model, revision, path }: Asked,
  { status, headers }: Response,
  own: boolean,
): ModelFailure => {
  const what = `${endpoint.shown}/${model.repository}`
  if ((status === 401 || status === 403) && own)
    return modelFailure(
      'refused',
      `${what}: the server does not permit it (status ${status}): the model is gated, private or gone`,
      `accept its terms at ${HUB}/${model.repository}, then set HF_TOKEN to a token of yours; or use --mirror URL or --from DIR`,
    )
  if (status === 404 || status === 410)
    return modelFailure(
      'not-found',
      `${what}: has no ${path} at ${revision.slice(0, 12)} (status ${status})`,
      'use another --mirror, or --from DIR; a newer version of this program may know where it went',
    )
  // A signed address that has run out is forbidden too: the next request gets a new one.
  const passes = status >= 500 || status === 429 || status === 408 || (status === 403 && !own)
  return passes
    ? passing('status', `${what}: status ${status}`, ANOTHER_WAY, retryAfter(headers))
    : modelFailure('status', `${what}: status ${status}`, ANOTHER_WAY)
}

const retryAfter = (headers: Headers): number | undefined => {
  const seconds = sizeIn(headers.get('retry-after'))
  return seconds === undefined ? undefined : seconds * 1000
}

const openedFrom = (response: Response, asked: Asked, said: Said, flight: Flight): Opened => {
  const { headers, status, body } = response
  // `bytes 100-199/200`
  const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(
    headers.get('content-range') ?? '',
  )
  const from = status === 206 ? Number(range?.[1] ?? Number.NaN) : 0
  if (from !== 0 && from !== asked.from)
    throw passing('status', `${said.commit ?? 'the server'}: sent another part`, ANOTHER_WAY)
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity'
  const total =
    status === 206
      ? sizeIn(range?.[2])
      : encoded
        ? said.size
        : (sizeIn(headers.get('content-length')) ?? said.size)
  const etag = unquoted(headers.get('etag'))
  const marks: Marks = {
    ...(etag === undefined ? {} : { etag }),
    ...(said.linked === undefined ? {} : { linked: said.linked }),
  }
  return {
    from,
    total,
    marks,
    commit: said.commit,
    body: inTime(body, flight),
    close: flight.close,
  }
}

/** The body, given up when too little comes: a server must not hold us for ever, drop by drop. */
async function* inTime(
  body: Response['body'],
  { abort, patience: { stallMs, leastBytes } }: Flight,
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  let came = 0
  const watch = setInterval(() => {
    if (came < leastBytes)
      abort.abort(passing('stalled', `only ${came} bytes came in ${stallMs / 1000} s`, ANOTHER_WAY))
    came = 0
  }, stallMs)
  try {
    for await (const part of body) {
      came += part.length
      yield part
    }
  } catch (error) {
    throw abort.signal.aborted && abort.signal.reason instanceof ModelFailure
      ? abort.signal.reason
      : passing('cut-short', `the connection broke off (${codeOf(error)})`, ANOTHER_WAY)
  } finally {
    clearInterval(watch)
  }
}

/** What fetch says when there is no answer at all. */
const unreachable = ({ shown }: Endpoint, _: Asked, error: unknown): unknown => {
  if (error instanceof ModelFailure) return error
  const code = codeOf(error)
  if (/CERT|TLS|SELF_SIGNED|UNABLE_TO|ERR_SSL/.test(code))
    return modelFailure(
      'certificate',
      `${shown}: its certificate cannot be checked (${code})`,
      'if it is your own, set NODE_EXTRA_CA_CERTS to the file of its authority',
    )
  const where = `${shown}: cannot be reached (${code})`
  return code === 'ENOTFOUND' || code === 'ECONNREFUSED'
    ? modelFailure(
        'unreachable',
        where,
        'check the network, or use --mirror URL, or --from DIR with files fetched elsewhere',
      )
    : passing('unreachable', where, ANOTHER_WAY)
}

const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException
    if (typeof code === 'string') return code.slice(0, 60)
  }
  return error instanceof Error ? error.message.slice(0, 100) : 'unknown'
}
