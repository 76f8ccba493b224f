// Fires a canary through the real transport: the command that the client has registered for PreToolUse,
// run in exec form as the client runs it, and looks whether its answer is the control plane's own.
import * as path from 'node:path'
import { canaryMessage, canaryPayload } from '../../domain/hook/canary.ts'
import { bad, type Check, ok, warn } from '../../domain/control/doctor.ts'
import { isObject, member, parseJson, readText } from '../client/clientFiles.ts'
import { PLUGIN } from '../client/plugin.ts'
import type { AppPaths } from '../paths.ts'
import { runClient } from '../transport/probeRun.ts'

const EVENT = 'PreToolUse'
const NAME = 'canary'
const AGAIN = 'isonapse hook install, then isonapse hook doctor'
/** An answer that takes longer is felt at every call. Milliseconds. */
const SLOW_MS = 500

export interface CanaryWays {
  readonly begin: () => Promise<{ readonly toolUseId: string }>
  readonly end: (toolUseId: string) => Promise<{ readonly index: number | null }>
}

/** The command line that the client runs for the event; undefined where none is registered. */
export const registeredArgv = (
  { pluginDir, hardened }: Pick<AppPaths, 'pluginDir' | 'hardened'>,
  event: string = EVENT,
): ReadonlyArray<string> | undefined => {
  const root = path.join(pluginDir, PLUGIN)
  const read = readText(hardened?.managedFile ?? path.join(root, 'hooks/hooks.json'))
  const parsed = read.found === 'text' ? parseJson(read.text) : {}
  const groups = member(member('value' in parsed ? parsed.value : undefined, 'hooks'), event)
  const handlers = Array.isArray(groups) ? member(groups[0], 'hooks') : undefined
  const handler: unknown = Array.isArray(handlers) ? handlers[0] : undefined
  if (!isObject(handler) || handler['type'] !== 'command') return undefined
  const words = [handler['command'], ...(Array.isArray(handler['args']) ? handler['args'] : [])]
  if (!words.every((word) => typeof word === 'string')) return undefined
  return words.map((word) => word.replaceAll('${CLAUDE_PLUGIN_ROOT}', root))
}

export const fireCanary = async (
  paths: Pick<AppPaths, 'pluginDir' | 'hardened'>,
  { begin, end }: CanaryWays,
  place: {
    readonly cwd: string
    /** The client hands its own on. */
    readonly env: Readonly<Record<string, string | undefined>>
  },
): Promise<Check> => {
  const argv = registeredArgv(paths)
  if (argv === undefined)
    return bad(NAME, `no command is registered for ${EVENT} in the plugin’s hooks.json`, AGAIN)
  const { toolUseId } = await begin()
  const ran = await runClient(
    argv,
    Buffer.from(canaryPayload(toolUseId, place.cwd)),
    place.env,
  ).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  if (typeof ran === 'string')
    return bad(NAME, `the registered command cannot be run: ${ran}`, AGAIN)
  const parsed = parseJson(ran.stdout.toString('utf8'))
  const said = member('value' in parsed ? parsed.value : undefined, 'systemMessage')
  if (said !== canaryMessage(toolUseId))
    return bad(
      NAME,
      ran.exit === 0
        ? 'the hook let a call pass that the control plane did not answer: what profile mode does without one'
        : `the hook answered by itself (exit ${ran.exit ?? 'none'}): it did not reach the control plane`,
      'isonapse hook stop, isonapse hook start, then isonapse hook doctor; if that is no help, isonapse hook install',
    )
  const { index } = await end(toolUseId)
  if (index === null)
    return bad(
      NAME,
      'the control plane answered, and the log does not hold it',
      'isonapse hook witness verify',
    )
  const took = `${Math.round(ran.ms)} ms`
  return ran.ms > SLOW_MS
    ? warn(
        NAME,
        `decided on and witnessed as entry ${index}, but only after ${took}`,
        'see what keeps this machine busy',
      )
    : ok(
        NAME,
        `came through ${path.basename(argv.at(-2) ?? '')}, decided on, witnessed as entry ${index}, in ${took}`,
      )
}
