import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkpointTimer } from '../../../src/infra/store/checkpointTimer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the checkpoint timer', () => {
  const started = () => {
    const due = vi.fn<() => void>()
    const timer = checkpointTimer(() => ({ idleMs: 100, dirtyMs: 1000 }), due)
    return { due, ...timer }
  }

  it('asks once the log has been quiet', () => {
    const { due, touched } = started()
    for (let i = 0; i < 5; i++) {
      touched()
      vi.advanceTimersByTime(60)
    }
    expect(due).not.toHaveBeenCalled()
    vi.advanceTimersByTime(60)
    expect(due).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(10_000)
    expect(due).toHaveBeenCalledTimes(1)
  })

  it('asks in time although the log is never quiet', () => {
    const { due, touched } = started()
    for (let i = 0; i < 22; i++) {
      touched()
      vi.advanceTimersByTime(50)
    }
    expect(due).toHaveBeenCalledTimes(1)
  })

  it('does not ask for what is covered, nor once it is stopped', () => {
    const { due, touched, covered, stop } = started()
    touched()
    covered()
    vi.advanceTimersByTime(10_000)
    touched()
    stop()
    touched()
    vi.advanceTimersByTime(10_000)
    expect(due).not.toHaveBeenCalled()
  })
})
