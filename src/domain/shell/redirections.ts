// Redirections of one command: files it reads and writes by them, and what becomes its input.
import type { Redirection as RedirectionNode } from 'unbash'
import { type Expander, expandSingle, expandText } from './expand.ts'
import type { Redirection, Stdin } from './reading.ts'

export interface Redirected {
  readonly redirections: ReadonlyArray<Redirection>
  /** Undefined: the input stays what it was. */
  readonly stdin: Stdin | undefined
}

/** Copies of descriptors (`2>&1`, `>&-`) touch no file and are left out. */
export const redirectionsOf = (
  nodes: ReadonlyArray<RedirectionNode>,
  expander: Expander,
): Redirected => {
  const redirections: Array<Redirection> = []
  let stdin: Stdin | undefined
  for (const node of nodes) {
    if (node.type === 'HereDoc') {
      const parts = node.delimiter?.quoted === true ? undefined : node.body.parts
      const text = parts === undefined ? node.body.text : expandText(parts, expander)
      stdin = { from: 'text', text }
      continue
    }
    if (node.target === undefined) continue
    const target = expandSingle(node.target, expander)
    if (node.type === 'HereString') {
      stdin = { from: 'text', text: target.text }
      continue
    }
    const copies = node.operator === '>&' || node.operator === '<&'
    if (copies && /^(?:\d+-?|-)$/.test(target.text)) continue
    if (node.operator.includes('<')) {
      redirections.push({ does: 'read', target })
      if (node.descriptor === undefined) stdin = { from: 'file', file: target }
    }
    if (node.operator !== '<' && node.operator !== '<&')
      redirections.push({ does: 'write', target })
  }
  return { redirections, stdin }
}
