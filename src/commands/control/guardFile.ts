// What a person names on the command line of `guard add`, as it is registered: real paths, the name that
// a program suggests, the hash of its file.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Params } from '../../domain/control/methods.ts'
import { DEFAULT_TIMEOUT_MS, guardFault } from '../../domain/guard/guard.ts'
import { programState } from '../../infra/guard/program.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { printed } from '../terminal/printed.ts'

export interface NamedGuard {
  readonly program: string
  readonly tools: ReadonlyArray<string>
  readonly deny: string
  readonly allow: string
  readonly name: string | undefined
  readonly timeoutMs: number | undefined
}

export const guardFrom = async (named: NamedGuard): Promise<Params<'guard.add'>> => {
  const program = realFile(named.program)
  const state = await programState(program)
  if ('problem' in state)
    throw new CommandFailure({
      kind: 'guard',
      message: `${printed(named.program, 200)}: ${state.problem}`,
      exit: 1,
    })
  const guard = {
    name: named.name ?? nameFrom(program),
    program,
    hash: state.hash,
    tools: named.tools.flatMap((tools) => tools.split(',')).filter((tool) => tool !== ''),
    timeoutMs: named.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    cases: { deny: realFile(named.deny), allow: realFile(named.allow) },
  }
  const fault = guardFault(guard)
  if (fault !== undefined) throw usage(fault)
  return guard
}

const realFile = (file: string): string => {
  try {
    return fs.realpathSync(file)
  } catch {
    throw usage(`${printed(file, 200)}: there is no such file`)
  }
}

/** `No Prod.sh` is `no-prod`. */
const nameFrom = (program: string): string =>
  path
    .parse(program)
    .name.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 32)
    .replace(/-+$/, '')
