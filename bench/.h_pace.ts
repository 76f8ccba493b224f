import { exchange, startEcho } from './exchange.ts'
import { encodeRequestHead } from '../src/domain/hook/frame.ts'
import { hookPayload } from './hookPayloads.ts'
import { makeHome, startPlane, ended } from './plane.ts'
const home = await makeHome(); const plane = await startPlane(home)
const e = home.root + '/e.sock'; const echo = await startEcho(e)
const t: number[][] = [[], []]
const N = Number(process.argv[2] ?? 5000)
for (let n = 0; n < N; n++) {
  const { event, bytes } = hookPayload(n, plane.project, 'x')
  const r = Buffer.concat([encodeRequestHead({ event, pid: 1 }), bytes])
  let a = performance.now(); await exchange(plane.paths.hookSocket, r); const dt = performance.now() - a; await new Promise(q => setTimeout(q, 5)); a = performance.now() - dt; if (n > 1000) t[n % 2]!.push(performance.now() - a)
}
const u: number[] = []
for (let n = 0; n < 3000; n++) { const r = Buffer.alloc(900); let a = performance.now(); await exchange(e, r); const dt = performance.now() - a; await new Promise(q => setTimeout(q, 5)); a = performance.now() - dt; if (n > 500) u.push(performance.now() - a) }
for (const [k, x] of [['pre', t[0]!], ['post', t[1]!], ['echo', u]] as const) { x.sort((a, b) => a - b); console.log(k, x[x.length >> 1]!.toFixed(3), 'p10', x[(x.length * 0.1) | 0]!.toFixed(3), 'p90', x[(x.length * 0.9) | 0]!.toFixed(3), 'p99', x[(x.length * 0.99) | 0]!.toFixed(3)) }
await plane.stop(); await ended(echo); home.remove()
