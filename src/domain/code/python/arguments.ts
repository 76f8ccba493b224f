// What argparse makes of the words that a script is started with: an option that is given, else its
// default. A place among the words is not counted out: a positional argument may be any of them.
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import { ANYTHING, either, instance, known, list, NONE, text, type Value } from '../tree/value.ts'

const PARSER = 'argparse.ArgumentParser'
const SPACE = 'argparse.Namespace'

const added = (call: LibraryCall): Value => {
  const names = call.args.map(known).filter((name) => name !== undefined)
  const long = names.find((name) => name.startsWith('--')) ?? names[0]
  const dest = call.text(99, 'dest') ?? long?.replace(/^-+/, '').replaceAll('-', '_')
  if (dest === undefined || call.self?.is !== 'instance') return ANYTHING
  call.self.fields.set(dest, valueOf(call, names))
  return ANYTHING
}

const valueOf = (call: LibraryCall, names: ReadonlyArray<string>): Value => {
  const words = call.machine.args
  const preset = call.named.get('default') ?? NONE
  const many = call.named.has('nargs')
  const action = call.text(99, 'action')
  if (action !== undefined && action !== 'append') return ANYTHING
  const isOption = names.some((name) => name.startsWith('-'))
  const given: Array<Value> = []
  for (const [at, word] of words.entries()) {
    const whole = known(word)
    if (whole === undefined) given.push(word)
    else if (!isOption && !whole.startsWith('-')) given.push(word)
    else if (isOption) {
      const next = words[at + 1]
      const attached = names.find((name) => whole.startsWith(`${name}=`))
      if (attached !== undefined) given.push(text(whole.slice(attached.length + 1)))
      // An option may be shortened.
      else if (next !== undefined && names.some((name) => shortens(whole, name))) given.push(next)
    }
  }
  // With several values the others follow the first one.
  if (many || action === 'append')
    return list([...given, ...(isOption ? words : [])], given.length > 0 ? 'like' : false)
  return given.length === 0 ? preset : either(given)
}

const shortens = (word: string, name: string): boolean =>
  word === name || (word.startsWith('--') && word.length > 2 && name.startsWith(word))

export const ARGUMENTS: LibraryRows = {
  [PARSER]: () => instance(PARSER),
  [`${PARSER}.add_argument`]: added,
  [`${PARSER}.add_argument_group ${PARSER}.add_mutually_exclusive_group ${PARSER}.add_subparsers ${PARSER}.add_parser`]:
    '-> self',
  [`${PARSER}.parse_args`]: (call) => {
    const of = call.self?.is === 'instance' ? Object.fromEntries(call.self.fields) : {}
    return instance(SPACE, of)
  },
  [`${PARSER}.parse_known_args`]: (call) => {
    const of = call.self?.is === 'instance' ? Object.fromEntries(call.self.fields) : {}
    return list([instance(SPACE, of), ANYTHING])
  },
  [`${PARSER}.*`]: '',
  [`${SPACE}.*`]: '',
}
