// Loops that start processes without end and wait for none of them.
import { forEachChild } from 'unbash'
import type { Command, CompoundList, SyntaxNode, While } from 'unbash'

const DEPTH_LIMIT = 32

/** A condition that never fails: `while true`, `while :`, `until false`. */
export const isEndless = ({ kind, clause }: While): boolean => {
  const [only, more] = clause.commands
  const command = only?.command
  if (more !== undefined || command?.type !== 'Command') return false
  const name = command.name?.value ?? ''
  return kind === 'until' ? name === 'false' : /^(?:true|:|\[|1)$/.test(name) && !asks(command)
}

/** `[ 1 ]` holds, `[ -f x ]` may not. */
const asks = ({ suffix }: Command): boolean =>
  suffix.some((one) => one.type === 'Word' && /^-|\$/.test(one.text))

const PAUSING = new Set(['wait', 'sleep', 'read', 'break', 'exit', 'return', 'inotifywait'])

/** A body with a job in the background, and nothing that waits or leaves the loop. */
export const startsWithoutWaiting = (body: CompoundList): boolean => {
  let starts = false
  let waits = false
  const look = (node: SyntaxNode, depth: number, background: boolean): void => {
    if (depth > DEPTH_LIMIT || node.type === 'Word') return
    const behind = background || (node.type === 'Statement' && node.background === true)
    if (behind && node.type === 'Command') starts = true
    if (!behind && node.type === 'Command' && PAUSING.has(node.name?.value ?? '')) waits = true
    forEachChild(node, (child) => look(child, depth + 1, behind))
  }
  look(body, 0, false)
  return starts && !waits
}
