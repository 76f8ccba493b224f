// Starting a program and waiting for its end, timed from before the spawn until its output is read.
import { spawn } from 'node:child_process'

export interface Spawned {
  readonly ms: number
  readonly status: number | null
  readonly stdout: string
}

export const runProgram = (
  argv: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
): Promise<Spawned> =>
  new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const parts: Array<Buffer> = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.once('error', reject)
    child.once('close', (status) =>
      resolve({
        ms: performance.now() - start,
        status,
        stdout: Buffer.concat(parts).toString('utf8'),
      }),
    )
  })
