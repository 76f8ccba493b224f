// What is used of onnxruntime-node, an optional dependency: sessions over token ids. Loaded in a worker
// alone, and only when a model is; described here by what is called, so that nothing needs it to be there.
import * as Result from 'effect/Result'
import type { Fault } from '../../domain/control/methods.ts'

interface Tensor {
  readonly data: unknown
  readonly dims: ReadonlyArray<number>
}

interface Session {
  readonly inputNames: ReadonlyArray<string>
  readonly outputNames: ReadonlyArray<string>
  readonly run: (
    feeds: Readonly<Record<string, Tensor>>,
    fetches: ReadonlyArray<string>,
  ) => Promise<Readonly<Record<string, Tensor>>>
}

interface Onnx {
  readonly InferenceSession: {
    readonly create: (model: Uint8Array | string, options: object) => Promise<Session>
  }
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: ReadonlyArray<number>) => Tensor
}

/** Not a literal: neither the bundler nor the type checker may need it. */
const MODULE: string = 'onnxruntime-node'

export const loadOnnx = async (): Promise<Result.Result<Onnx, Fault>> => {
  try {
    const loaded = (await import(MODULE)) as { readonly default?: Onnx } & Onnx
    return Result.succeed(loaded.default ?? loaded)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    return Result.fail({
      message: `onnxruntime-node, which runs models, cannot be loaded: ${why}`,
      remedy: 'npm install onnxruntime-node beside isonapse, on a platform it supports',
    })
  }
}

/** Scores of one window: `rows` times as many as the model has labels. */
export interface Scores {
  readonly values: Float32Array
  readonly rows: number
}

/** Scores for one window of token ids, its special tokens included. Throws what the runtime throws. */
export type Classify = (ids: ReadonlyArray<number>) => Promise<Scores>

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids']

export const classifierOf = async (
  { InferenceSession, Tensor }: Onnx,
  model: Uint8Array | string,
  options: { readonly threads: number; readonly labels: number },
): Promise<Classify> => {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    // Windows differ in length: a plan for each length would be kept for ever.
    enableMemPattern: false,
    logSeverityLevel: 4,
    // Threads that wait for the next window must not burn a core of the developer's machine meanwhile.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  })
  const unknown = session.inputNames.filter((name) => !INPUTS.includes(name))
  if (unknown.length > 0 || !session.inputNames.includes('input_ids'))
    throw new Error(`the model wants other inputs than token ids: ${session.inputNames.join(', ')}`)
  const output = session.outputNames.includes('logits') ? 'logits' : session.outputNames[0]!
  return async (ids) => {
    const dims = [1, ids.length]
    const feeds: Record<string, Tensor> = {}
    for (const name of session.inputNames)
      feeds[name] = new Tensor('int64', valuesOf(name, ids), dims)
    const { [output]: logits } = await session.run(feeds, [output])
    if (!(logits?.data instanceof Float32Array))
      throw new Error('the model’s scores are no 32-bit numbers')
    if (logits.dims.at(-1) !== options.labels)
      throw new Error(
        `the model gives ${logits.dims.at(-1) ?? 0} scores where its config.json names ${options.labels} labels`,
      )
    return { values: logits.data, rows: logits.data.length / options.labels }
  }
}

const valuesOf = (name: string, ids: ReadonlyArray<number>): BigInt64Array => {
  const values = new BigInt64Array(ids.length)
  if (name === 'input_ids') for (const [at, id] of ids.entries()) values[at] = BigInt(id)
  else if (name === 'attention_mask') values.fill(1n)
  return values
}
