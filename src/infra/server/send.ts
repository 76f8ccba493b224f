// Sending to the caller of a method while it works, at the caller's own pace.
import type * as net from 'node:net'
import type { ControlItem } from '../../domain/control/methods.ts'

/** Waited for, it lets a caller that reads slowly slow down what is made for it. */
export type SendItem = (item: ControlItem) => void | Promise<void>

/** Writes; the promise is there while the peer has not taken enough, and ends with the peer too. */
export const writeAtPace = (socket: net.Socket, text: string): Promise<void> | undefined => {
  if (!socket.writable || socket.write(text)) return undefined
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}
