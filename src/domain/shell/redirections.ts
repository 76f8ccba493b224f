// Redirections of one command: files it reads and writes by them, and what becomes its input.
import type { Redirection as RedirectionNode } from 'unbash'
import { expandSingle, expandText } from './expand.ts'
import type { Expander } from './expander.ts'
import type { Redirection, Stdin } from './reading.ts'
import type { CommandRange } from './word.ts'

export interface Redirected {
  readonly redirections: ReadonlyArray<Redirection>
  /** Undefined: the input stays what it was. */
  readonly stdin: Stdin | undefined
  /** A here-document that ends with the script: what follows it may be text or commands. */
  readonly open?: true
}

/** Copies of descriptors (`2>&1`, `>&-`) touch no file and are left out. */
export const redirectionsOf = (
  nodes: ReadonlyArray<RedirectionNode>,
  expander: Expander,
): Redirected => {
  const redirections: Array<Redirection> = []
  let stdin: Stdin | undefined
  let open = false
  for (const node of nodes) {
    if (node.type === 'HereDoc') {
      open ||= node.closing === undefined && node.body.text !== ''
      const parts = node.delimiter?.quoted === true ? undefined : node.body.parts
      const { text, source, secret } =
        parts === undefined
          ? { text: node.body.text, source: undefined, secret: undefined }
          : expandText(parts, expander)
      stdin = textInput(text, source, secret)
      continue
    }
    if (node.target === undefined) continue
    const target = expandSingle(node.target, expander)
    if (node.type === 'HereString') {
      stdin = textInput(`${target.text}\n`, target.source, target.secret)
      continue
    }
    const copies = node.operator === '>&' || node.operator === '<&'
    if (copies && /^(?:\d+-?|-)$/.test(target.text)) {
      const file = expander.state.openedAs(Number.parseInt(target.text, 10))
      if (file === undefined) continue
      const does = node.operator === '>&' ? 'write' : 'read'
      redirections.push({ does, target: file, descriptor: does === 'write' ? 1 : 0 })
      if (does === 'read') stdin = { from: 'file', file }
      continue
    }
    const own = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : undefined
    if (node.operator.includes('<')) {
      redirections.push({ does: 'read', target, descriptor: own ?? 0 })
      if (node.descriptor === undefined || own === 0) stdin = { from: 'file', file: target }
    }
    if (node.operator !== '<' && node.operator !== '<&') {
      const append = node.operator.includes('>>') ? { append: true } : {}
      redirections.push({ does: 'write', target, descriptor: own ?? 1, ...append })
    }
  }
  return { redirections, stdin, ...(open ? { open } : {}) }
}

const textInput = (
  text: string,
  source: CommandRange | undefined,
  secret: string | undefined,
): Stdin => ({
  from: 'text',
  text,
  ...(source === undefined ? {} : { source }),
  ...(secret === undefined ? {} : { secret }),
})
