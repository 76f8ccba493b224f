// Python's functions that talk to other machines.
import { address, leaking, request, response } from '../tree/http.ts'
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import {
  ANYTHING,
  instance,
  itemOf,
  known,
  NETWORK,
  text,
  unknown,
  type Value,
} from '../tree/value.ts'

const bodies = (call: LibraryCall, at: number): ReadonlyArray<Value | undefined> => [
  call.arg(at, 'data', 'body', 'content'),
  call.named.get('json'),
  call.named.get('files'),
  leaking(call.named.get('params')),
  leaking(call.named.get('cookies')),
]

/** `requests.get(url, …)` and its like: the function's name is the method. */
const verb = (call: LibraryCall): Value => {
  const method = call.name.slice(call.name.lastIndexOf('.') + 1)
  const reads = /^(?:get|head|options)$/.test(method)
  return request(
    call,
    call.arg(0, 'url'),
    text(method),
    reads
      ? [...bodies(call, 9), leaking(call.args[1])]
      : [call.args[1] ?? ANYTHING, ...bodies(call, 1)],
  )
}

const openUrl = (call: LibraryCall): Value => {
  const url = call.arg(0, 'url', 'fullurl')
  if (url?.is === 'instance' && url.of === 'urllib.request.Request')
    return request(call, url.fields.get('path'), url.fields.get('method'), [
      url.fields.get('data'),
      call.arg(1, 'data'),
    ])
  return request(call, url, undefined, [call.arg(1, 'data')])
}

const retrieved = (call: LibraryCall): Value => {
  call.take('fetch', call.arg(0, 'url'))
  const file = call.arg(1, 'filename', 'out')
  for (const value of file === undefined ? [] : [file]) {
    const whole = known(value)
    call.machine.call.path(
      'fs.write',
      whole === undefined
        ? { text: '\0', is: 'dynamic', start: 0, end: 0 }
        : { text: whole, is: 'literal', start: 0, end: 0 },
      'self',
      { by: 'fetch' },
    )
  }
  return unknown(NETWORK)
}

const socket = (): Value => instance('socket', { is: unknown(NETWORK) })

const connected = (call: LibraryCall): Value => {
  const at = call.args[0]
  const host = at?.is === 'list' ? at.items[0] : at === undefined ? ANYTHING : itemOf(at)
  // A path is a socket of this machine.
  if (at?.is === 'text' && at.text.startsWith('/')) call.take('read', at)
  else call.take('send', address(host))
  return socket()
}

const connection = (call: LibraryCall): Value =>
  instance('http.client.HTTPConnection', { host: call.arg(0, 'host') ?? ANYTHING })

const asked = (call: LibraryCall): Value => {
  const host = call.self?.is === 'instance' ? call.self.fields.get('host') : undefined
  return request(call, host, call.arg(0, 'method'), [
    call.arg(2, 'body'),
    leaking(call.arg(1, 'url')),
  ])
}

const host = (call: LibraryCall): Value => {
  call.take('send', address(call.arg(0, 'host')))
  return unknown(NETWORK)
}

export const NETWORK_ROWS: LibraryRows = {
  'urllib.request.urlopen urllib.urlopen urllib.request.OpenerDirector.open': openUrl,
  'urllib.request.Request': (call) => {
    const method = call.arg(5, 'method')
    return instance('urllib.request.Request', {
      path: call.arg(0, 'url') ?? ANYTHING,
      ...(method === undefined ? {} : { method }),
      ...(call.arg(1, 'data') === undefined ? {} : { data: call.arg(1, 'data')! }),
    })
  },
  'urllib.request.urlretrieve urllib.urlretrieve wget.download': retrieved,
  'urllib.request.build_opener': '-> urllib.request.OpenerDirector',
  'urllib.parse.* urllib.error.* urllib.*': '',
  'requests.get requests.head requests.options requests.post requests.put requests.patch requests.delete':
    verb,
  'httpx.get httpx.head httpx.options httpx.post httpx.put httpx.patch httpx.delete httpx.stream':
    verb,
  'requests.Session requests.session httpx.Client httpx.AsyncClient aiohttp.ClientSession': (
    call,
  ) => {
    const base = call.named.get('base_url')
    return instance('session', base === undefined ? {} : { base })
  },
  'session.get session.head session.options session.post session.put session.patch session.delete session.stream':
    (call) => {
      const base = call.self?.is === 'instance' ? call.self.fields.get('base') : undefined
      if (base !== undefined) call.take('fetch', base)
      return verb(call)
    },
  'requests.request httpx.request session.request': (call) =>
    request(call, call.arg(1, 'url'), call.arg(0, 'method'), bodies(call, 9)),
  'urllib3.PoolManager urllib3.HTTPConnectionPool': '-> urllib3.PoolManager',
  'urllib3.request urllib3.PoolManager.request': (call) =>
    request(call, call.arg(1, 'url'), call.arg(0, 'method'), [
      ...bodies(call, 9),
      leaking(call.named.get('fields')),
    ]),
  'session.*': '',
  'http.client.HTTPConnection http.client.HTTPSConnection': connection,
  'http.client.HTTPConnection.request': asked,
  'http.client.HTTPConnection.getresponse': response,
  'http.client.HTTPConnection.*': '',
  'http.server.HTTPServer http.server.ThreadingHTTPServer http.server.test socketserver.TCPServer socketserver.ThreadingTCPServer':
    '!spawn -> server',
  'server.*': '',
  'http.* xmlrpc.* ssl.* socketserver.* websockets.* websocket.*': '',
  'socket.socket': socket,
  'socket.create_connection': connected,
  'socket.connect socket.connect_ex': connected,
  'socket.sendto': (call) =>
    connected(
      Object.assign(Object.create(Object.getPrototypeOf(call)), call, {
        args: call.args.slice(-1),
      }),
    ),
  'socket.send socket.sendall': '*body',
  'socket.recv socket.recvfrom socket.makefile socket.fileno': '-> net',
  'socket.accept': '-> net',
  'socket.listen': '!spawn -> clean',
  'socket.gethostbyname socket.getaddrinfo socket.gethostbyaddr': 'fetch',
  'ssl.wrap_socket': (call) => call.args[0] ?? ANYTHING,
  'socket.*': '',
  'asyncio.open_connection': host,
  'ftplib.FTP ftplib.FTP_TLS smtplib.SMTP smtplib.SMTP_SSL imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 telnetlib.Telnet nntplib.NNTP':
    host,
  'paramiko.SSHClient.connect': 'hostname:send !remote-host',
  'paramiko.SSHClient': '-> paramiko.SSHClient',
  'paramiko.SSHClient.*': '',
  'ftplib.* smtplib.* imaplib.* poplib.* telnetlib.* nntplib.*': '',
  'websockets.connect websocket.create_connection websocket.WebSocketApp': 'send -> socket',
  'response.*': (call) => unknown(NETWORK | call.taint),
}
