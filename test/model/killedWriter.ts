// A process that appends until it is killed. Each line it prints is an append that was acknowledged:
// `<first index> <entries> <token in the first entry>`. Started by kill.test.ts.
import * as fs from 'node:fs'
import { Chunk } from '../../src/domain/event/event.ts'
import type { Draft } from '../../src/domain/event/envelope.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { fetchDrafts, openLog } from '../infra/store/scratchLog.ts'

const [dir, pin, round] = process.argv.slice(2)
const say = (line: string): void => void fs.writeSync(1, `${line}\n`)

say('opening')
const { log } = await openLog(dir!, JSON.parse(pin!), {
  // Often, so that kills hit them too.
  snapshotEvery: 50,
  checkpointEvery: () => ({ idleMs: 2, dirtyMs: 9 }),
  now: () => Date.now(),
})
say('open')

/** Now and then enough to make LevelDB write a table and start a new log file. */
const bulk: ReadonlyArray<Draft> = Array.from({ length: 30 }, (_, i) => ({
  session: null,
  event: new Chunk({ digest: 'ab'.repeat(32) as Digest, data: String(i).repeat(30_000) }),
}))

const writer = async (name: number): Promise<void> => {
  for (let n = 0; ; n++) {
    const token = `token-${round}-${name}-${n}`
    const call = fetchDrafts(n, 'AAAA').map((draft) => ({ ...draft, session: token }))
    const drafts = n % 23 === 22 ? [...call, ...bulk] : call
    const { first } = await log.append(drafts, n % 5 === 0)
    say(`${first} ${drafts.length} ${token}`)
    if (name === 0) await new Promise((resolve) => setTimeout(resolve, n % 4))
  }
}
await Promise.all([0, 1, 2, 3, 4, 5].map(writer))
