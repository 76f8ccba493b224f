// SQL that Ruby, Perl and PHP hand to a database: the same calls under many names.
import { textOf } from '../../shell/word.ts'
import type { CallRow, ScriptCall } from './call.ts'
import { readSql } from '../sql/read.ts'

const statement = (call: ScriptCall): void => {
  const word = call.word(0)
  const text = word === undefined ? undefined : textOf(word)
  if (text === undefined || !/^\s*\(*\s*[A-Za-z]{2,}\s+\S/.test(text)) {
    call.opaque()
    return
  }
  const { deed, reaches, unread } = readSql(text)
  if (unread || reaches.length > 0) call.opaque()
  if (deed === 'destroys') call.code.effect('destroy.data', { name: 'database' })
  else call.code.effect(deed === 'changes' ? 'net.send' : 'net.fetch', { name: 'database' })
}

/** Methods that run a statement, of `names`. */
export const sqlRow = (names: string, example: `${string} =>${string}`): CallRow => ({
  names,
  run: statement,
  examples: [example],
})
