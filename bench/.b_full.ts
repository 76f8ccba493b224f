import * as fs from 'node:fs'
import * as Effect from 'effect/Effect'
import { create, openLog, callDrafts } from '../test/infra/store/scratchLog.ts'
const dir='/tmp/B/mnt/w/witness'
fs.writeFileSync('/tmp/B/mnt/ballast', Buffer.alloc(10e6))
const pin = await create(dir)
const acks:number[]=[]
const {log, close} = await openLog(dir, pin, { onNotice: n=>console.log('notice', n._tag, (n as any).renewed, (n as any).failure?.reason, (n as any).failure?.detail ?? (n as any).detail), snapshotEvery: 500 })
let fails=0, n=0
while (fails<8) { try { const c = await log.append(callDrafts(n++, 'A'.repeat(20)+Math.random().toString(36).repeat(100))); acks.push(c.first) } catch(e:any){ fails++; console.log('fail at size', log.head().size, e.reason, e.detail); await new Promise(r=>setTimeout(r,300)) } }
await Effect.runPromise(log.entry(0)).then(e=>console.log('entry0',!!e), (e:any)=>console.log('read', e.reason, e.detail))
fs.rmSync('/tmp/B/mnt/ballast')
await new Promise(r=>setTimeout(r,1500))
for (let i=0;i<20;i++) acks.push((await log.append(callDrafts(n++))).first)
console.log('size', log.head().size)
console.log((await Effect.runPromise(log.verify())))
const set=new Set(acks); console.log('acks', acks.length, 'unique', set.size)
await close()
const b = await openLog(dir,pin); console.log(b.log.head().size, (await Effect.runPromise(b.log.verify())).verdict); 
for await (const s of b.log.scan({})) for (const e of s) { const t=JSON.parse(Buffer.from(e.bytes).toString()).event._tag; if (t==='HookReceived') { if (!set.has(e.index)) console.log('unacked entry at', e.index); set.delete(e.index)} }
console.log('acked missing', set.size)
await b.close()
