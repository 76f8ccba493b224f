import { spawn } from 'node:child_process'

/** Runs something with a process that carries the client's mark, as everything it starts does. */
export const withMarked = async <A>(use: (pid: number) => Promise<A>): Promise<A> => {
  const child = spawn(process.execPath, ['-e', 'console.log(1);setTimeout(() => {}, 60000)'], {
    env: { CLAUDECODE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    return await use(child.pid!)
  } finally {
    child.kill('SIGKILL')
  }
}
