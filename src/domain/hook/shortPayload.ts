// The short form of a payload, for whoever calls the gate by hand or from another program: a tool and
// its arguments, with nothing of a client around them. It never guesses: a field that it does not
// know, or a key given twice, is refused, because the program that runs the call may read it otherwise.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { normalise } from '../action/paths.ts'
import { homeAround, NOWHERE } from '../action/recordedPlace.ts'
import { nearest } from '../nearest.ts'
import { printable } from '../oneLine.ts'
import {
  AbsolutePath,
  isJsonObject,
  type JsonObject,
  SessionId,
  ToolName,
  Word,
} from './claudeFields.ts'
import type { HookEvent } from './hookEvent.ts'
import { PayloadRejected, type Reading } from './payloadObject.ts'

/**
 * ```json
 * {"tool": "Bash", "args": {"command": "ls"}, "cwd": "/home/dev/app", "permission_mode": "plan"}
 * ```
 * `tool` and `args` (or `input`, the same) are all that is needed.
 */
const SHORT_FIELDS = [
  'tool',
  'args',
  'input',
  'cwd',
  'home',
  'project',
  'session',
  'permission_mode',
] as const
type ShortField = (typeof SHORT_FIELDS)[number]

export interface ShortPayload {
  readonly event: HookEvent
  /** Absolute and normalised. */
  readonly home: string
  readonly project: string
}

const SESSION = 'one-shot'

/** A payload of the client names its event; whatever else it holds, it is not of the short form. */
export const isShortPayload = (raw: JsonObject): boolean =>
  !Object.hasOwn(raw, 'hook_event_name') && Object.hasOwn(raw, 'tool')

const FIELDS: ReadonlySet<string> = new Set(SHORT_FIELDS)
const isToolName = Schema.is(ToolName)
const isSession = Schema.is(SessionId)
const isWord = Schema.is(Word)
const isPath = Schema.is(AbsolutePath)

/**
 * The event that a short payload stands for: the tool is about to run, as the client's `PreToolUse`,
 * so that the receipt of one call is the same in either form.
 *
 * What is absent is fixed: `home` is `/home/unknown`, or the `/home/NAME`, `/Users/NAME` or `/root`
 * that `cwd` lies in; `cwd` is the project, and the project is `cwd`; without both they are
 * `<home>/project`. `~` is `home`. `duplicate`: path of a key that its text gives twice. `known`: what
 * the caller says of the place, stronger than the payload.
 */
export const readShortPayload = (
  raw: JsonObject,
  duplicate: string | undefined,
  known: KnownPlace = {},
): Reading<ShortPayload> => {
  if (duplicate !== undefined) return wrong(duplicate, 'is given twice')
  const stray = Object.keys(raw).find((key) => !FIELDS.has(key))
  if (stray !== undefined) return unknownField(stray)
  const { tool, session = SESSION, permission_mode: mode } = raw as { [K in ShortField]?: unknown }
  if (!isToolName(tool)) return wrong('tool', 'must be a name of 1 to 256 visible ASCII characters')
  const input = inputIn(raw)
  if (Result.isFailure(input)) return Result.fail(input.failure)
  if (!isSession(session))
    return wrong('session', 'must be an id of letters, digits, ".", "_" and "-"')
  if (mode !== undefined && mode !== null && !isWord(mode))
    return wrong('permission_mode', 'must be one word, such as default or plan')
  const place = placeIn(raw, known)
  if (Result.isFailure(place)) return Result.fail(place.failure)
  const { cwd, home, project } = place.success
  return Result.succeed({
    home,
    project,
    event: {
      kind: 'tool.before',
      name: 'PreToolUse',
      session,
      cwd,
      ...(mode === undefined || mode === null ? {} : { permissionMode: mode }),
      call: { name: tool, input: input.success },
    },
  })
}

const inputIn = (raw: JsonObject): Reading<JsonObject> => {
  const both = Object.hasOwn(raw, 'args') && Object.hasOwn(raw, 'input')
  if (both) return wrong('input', 'is the same as "args": give one of them')
  const name = Object.hasOwn(raw, 'input') ? 'input' : 'args'
  if (!Object.hasOwn(raw, name)) return wrong(name, 'is missing: a tool without arguments has {}')
  const value = raw[name]
  return isJsonObject(value)
    ? Result.succeed(value)
    : wrong(name, 'must be an object of the tool’s arguments')
}

interface KnownPlace {
  readonly home?: string
  readonly project?: string
}

const placeIn = (
  raw: JsonObject,
  known: KnownPlace,
): Reading<{ readonly cwd: string; readonly home: string; readonly project: string }> => {
  for (const name of ['cwd', 'home', 'project'] as const) {
    const path = raw[name]
    const isBelowHome = name !== 'home' && typeof path === 'string' && /^~(?=\/|$)/.test(path)
    if (path !== undefined && !isPath(isBelowHome ? `/${path}` : path))
      return wrong(name, 'must be an absolute path of at most 4096 characters')
  }
  const given = { ...(raw as KnownPlace & { readonly cwd?: string }), ...known }
  const home = normalise(given.home ?? homeAround(given.cwd ?? given.project ?? ''), '/', NOWHERE)
  const at = (path: string) => normalise(path.toWellFormed(), home, home)
  const cwd = at(given.cwd ?? given.project ?? `${home}/project`)
  return Result.succeed({ home: home.toWellFormed(), cwd, project: at(given.project ?? cwd) })
}

const unknownField = (name: string): Reading<never> => {
  const meant = MEANT.get(name) ?? nearest(name, SHORT_FIELDS)
  return wrong(
    printable(name, 80),
    meant === undefined
      ? `is no field of the short form; it has ${SHORT_FIELDS.join(', ')}`
      : `is no field of the short form; did you mean "${meant}"?`,
  )
}

/** What other programs call the same. */
const MEANT: ReadonlyMap<string, ShortField> = new Map([
  ['arguments', 'args'],
  ['params', 'args'],
  ['parameters', 'args'],
  ['tool_input', 'input'],
  ['session_id', 'session'],
  ['mode', 'permission_mode'],
])

const wrong = (field: string, detail: string): Reading<never> =>
  Result.fail(new PayloadRejected({ reason: 'wrong-shape', field, detail }))
