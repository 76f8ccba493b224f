import * as fs from 'node:fs'
import { encodeRequestHead } from '../src/domain/hook/frame.ts'
import { exchange } from './exchange.ts'
import { hookPayload } from './hookPayloads.ts'
import { makeHome, startPlane } from './plane.ts'
const home = await makeHome(); const plane = await startPlane(home)
let next = 0; const N = Number(process.argv[2])
const t = setInterval(() => { const s = fs.readFileSync(`/proc/${plane.pid}/status`, 'utf8'); console.log(next, /RssAnon.*/.exec(s)![0], /RssFile.*/.exec(s)![0]) }, 2000)
await Promise.all(Array.from({ length: 64 }, async () => { while (next < N) { const { event, bytes } = hookPayload(next++, home.project, 'm'); await exchange(home.paths.hookSocket, Buffer.concat([encodeRequestHead({ event, pid: 1 }), bytes])) } }))
clearInterval(t); await new Promise(r => setTimeout(r, 5000)); { const s = fs.readFileSync(`/proc/${plane.pid}/status`, 'utf8'); console.log('after rest', /RssAnon.*/.exec(s)![0], /RssFile.*/.exec(s)![0]) }
await plane.stop(); home.remove()
