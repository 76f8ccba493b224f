// What the script left running still writes to its outputs. Another process goes on to filter them, so
// that the call itself ends when the script does, as it would without us.
import { spawn } from 'node:child_process'
import { compileFilter, type Filtered } from '../../domain/secret/filter.ts'
import { relay } from './outputs.ts'

/** The mode of dist/run.js in which it is that process. */
export const DRAIN = '--drain'

export interface Left {
  readonly filters: ReadonlyArray<Filtered>
  /** What was read of each output and not yet written, base64. */
  readonly rest: readonly [string, string]
}

/** Descriptors 3 and 4 of the new process are the outputs' read ends. Values go by its input alone. */
export const handOver = (read: readonly [number, number], left: Left): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [process.argv[1]!, DRAIN], {
      detached: true,
      env: {},
      stdio: ['pipe', 'inherit', 'inherit', read[0], read[1]],
    })
    child.on('error', () => resolve())
    child.stdin!.on('error', () => resolve())
    child.stdin!.end(JSON.stringify(left), () => resolve())
    child.unref()
  })

export const drain = async (): Promise<void> => {
  const parts: Array<Buffer> = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  const { filters, rest } = JSON.parse(Buffer.concat(parts).toString('utf8')) as Left
  const filter = compileFilter(filters)
  await Promise.all([
    relay(3, process.stdout, filter, Buffer.from(rest[0], 'base64')).ended,
    relay(4, process.stderr, filter, Buffer.from(rest[1], 'base64')).ended,
  ])
}
