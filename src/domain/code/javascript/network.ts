// JavaScript's functions that talk to other machines, and databases.
import { leaking, request, response } from '../tree/http.ts'
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import {
  ANYTHING,
  concat,
  instance,
  known,
  NETWORK,
  text,
  unknown,
  type Value,
} from '../tree/value.ts'
import { option } from './files.ts'

const READS = /^(?:get|head|options)$/i

const callBack = (call: LibraryCall, value: Value): void => {
  for (const fn of call.args)
    if (fn.is === 'closure')
      call.machine.maybe(() => call.machine.calls.call(fn, [value], new Map()))
}

/** `fetch(url, {method, body})` and its like; options may come first and hold the URL. */
const fetched = (call: LibraryCall): Value => {
  const [first] = call.args
  const url = first?.is === 'map' ? (option(call, 'url') ?? option(call, 'uri') ?? ANYTHING) : first
  const open = call.args.slice(1).some((one) => one.is === 'unknown')
  return request(call, url, option(call, 'method') ?? (open ? ANYTHING : undefined), [
    option(call, 'body'),
    option(call, 'data'),
    option(call, 'json'),
    option(call, 'form'),
    leaking(option(call, 'params')),
  ])
}

const verb = (call: LibraryCall): Value => {
  const method = call.name.slice(call.name.lastIndexOf('.') + 1).replace(/^del$/, 'delete')
  const bodies = READS.test(method)
    ? [leaking(option(call, 'params')), leaking(option(call, 'searchParams'))]
    : [call.args[1] ?? ANYTHING]
  return request(call, call.args[0], text(method), bodies)
}

/** Node's own request: what is written to it later is sent, so any method but a reading one sends. */
const asked = (call: LibraryCall): Value => {
  const [first] = call.args
  const host = option(call, 'hostname') ?? option(call, 'host')
  const path = option(call, 'path')
  const url =
    first?.is === 'map'
      ? concat([host ?? ANYTHING, ...(leaking(path) === undefined ? [] : [text('/'), path!])])
      : first
  const method = call.name.endsWith('.get') ? undefined : option(call, 'method')
  request(call, url, method, [])
  callBack(call, response())
  return instance('request', { url: url ?? ANYTHING, is: unknown(NETWORK) })
}

const connected = (call: LibraryCall): Value => {
  const [first, second] = call.args
  const path = first?.is === 'text' && first.text.startsWith('/') ? first : option(call, 'path')
  const host =
    option(call, 'host') ??
    (first?.is === 'text' ? first : second?.is === 'text' ? second : undefined)
  const socket = instance('socket', { is: unknown(NETWORK) })
  // A port alone is one of this machine.
  if (path === undefined)
    call.take('send', host ?? (first?.is === 'unknown' ? first : text('localhost')))
  callBack(call, socket)
  return socket
}

const listening = (call: LibraryCall): Value => {
  callBack(call, unknown(NETWORK))
  return instance('server')
}

const database = (call: LibraryCall): Value => {
  const file = call.args[0]
  if (/sqlite/.test(call.name)) {
    if (known(file) !== ':memory:') call.take('write', file)
    return instance('database')
  }
  const host = known(option(call, 'host') ?? option(call, 'connectionString') ?? file)
  if (host === undefined || !/(?:^|[@/])(?:localhost|127\.0\.0\.1)\b/.test(host)) {
    call.machine.remoteDatabase = true
    call.machine.call.effect('net.fetch', { name: 'database' })
  }
  return instance('database')
}

export const NETWORK_ROWS: LibraryRows = {
  'fetch undici.fetch axios axios.request got request needle undici.request superagent': fetched,
  'axios.get axios.head axios.options axios.post axios.put axios.patch axios.delete got.get got.head got.post got.put got.patch got.delete superagent.get superagent.post superagent.put superagent.del needle.get needle.post needle.put request.get request.post request.put request.del http.post':
    verb,
  'axios.create got.extend': (call) => {
    const base = option(call, 'baseURL') ?? option(call, 'prefixUrl')
    if (base !== undefined) call.take('fetch', base)
    return instance('axios', base === undefined ? {} : { base })
  },
  'axios.* got.* undici.* superagent.* needle.*': '',
  'http.get http.request': asked,
  'http.createServer net.createServer Deno.serve Deno.listen Bun.serve Bun.listen': listening,
  'server.listen': '!spawn -> self',
  'server.*': '',
  'http.*': '',
  'request.write request.end request.send': (call) => {
    const [body] = call.args
    if (body === undefined || body.is === 'closure') return ANYTHING
    call.reveals(body)
    call.take(
      'send',
      call.self?.is === 'instance' ? (call.self.fields.get('url') ?? ANYTHING) : ANYTHING,
    )
    return ANYTHING
  },
  'request.on request.setHeader request.*': (call) => {
    callBack(call, response())
    return call.self
  },
  'net.connect net.createConnection net.Socket.connect socket.connect Deno.connect Bun.connect':
    connected,
  'net.Socket': () => instance('socket', { is: unknown(NETWORK) }),
  'socket.write socket.end socket.send': '*body',
  'socket.on socket.once socket.*': (call) => {
    callBack(call, unknown(NETWORK))
    return call.self
  },
  'net.* dgram.*': '',
  'dgram.createSocket': () => instance('dgram', { is: unknown(NETWORK) }),
  'dgram.send': (call) => {
    for (const value of call.args.slice(0, 1)) call.take('body', value)
    const host = call.args.slice(1).find((value) => value.is === 'text')
    call.take('send', host ?? text('localhost'))
    return ANYTHING
  },
  'dns.lookup dns.resolve dns.resolve4 dns.resolveTxt': 'fetch',
  'WebSocket EventSource': 'send -> socket',
  XMLHttpRequest: '-> XMLHttpRequest',
  'XMLHttpRequest.open': (call) => request(call, call.args[1], call.args[0], []),
  'XMLHttpRequest.*': '',
  'response.*': (call) => {
    callBack(call, response())
    return unknown(NETWORK | call.taint)
  },
  'sqlite3.Database better-sqlite3 sqlite.DatabaseSync sqlite.open pg.Client pg.Pool mysql.createConnection mysql2.createConnection':
    database,
  'pg.* mysql.* mysql2.* sqlite3.* sqlite.* better-sqlite3.*': '',
  '?.query ?.exec ?.run ?.execute ?.prepare ?.raw ?.$executeRawUnsafe ?.$queryRawUnsafe ?.$executeRaw':
    'sql',
  '?.dropDatabase ?.dropCollection ?.flushall ?.flushdb ?.dropTable': '!destroy.data',
}
