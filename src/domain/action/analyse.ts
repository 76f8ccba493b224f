// What would this call do? From a hook event to an Action, in facts alone. Pure and total: whatever
// the model, a server or a repository put into the event, an Action comes out or the event is none
// that anybody decides on. Never less than what was seen: the unreadable is an opaque effect.
import type { HookEvent, ToolCall } from '../hook/hookEvent.ts'
import { type Action, type Capability, MOST_FLAGS, type Observed } from './action.ts'
import { capability, distinct } from './capability.ts'
import { settle } from './consequences.ts'
import type { CallDraft, EffectDraft } from './draft.ts'
import { mcpEffects } from './mcpTools.ts'
import { foldersLeft, normalise, physicalOf, refOf, zoneOf } from './paths.ts'
import type { Place } from './place.ts'
import { NO_SOURCES, type Sources } from './sources.ts'
import { CallReading } from './toolCall.ts'
import { toolNameOf } from './toolName.ts'
import { toolNamed } from './tools.ts'

interface Draft extends CallDraft {
  readonly tool: string
  readonly origin: Action['origin']
}

/** Undefined for events that report something and ask for nothing. */
export const analyse = (
  event: HookEvent,
  place: Place,
  observed: Observed,
  sources: Sources = NO_SOURCES,
): Action | undefined => {
  const draft =
    observed.links.length === 0 && observed.config === undefined
      ? unlinkedDraft(event, place, sources)
      : draftOf(event, place, observed, sources)
  return draft === undefined ? undefined : actionOf(draft, place, observed)
}

export const analyseCall = (
  call: ToolCall,
  place: Place,
  observed: Observed,
  sources: Sources = NO_SOURCES,
): Action => actionOf(callDraft(call, place, observed, sources), place, observed)

/** Absolute paths of the files that the event would run and that `sources` does not speak of. */
export const wantedSources = (
  event: HookEvent,
  place: Place,
  sources: Sources,
): ReadonlyArray<string> => unlinkedDraft(event, place, sources)?.wants ?? []

/**
 * The absolute, lexically normalised paths of the event's effects: what an observer must look at for
 * symbolic links. Those that are written to or deleted come first.
 */
export const lookups = (
  event: HookEvent,
  place: Place,
  sources: Sources = NO_SOURCES,
): ReadonlyArray<string> => {
  const draft = unlinkedDraft(event, place, sources)
  const paths = new Set<string>()
  for (const changes of [true, false])
    for (const effect of draft?.effects ?? [])
      if (effect.path !== undefined && (effect.kind !== 'fs.read') === changes)
        paths.add(effect.path)
  return [...paths]
}

/** Folders that the event's paths go into and leave again by `..`: links to look up. */
export const foldersBetween = (
  event: HookEvent,
  place: Place,
  sources: Sources = NO_SOURCES,
): ReadonlyArray<string> => {
  const folders = new Set<string>()
  for (const { unresolved } of unlinkedDraft(event, place, sources)?.effects ?? [])
    if (unresolved !== undefined) for (const folder of foldersLeft(unresolved)) folders.add(folder)
  return [...folders]
}

/**
 * Paths of the event's effects that leave folders again by `..`, as they are handed to the kernel,
 * with where they lead as far as the links seen so far tell.
 */
export const unresolvedPaths = (
  event: HookEvent,
  place: Place,
  observed: Observed,
  sources: Sources = NO_SOURCES,
): ReadonlyArray<{ readonly unresolved: string; readonly path: string }> => {
  const found = new Map<string, string>()
  for (const { unresolved } of unlinkedDraft(event, place, sources)?.effects ?? [])
    if (unresolved !== undefined && !found.has(unresolved) && found.size < MOST_UNRESOLVED)
      found.set(unresolved, physicalOf(unresolved, observed, place))
  return [...found].map(([unresolved, path]) => ({ unresolved, path }))
}

/** More than an action has effects. */
const MOST_UNRESOLVED = 128

/**
 * The draft where no link was found, which is nearly always, is the one that lookups() was answered
 * by: read once for both, since reading a script is most of the work.
 */
const unlinkedDraft = (event: HookEvent, place: Place, sources: Sources): Draft | undefined => {
  const read = UNLINKED.get(event)
  if (read?.place === place && read.sources === sources) return read.draft
  const draft = draftOf(event, place, nothingObserved(place), sources)
  UNLINKED.set(event, { place, sources, draft })
  return draft
}
const UNLINKED = new WeakMap<
  HookEvent,
  { readonly place: Place; readonly sources: Sources; readonly draft: Draft | undefined }
>()

const nothingObserved = (place: Place): Observed => ({ cwd: refOf(place.cwd, place), links: [] })

const actionOf = (draft: Draft, place: Place, observed: Observed): Action => {
  const capabilities = distinct(draft.capabilities, draft.tool)
  const flags = flagsOf(draft, capabilities)
  return {
    tool: draft.tool,
    origin: draft.origin,
    capabilities,
    effects: settle(draft.effects, capabilities, place, observed),
    ...(flags === undefined ? {} : { flags }),
  }
}

const FLAG = /^--?[\w?][\w.-]{0,40}\??$/

/** Option names in the order of the capabilities; undefined where there are none. */
const flagsOf = (
  { flags }: Draft,
  capabilities: ReadonlyArray<Capability>,
): Action['flags'] | undefined => {
  if (flags === undefined || [...flags.values()].every((names) => names.size === 0))
    return undefined
  let left = MOST_FLAG_TEXT
  return capabilities.map((one) => {
    const names = [...(flags.get(one) ?? [])].filter((flag) => FLAG.test(flag)).slice(0, MOST_FLAGS)
    left -= names.reduce((sum, name) => sum + name.length + 3, 0)
    return left >= 0 || names.length === 0 ? names : LOST
  })
}

/** Of all capabilities together, as JSON: they share an entry with the effects. Characters. */
const MOST_FLAG_TEXT = 8192
/** A full list, which says of no option that it was not used. */
const LOST: ReadonlyArray<string> = Array.from({ length: MOST_FLAGS }, () => '--')

/** Kinds of events that are decided on: those that draftOf() makes something of. */
const DECIDED_ON: ReadonlySet<string> = new Set<HookEvent['kind']>([
  'tool.before',
  'permission.asked',
  'prompt',
  'prompt.expanded',
  'config.changed',
])

/** `kind` as an entry holds it: a later version's kinds are none of ours. */
export const isDecidedOn = (kind: string): boolean => DECIDED_ON.has(kind)

const draftOf = (
  event: HookEvent,
  place: Place,
  observed: Observed,
  sources: Sources,
): Draft | undefined => {
  switch (event.kind) {
    case 'tool.before':
    case 'permission.asked':
      return callDraft(event.call, place, observed, sources)
    case 'prompt':
      return promptDraft('Prompt', [], event.prompt, place)
    case 'prompt.expanded':
      return promptDraft('PromptExpansion', [event.command], event.prompt, place)
    case 'config.changed':
      return configDraft(event.source, event.file, place, observed)
    default:
      return undefined
  }
}

const callDraft = (call: ToolCall, place: Place, observed: Observed, sources: Sources): Draft => {
  const tool = toolNameOf(call.name)
  const reading = new CallReading(tool, call, place, observed, sources)
  if (tool.mcp !== undefined) {
    reading.capability(capability('mcp', tool.mcp.server, tool.mcp.tool))
    reading.opaque('mcp-tool', { name: `${tool.mcp.server}:${tool.mcp.tool}` })
    mcpEffects(reading, call.input)
    pathsInside(call.input, reading, place)
    return { tool: tool.name, origin: 'mcp', ...reading.finish() }
  }
  const row = toolNamed(tool.name)
  if (row === undefined) {
    reading.opaque('unknown-tool', { name: tool.name })
    pathsInside(call.input, reading, place)
    return { tool: tool.name, origin: 'unknown', ...reading.finish() }
  }
  row.read(reading)
  return { tool: tool.name, origin: 'builtin', ...reading.finish() }
}

const VALUES_LIMIT = 256
const WORDS_LIMIT = 256

/**
 * Paths of special zones anywhere in the input of a tool whose effects are not known: it may write
 * to controls and start-up files, and read credentials. Walks without recursion, and not far.
 */
const pathsInside = (input: unknown, reading: CallReading, place: Place): void => {
  const queue: Array<unknown> = [input]
  for (let at = 0; at < queue.length && at < VALUES_LIMIT; at++) {
    const value = queue[at]
    if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) if (queue.length < VALUES_LIMIT) queue.push(inner)
      continue
    }
    if (typeof value !== 'string' || value.length > 4096 || /[\n\r]/.test(value)) continue
    // Word by word: a sentence that ends like a path is text, and no text of a call is logged.
    for (const word of value.split(/\s+/, WORDS_LIMIT)) {
      if (!/^[.~]|\//.test(word)) continue
      const absolute = normalise(word.replace(/^file:\/\//, ''), place.cwd, place.home)
      const zone = zoneOf(absolute, place)
      if (zone === 'secret') reading.effect('fs.read', { path: absolute, possible: true })
      if (zone === 'gate' || zone === 'persist')
        reading.effect('fs.write', { path: absolute, possible: true })
    }
  }
}

const MENTION = /(?:^|[\s([{,;])@(?:"([^"\n]{1,1024})"|([^\s"'`,;()<>[\]{}]{1,1024}))/g
const MENTION_LIMIT = 64

/**
 * A prompt. The client puts the content of a file mentioned as `@path` before the model with no tool
 * call, so each mention is a possible read (the file may not exist, `@name` may be a person).
 */
const promptDraft = (
  tool: string,
  segments: ReadonlyArray<string>,
  prompt: string,
  place: Place,
): Draft => {
  const effects: Array<EffectDraft> = []
  for (const match of prompt.matchAll(MENTION)) {
    if (effects.length >= MENTION_LIMIT) {
      effects.push({ kind: 'opaque', certainty: 'possible', why: 'too-large', by: tool })
      break
    }
    const written = (match[1] ?? match[2]!).replace(/[.:!?]+$/, '').replace(/#L\d+(?:-\d+)?$/, '')
    if (written === '' || match[2]?.includes('@') === true) continue
    effects.push({
      kind: 'fs.read',
      ...mentioned(written, place),
      certainty: 'possible',
      by: tool,
    })
  }
  return { tool, origin: 'builtin', capabilities: [capability(tool, ...segments)], effects }
}

/** What a mention names: a file, a folder, or a pattern that reaches whatever fits. */
const mentioned = (
  written: string,
  { cwd, home }: Place,
): Pick<EffectDraft, 'path' | 'pattern'> => {
  const path = normalise(written, cwd, home)
  const wild = path.search(/[*?[]/)
  if (wild < 0) return { path }
  return { path: path.slice(0, Math.max(1, path.lastIndexOf('/', wild))), pattern: path }
}

/** A change of the client's settings: tampering where it would switch the gate's hooks off. */
const configDraft = (
  source: string,
  file: string | undefined,
  place: Place,
  observed: Observed,
): Draft => {
  const tool = 'ConfigChange'
  const { config } = observed
  const effects: Array<EffectDraft> = []
  if (config === undefined)
    effects.push({ kind: 'opaque', certainty: 'possible', by: tool, why: 'unread-config' })
  else if (config.disablesHooks || config.removesGate || !config.readable)
    effects.push({
      kind: 'tamper',
      certainty: config.readable ? 'certain' : 'possible',
      by: tool,
      ...(file === undefined ? { name: source } : { path: normalise(file, place.cwd, place.home) }),
    })
  return { tool, origin: 'builtin', capabilities: [capability(tool, source)], effects }
}
