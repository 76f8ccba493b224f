// One request over a new connection, as every hook client makes it, and the bare echo server that
// such an exchange is compared with.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'

/** Sends, closes the sending side, and reads until the other side closes. */
export const exchange = (socket: string, request: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const peer = net.connect({ path: socket, allowHalfOpen: true })
    const parts: Array<Buffer> = []
    peer.on('data', (part) => parts.push(part))
    peer.once('error', reject)
    peer.once('end', () => {
      peer.destroy()
      resolve(Buffer.concat(parts))
    })
    peer.end(request)
  })

const ECHO = `
const server = require('node:net').createServer({ allowHalfOpen: true }, (peer) => {
  peer.on('error', () => peer.destroy())
  peer.pipe(peer)
})
server.listen(process.argv[1])
`

/** An echo server over a Unix socket in a process of its own; nothing in it but node:net. */
export const startEcho = async (socket: string): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', ECHO, socket], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  while (!fs.existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 10))
  return child
}
