// Models beside the rules: personal data in prose, injection in any text. Nothing of them is loaded before
// a model is installed and asked for. An answer never rejects: where no model gives one, the rules are what
// there is, and it says why.
import type { Fault } from '../../domain/control/methods.ts'
import type { IntelStatus, ModelStatus, TierInForce } from '../../domain/control/intel.ts'
import type { InstalledModel, ModelRole } from '../../domain/intel/installed.ts'
import * as path from 'node:path'
import { chosenFor, type Installed, installationOf, installedIn } from './installedModels.ts'
import { type HostLimits, type ModelHost, modelHost } from './modelHost.ts'
import type { Found } from './loadModel.ts'
import type { InjectionFound, PiiFound } from './reading.ts'

/** `off`, `absent`: nothing is wrong. `failing`: it is. `late`, `busy`: not this time. */
export type WhyRules = 'off' | 'absent' | 'failing' | 'late' | 'busy'

export type Asked<A> =
  /** One for each text, in order. */
  | { readonly tier: 'model'; readonly found: ReadonlyArray<A> }
  | { readonly tier: 'rules'; readonly why: WhyRules; readonly fault: Fault }

export interface Models {
  /** Values that a model finds in the prose of texts. `deadline`: `performance.now()` milliseconds. */
  readonly pii: (texts: ReadonlyArray<string>, deadline: number) => Promise<Asked<PiiFound>>
  readonly injection: (
    texts: ReadonlyArray<string>,
    deadline: number,
  ) => Promise<Asked<InjectionFound>>
  /** Whether a model would be asked: cheap, and loads nothing. */
  readonly serves: (role: ModelRole) => boolean
  readonly status: () => Omit<IntelStatus, 'running'>
  /** Ends the workers. Later questions are answered `off`. */
  readonly close: () => Promise<void>
}

export interface ModelsOptions {
  readonly modelsDir: string
  /** The setting `intel.models`, asked each time. */
  readonly enabled: () => boolean
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly limits?: Partial<HostLimits>
}

const ROLES: ReadonlyArray<ModelRole> = ['pii', 'injection']

/** A model that was downloaded meanwhile is found this much later at most. Milliseconds. */
const LOOK_MS = 1000

/** UTF-16 units of a text that a model is given: the rest could not be read in any time there is. */
const MOST_UNITS = 1_048_576

const beginning = (text: string): string =>
  text.length <= MOST_UNITS ? text : text.slice(0, MOST_UNITS)

const OFF: Fault = {
  message: 'models are switched off',
  remedy: 'isonapse hook config set intel.models on',
}

const absent = (role: ModelRole): Fault => ({
  message: `no model for ${role === 'pii' ? 'personal data' : 'injection'} is installed`,
  remedy: 'isonapse hook intel download',
})

export const makeModels = (options: ModelsOptions): Models => {
  const { modelsDir, enabled, now, limits } = options
  const hosts = new Map<ModelRole, { readonly installation: string; readonly host: ModelHost }>()
  let looked: { readonly at: number; readonly installed: Installed } | undefined
  let closed = false

  const installed = (): Installed => {
    const at = performance.now()
    if (looked === undefined || at - looked.at > LOOK_MS)
      looked = { at, installed: installedIn(modelsDir) }
    return looked.installed
  }

  const hostOf = (role: ModelRole, model: InstalledModel): ModelHost => {
    const installation = installationOf(model)
    const held = hosts.get(role)
    if (held?.installation === installation) return held.host
    void held?.host.close()
    const host = modelHost({
      dir: path.join(modelsDir, model.id),
      installed: model,
      now,
      ...(limits === undefined ? {} : { limits }),
    })
    hosts.set(role, { installation, host })
    return host
  }

  const ask = async <A extends Found>(
    role: ModelRole,
    texts: ReadonlyArray<string>,
    deadline: number,
  ): Promise<Asked<A>> => {
    if (closed || !enabled()) return { tier: 'rules', why: 'off', fault: OFF }
    const model = chosenFor(role, installed().models)
    if (model === undefined) return { tier: 'rules', why: 'absent', fault: absent(role) }
    const answer = await hostOf(role, model).ask(texts.map(beginning), deadline)
    if (answer.kind === 'none') return { tier: 'rules', why: answer.why, fault: answer.fault }
    // Which of the two it is, the model's role says.
    const found = (answer.found as ReadonlyArray<A>).map((one, at) => ({
      ...one,
      cut: one.cut + texts[at]!.length - beginning(texts[at]!).length,
    }))
    return { tier: 'model', found }
  }

  const statusOf = (model: InstalledModel, serves: boolean): ModelStatus => {
    const held = hosts.get(model.role)
    const host = held?.installation === installationOf(model) ? held.host.status() : NOT_LOADED
    const { id, role, repository, revision, files } = model
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return {
      id,
      role,
      repository,
      revision,
      bytes,
      serves,
      installed: model.installed,
      ...host,
    }
  }

  const status = (): Omit<IntelStatus, 'running'> => {
    const { models, problems } = installed()
    const told = models.map((model) => statusOf(model, chosenFor(model.role, models) === model))
    return { tiers: ROLES.map((role) => tierOf(role, told, enabled())), models: told, problems }
  }

  return {
    pii: (texts, deadline) => ask('pii', texts, deadline),
    injection: (texts, deadline) => ask('injection', texts, deadline),
    serves: (role) => !closed && enabled() && chosenFor(role, installed().models) !== undefined,
    status,
    close: async () => {
      closed = true
      await Promise.all([...hosts.values()].map(({ host }) => host.close()))
      hosts.clear()
    },
  }
}

const NOT_LOADED = {
  state: 'idle',
  sessionMs: null,
  calls: 0,
  p50: null,
  lastFailure: null,
} as const

const tierOf = (
  role: ModelRole,
  models: ReadonlyArray<ModelStatus>,
  enabled: boolean,
): TierInForce => {
  const rules = ({ message, remedy }: Fault): TierInForce => ({
    role,
    tier: 'rules',
    because: { message, remedy },
  })
  if (!enabled) return rules(OFF)
  const serving = models.find((model) => model.role === role && model.serves)
  if (serving === undefined) return rules(absent(role))
  return serving.state === 'down' && serving.lastFailure !== null
    ? rules(serving.lastFailure)
    : { role, tier: 'model', because: null }
}

/** What is wrong and should be mended: a model that is wanted, is installed and does not answer. */
export const degradedOf = ({
  tiers,
  models,
  problems,
}: Omit<IntelStatus, 'running'>): ReadonlyArray<Fault> => [
  ...problems,
  ...tiers.flatMap(({ role, because }) =>
    because !== null &&
    models.some(
      ({ lastFailure, ...model }) =>
        model.role === role && model.serves && lastFailure?.message === because.message,
    )
      ? [
          {
            message: `a model does not answer, rules alone decide: ${because.message}`,
            remedy: because.remedy,
          },
        ]
      : [],
  ),
]
