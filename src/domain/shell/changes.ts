// What a loop's body may do to the shell, told before it is read: it may run again after itself.
import { forEachChild } from 'unbash'
import type { CompoundList, SyntaxNode } from 'unbash'

export interface Changes {
  /** Variables that may be set. */
  readonly names: ReadonlySet<string>
  /** The directory may be another one afterwards. */
  readonly moves: boolean
  /** It may leave the loop before its end. */
  readonly leaves: boolean
}

const DEPTH_LIMIT = 192

const MOVING = new Set(['cd', 'pushd', 'popd', 'eval', 'source', '.'])
const LEAVING = new Set(['break', 'continue', 'return', 'exit'])
const SETTING = new Set(['read', 'mapfile', 'readarray', 'unset', 'getopts'])

export const changesOf = (bodies: ReadonlyArray<CompoundList>): Changes => {
  const names = new Set<string>()
  let moves = false
  let leaves = false
  const collect = (node: SyntaxNode, depth: number): void => {
    if (depth > DEPTH_LIMIT) {
      moves = true
      return
    }
    if (node.type === 'Assignment') names.add(node.name)
    if (node.type === 'Word' || node.type === 'Subshell') return
    if (node.type === 'For' || node.type === 'Select') names.add(node.name.value)
    if (node.type === 'Command') {
      const name = node.name?.value ?? ''
      if (MOVING.has(name) || node.name?.parts !== undefined) moves = true
      if (LEAVING.has(name)) leaves = true
      if (SETTING.has(name))
        for (const arg of node.args) if (arg.type === 'Word') names.add(arg.value)
    }
    forEachChild(node, (child) => collect(child, depth + 1))
  }
  for (const body of bodies) collect(body, 0)
  return { names, moves, leaves }
}
