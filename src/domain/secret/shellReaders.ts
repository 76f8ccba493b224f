// Which commands of a script would see a value: what each is called with, which of them read from others.
import type {
  AndOr,
  Command,
  CommandArgument,
  CompoundList,
  ParsedScript,
  PipelineNode,
  Redirection,
  Script,
  Statement,
  Word,
} from 'unbash'

export type Visited = ParsedScript | Script | Statement | CompoundList | AndOr | PipelineNode

/** Words of a command as far as they are known beforehand; others are as they are written. */
export interface Reader {
  readonly words: ReadonlyArray<string>
  readonly static: boolean
}

/** Every simple command at any depth, but for those in words. */
export const readersIn = (node: Visited): ReadonlyArray<Reader> => {
  const readers: Array<Reader> = []
  const open: Array<unknown> = [node]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...(next as ReadonlyArray<unknown>))
    else if (typeof next === 'object' && next !== null) {
      const one = next as Visited | Word | Redirection
      if (one.type === 'Command') {
        const reader = readerOf(one)
        if (reader !== undefined) readers.push(reader)
        readers.push(...takersOf([...one.prefix, ...one.suffix]))
      } else if (one.type === 'Redirect') readers.push(...takersOf([one]))
      else if (one.type !== 'Word' && one.type !== 'HereDoc')
        open.push(...Object.values(next).filter((value) => value !== undefined))
    }
  }
  return readers
}

/** Commands of `>(…)`, which get what is written there. */
export const takersOf = (
  nodes: ReadonlyArray<CommandArgument | Redirection>,
): ReadonlyArray<Reader> =>
  nodes.flatMap((node) => {
    const word = node.type === 'Redirect' ? node.target : node.type === 'Word' ? node : undefined
    return (word?.parts ?? []).flatMap((part) =>
      part.type === 'ProcessSubstitution' && part.operator === '>' && part.script !== undefined
        ? readersIn(part.script)
        : [],
    )
  })

export const readerOf = ({ name, suffix }: Command): Reader | undefined => {
  if (name === undefined) return undefined
  const words = [name, ...suffix].flatMap((one) =>
    one.type === 'Word' ? [one.value] : one.type === 'Assignment' ? [one.text] : [],
  )
  return { words, static: isStatic(name) }
}

/** Known before it runs. */
const isStatic = ({ parts }: Word): boolean =>
  (parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((child) => child.type === 'Literal')),
  )
