// ONNX models written by hand: the few messages of onnx.proto that a small network needs, as protobuf
// bytes. The real runtime loads them in tests and benchmarks, so that nothing has to be downloaded.

type Bytes = ReadonlyArray<Uint8Array>

/** Negative numbers are 64 bits of two's complement. */
const varint = (value: number): Uint8Array => {
  const out: Array<number> = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
  return Uint8Array.from(out)
}

const int = (field: number, value: number): Bytes => [varint(field * 8), varint(value)]
const bytes = (field: number, value: Uint8Array): Bytes => [
  varint(field * 8 + 2),
  varint(value.length),
  value,
]
const text = (field: number, value: string): Bytes => bytes(field, new TextEncoder().encode(value))
const message = (field: number, ...parts: ReadonlyArray<Bytes>): Bytes =>
  bytes(field, Buffer.concat(parts.flat()))

const TYPES = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const
type ElementType = keyof typeof TYPES

/** Raw little-endian values. */
export const tensor = (
  name: string,
  type: ElementType,
  dims: ReadonlyArray<number>,
  values: ArrayBufferView,
): Bytes => [
  ...dims.flatMap((dim) => int(1, dim)),
  ...int(2, TYPES[type]),
  ...text(8, name),
  ...bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
]

export const floats = (
  name: string,
  dims: ReadonlyArray<number>,
  values: Iterable<number>,
): Bytes => tensor(name, 'float', dims, Float32Array.from(values))

export const int64s = (name: string, values: ReadonlyArray<number>): Bytes =>
  tensor(name, 'int64', [values.length], BigInt64Array.from(values.map(BigInt)))

type Attribute = number | ReadonlyArray<number> | { readonly float: number }

const attribute = (name: string, value: Attribute): Bytes => {
  if (typeof value === 'number') return [...text(1, name), ...int(3, value), ...int(20, 2)]
  if ('float' in value) {
    const raw = new Uint8Array(Float32Array.of(value.float).buffer)
    return [...text(1, name), varint(2 * 8 + 5), raw, ...int(20, 1)]
  }
  return [...text(1, name), ...value.flatMap((one) => int(8, one)), ...int(20, 7)]
}

export const node = (
  op: string,
  inputs: ReadonlyArray<string>,
  outputs: ReadonlyArray<string>,
  attributes: Readonly<Record<string, Attribute>> = {},
): Bytes => [
  ...inputs.flatMap((input) => text(1, input)),
  ...outputs.flatMap((output) => text(2, output)),
  ...text(4, op),
  ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
]

/** A dimension is a number, or the name of one that may be any. */
const value = (name: string, type: ElementType, dims: ReadonlyArray<number | string>): Bytes => [
  ...text(1, name),
  ...message(
    2,
    message(
      1,
      int(1, TYPES[type]),
      message(
        2,
        ...dims.map((dim) => message(1, typeof dim === 'number' ? int(1, dim) : text(2, dim))),
      ),
    ),
  ),
]

export interface Graph {
  readonly nodes: ReadonlyArray<Bytes>
  readonly weights: ReadonlyArray<Bytes>
  readonly output: ReadonlyArray<number | string>
  /** Default: the three of BERT. */
  readonly inputs?: ReadonlyArray<string>
}

/** A model over `input_ids` and its companions with one output, `logits`. Opset 17. */
export const onnxModel = ({
  nodes,
  weights,
  output,
  inputs = ['input_ids', 'attention_mask', 'token_type_ids'],
}: Graph): Uint8Array =>
  Buffer.concat([
    ...int(1, 8),
    ...message(
      7,
      ...nodes.map((one) => message(1, one)),
      text(2, 'made by a test'),
      ...weights.map((one) => message(5, one)),
      ...inputs.map((name) => message(11, value(name, 'int64', ['batch', 'sequence']))),
      message(12, value('logits', 'float', output)),
    ),
    ...message(8, int(2, 17)),
  ])

/** The scores of each token looked up in a table, one row of `labels` numbers for each id. */
export const lookupTokens = (rows: ReadonlyArray<ReadonlyArray<number>>): Uint8Array =>
  onnxModel({
    nodes: [node('Gather', ['table', 'input_ids'], ['logits'], { axis: 0 })],
    weights: [floats('table', [rows.length, rows[0]!.length], rows.flat())],
    output: ['batch', 'sequence', rows[0]!.length],
  })

/** The same, and of all tokens of a window the greatest score of each label. */
export const lookupSequence = (rows: ReadonlyArray<ReadonlyArray<number>>): Uint8Array =>
  onnxModel({
    nodes: [
      node('Gather', ['table', 'input_ids'], ['each'], { axis: 0 }),
      node('ReduceMax', ['each'], ['logits'], { axes: [1], keepdims: 0 }),
    ],
    weights: [floats('table', [rows.length, rows[0]!.length], rows.flat())],
    output: ['batch', rows[0]!.length],
    inputs: ['input_ids', 'attention_mask'],
  })
