import { errnoOf } from './failure.ts'

/** Whether a process of that id runs, ours or another user's. 0 and below are groups of processes. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}
