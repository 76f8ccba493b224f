// A server on the loopback that speaks the hub's routes: small files answered at once, large ones by a
// redirect to a store of another origin, with ranges. A test can put itself in between.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const COMMIT = 'c0ffee'.padEnd(40, '0')

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

export interface Request {
  readonly at: 'hub' | 'store'
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

/** Answers, or returns false to leave it to the server. */
export type Between = (
  at: 'hub' | 'store',
  request: IncomingMessage,
  response: ServerResponse,
) => boolean

export interface Hub {
  readonly url: string
  readonly storeUrl: string
  readonly requests: Array<Request>
  /** By path in the repository; those that end in `.onnx` are in the store. */
  readonly files: Map<string, Buffer>
  between: Between
  close: () => Promise<void>
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  )

/** A file with its ranges, as stores of objects send it. */
export const sendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  etag: string,
): void => {
  response.setHeader('etag', `"${etag}"`)
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (from >= content.length && request.headers.range !== undefined) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    return
  }
  const body = content.subarray(from)
  response.setHeader('content-length', body.length)
  if (request.headers.range !== undefined)
    response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`)
  response.writeHead(request.headers.range === undefined ? 200 : 206).end(body)
}

export const startHub = async (files: Readonly<Record<string, Buffer>>): Promise<Hub> => {
  const hub: Hub = {
    url: '',
    storeUrl: '',
    requests: [],
    files: new Map(Object.entries(files)),
    between: () => false,
    close: async () => {
      for (const server of [front, store]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
  const noted = (at: Request['at'], { url = '', headers }: IncomingMessage) =>
    hub.requests.push({ at, url, headers })
  const front = createServer((request, response) => {
    noted('hub', request)
    if (hub.between('hub', request, response)) return
    const [, path] = /^\/[\w.-]+\/[\w.-]+\/resolve\/\w+\/(.+)$/.exec(request.url ?? '') ?? []
    const content = path === undefined ? undefined : hub.files.get(path)
    if (content === undefined) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('no')
      return
    }
    response.setHeader('x-repo-commit', COMMIT)
    if (!path!.endsWith('.onnx'))
      return sendFile(request, response, content, `git-${sha256(content).slice(0, 40)}`)
    response.writeHead(302, {
      location: `${hub.storeUrl}/${path}?X-Signature=do-not-tell`,
      'x-linked-etag': `"${sha256(content)}"`,
      'x-linked-size': content.length,
    })
    response.end()
  })
  const store = createServer((request, response) => {
    noted('store', request)
    if (hub.between('store', request, response)) return
    const path = new URL(request.url ?? '', 'http://store').pathname.slice(1)
    const content = hub.files.get(path)!
    sendFile(request, response, content, sha256(content).slice(0, 32))
  })
  return Object.assign(hub, { url: await listen(front), storeUrl: await listen(store) })
}
