// What a call of a service's command line does, told by the verbs among its words and by what is
// known of the service. A word is never taken for a look because it is unknown: no verb, no certainty.
import { addressOf } from '../../action/hosts.ts'
import { zoneOf } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, type ShellWord, tailOf, textOf } from '../word.ts'
import { flagVerb, type Judgement, verbsIn, type Words, wordsOf } from './verbScan.ts'
import { type Deed, namesSecret, SHOWS, verbIn, verbPart } from './verbWords.ts'

/**
 * What a service's own words mean where verbs alone would mislead: phrases of first words, separated
 * by commas (`config get, env`); the longest that fits holds.
 */
export interface Manner {
  readonly looks?: string
  readonly changes?: string
  readonly destroys?: string
  /** Prints secret values. */
  readonly reveals?: string
  /** Works on this machine alone and changes nothing. */
  readonly nothing?: string
  /** Runs the project's code: builds, local servers. */
  readonly builds?: string
  /** Runs a command or a session on another machine. */
  readonly enters?: string
  /** It works on this machine alone: the file below home that it keeps. */
  readonly local?: string
  /** `export` writes to another place of the service, not to this machine. */
  readonly exports?: true
  /** What the bare name does; default nothing. */
  readonly bare?: Outcome
}

type Outcome = Deed | 'reveals' | 'nothing' | 'builds' | 'enters'

const OUTCOMES = ['looks', 'changes', 'destroys', 'reveals', 'nothing', 'builds', 'enters'] as const

type Phrases = ReadonlyMap<string, Outcome>

const phrasesOf = (manner: Manner): Phrases =>
  new Map(
    OUTCOMES.flatMap((outcome) =>
      (manner[outcome] ?? '')
        .split(',')
        .map((phrase) => phrase.trim())
        .filter((phrase) => phrase !== '')
        .map((phrase) => [phrase.replaceAll(':', ' '), outcome] as const),
    ),
  )

const PHRASE_WORDS = 3

/** Nouns that only look when no verb stands beside them: `heroku apps`, `az account`. */
const LOOKS_ALONE =
  /^(?:account|context|contexts|regions?|apps?|projects?|domains?|providers|teams?|orgs?|services?|members|addons|certs|dns|notices|plugins?|channels?|zones?|zone|environments|functions|sites|locations|sizes|images|machine-types)$/i

const DRY = ['--dry-run', '--dryrun', '--dry_run', '--what-if', '--whatif', '--validate-only']

/** Asked only to tell what it would do. A value that switches it off is none. */
export const isDry = (call: ProgramCall): boolean =>
  call.hasExactly(...DRY) &&
  !call.hasExactly('--no-dry-run') &&
  DRY.every((option) => {
    const given = call.value(option)
    return (
      given === undefined ||
      (given.is === 'literal' && !/^(?:none|false|no|0|off)$/i.test(given.text))
    )
  })

const ENDPOINTS = [
  '--endpoint-url',
  '--endpoint',
  '--endpoints',
  '--bootstrap-server',
  '--broker-list',
  '--server',
  '--host',
  '--url',
  '--address',
  '-address',
  '--addr',
  '--api-url',
]

/** Where the service is, as far as the call says. */
const hostIn = (call: ProgramCall): { readonly host?: string } => {
  const given = call.value(...ENDPOINTS)
  const host = given?.is === 'literal' ? addressOf(given.text)?.host : undefined
  return host === undefined ? {} : { host }
}

/** Credential files that the arguments name: what they hold goes with the call. `marked`: only `@file` and `file://file`. */
export const namedFiles = (call: ProgramCall, marked = false): boolean => {
  let any = false
  for (const word of call.args) {
    const found = /^(?:-{1,2}[\w-]+=)?(?:[\w.-]{1,64}=)?(?:@|fileb?:\/\/)?/.exec(word.text)
    if (/\s/.test(word.text) || (marked && !/[@/]$/.test(found?.[0] ?? ''))) continue
    const rest = tailOf(word, found?.[0].length ?? 0)
    const head = headOf(rest)
    if (head === '' || head.startsWith('-') || /^[a-z][\w+.-]*:/i.test(head)) continue
    const path = call.pathOf(rest)
    if (path === undefined || zoneOf(path, call.around.place) !== 'secret') continue
    call.effect('fs.read', { path, certainty: 'possible' })
    any = true
  }
  return any
}

const OUTPUTS = [
  '--output-file',
  '--out-file',
  '--outfile',
  '--output-dir',
  '--out-dir',
  '--download-dir',
]

const emit = (call: ProgramCall, outcome: Outcome, { local }: Manner = {}): void => {
  if (local !== undefined && emitLocal(call, outcome, local)) return
  switch (outcome) {
    case 'nothing':
      return
    case 'builds':
      call.exec('project-code')
      return
    case 'enters':
      call.effect('net.send', hostIn(call))
      call.opaque('remote-host')
      return
    case 'reveals':
      call.effect('net.fetch', hostIn(call))
      call.effect('secret.read')
      return
    case 'looks':
      // A look that is asked with what a credential file holds tells it.
      call.effect(namedFiles(call, true) ? 'net.send' : 'net.fetch', hostIn(call))
      return
    case 'destroys':
      namedFiles(call)
      call.effect('destroy.infra')
      return
    case 'changes':
      namedFiles(call)
      call.effect('net.send', hostIn(call))
  }
}

const emitLocal = (call: ProgramCall, outcome: Outcome, store: string): boolean => {
  if (outcome === 'reveals') call.effect('secret.read')
  else if (outcome === 'destroys') call.effect('destroy.data')
  else if (outcome === 'changes') {
    namedFiles(call)
    call.effect('fs.write', { path: `${call.home}/${store}` })
  } else if (outcome !== 'looks') return false
  return true
}

/** The longest phrase that fits the first words; a change that follows a phrase of nouns is one. */
const phraseFor = (phrases: Phrases, words: Words): Outcome | undefined => {
  const { known, sure } = words
  if (phrases.size === 0) return undefined
  for (let count = Math.min(PHRASE_WORDS, known.length); count > 0; count--) {
    const found = phrases.get(known.slice(0, count).join(' '))
    if (found === undefined) continue
    if (found === 'changes' || found === 'destroys' || found === 'enters') return found
    if (known.slice(0, count).some((_, at) => words.doubtful.has(at))) continue
    const said = verbIn(known[count - 1]!)
    const next = known[count]
    if ((said !== undefined && !said.weak) || next === undefined) return found
    if (count >= sure) {
      const late = verbsIn(words)?.deed
      return late === undefined || late === 'looks' ? found : late
    }
    const after = verbIn(next)
    const thing = after?.weak === true && (after.compound || said !== undefined)
    return after === undefined || after.deed === 'looks' || thing ? found : after.deed
  }
  return undefined
}

const judge = (call: ProgramCall, phrases: Phrases, manner: Manner): void => {
  for (const value of call.valuesOf(...OUTPUTS)) call.take('write', value)
  const words = wordsOf(call)
  const told = phraseFor(phrases, words)
  const dry = isDry(call)
  if (told !== undefined) {
    if (told !== 'destroys' && call.hasExactly(...GRAVE_FLAGS) && !dry)
      emit(call, 'destroys', manner)
    emit(call, dry && (told === 'changes' || told === 'destroys') ? 'looks' : told, manner)
    return
  }
  const found = verbsIn(words)
  const grave = call.hasExactly(...GRAVE_FLAGS) || (found?.deed === 'changes' && losesByFlag(call))
  const deed = grave
    ? 'destroys'
    : (found?.deed ?? (words.known.length === 0 && !words.cut ? flagVerb(call) : undefined))
  if (deed === undefined) unclear(call, words, manner)
  else if (dry) emit(call, 'looks', manner)
  else if (deed === 'looks' && manner.exports === true && found?.verb.startsWith('export') === true)
    emit(call, 'changes', manner)
  else if (deed !== 'looks') emit(call, deed, manner)
  else emit(call, found !== undefined && printsSecret(found) ? 'reveals' : 'looks', manner)
}

const GRAVE_FLAGS = [
  '--delete',
  '--purge',
  '--destroy',
  '--remove',
  '--wipe',
  '--prune',
  '--cleanup',
]

/** `--delete-config`, `--reset-offsets` beside a change. */
const losesByFlag = (call: ProgramCall): boolean => {
  for (const flag of call.flagNames)
    if (/^--(?:delete|remove|purge|destroy|wipe|prune|drop|reset)-/.test(flag)) return true
  return false
}

/** No verb: a noun alone lists; anything else might do anything. */
const unclear = (call: ProgramCall, { known, cut }: Words, manner: Manner): void => {
  if (known.length === 0 && !cut) {
    emit(call, manner.bare ?? 'nothing', manner)
    return
  }
  const last = known.at(-1) ?? ''
  if (!cut && known.length <= 2 && LOOKS_ALONE.test(last)) {
    emit(call, 'looks', manner)
    return
  }
  namedFiles(call)
  call.effect('net.send', { certainty: 'possible' })
  call.opaque(cut ? 'dynamic-argument' : 'unknown-subcommand')
}

const printsSecret = ({ words, verb }: Judgement): boolean =>
  SHOWS.has(verbPart(verb)) && namesSecret(words)

/** By its verbs alone. */
export const byVerb = (call: ProgramCall): void => judge(call, NO_PHRASES, {})

const NO_PHRASES: Phrases = new Map()

/** By its verbs and by what is known of it. */
export const byManner = (manner: Manner): ((call: ProgramCall) => void) => {
  const phrases = phrasesOf(manner)
  return (call) => judge(call, phrases, manner)
}

const COMMON_VALUES =
  '--endpoint-url --endpoint --endpoints --server --host --url --address --addr --api-url --profile --region --output --format --context --namespace --project --app --org --organization --team --token --api-key --config --environment --account --scope --name --filter --query --limit --timeout --log-level'

/** A row for the command line of a service. */
export const service = (
  names: string,
  values: string,
  manner: Manner,
  ...examples: ProgramRow['examples']
): ProgramRow => ({
  names,
  options: {
    [`${COMMON_VALUES} ${values}`.trim()]: 'data',
    [OUTPUTS.join(' ')]: 'data',
  },
  run: byManner(manner),
  named: 2,
  helps: true,
  examples,
})

export const LOOKS: Behaviour = { does: ['net.fetch'] }
export const SENDS: Behaviour = { does: ['net.send'] }
export const DESTROYS: Behaviour = { does: ['destroy.infra'] }

/** Literal text of the first operands. */
export const firstWords = (call: ProgramCall, count: number): ReadonlyArray<string> =>
  call.operands.slice(0, count).map((word: ShellWord) => textOf(word) ?? '')
