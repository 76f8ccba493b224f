// A BERT of any size with random weights, quantised to 8 bits as exporters do it (MatMulInteger after
// DynamicQuantizeLinear), written as ONNX. It says nothing of worth; what it costs is what is measured.
import { floats, int64s, node, onnxModel, tensor } from '../../test/support/onnx.ts'

export interface BertShape {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly vocabulary: number
  readonly positions: number
  readonly labels: number
}

type Bytes = ReturnType<typeof node>

export const quantisedBert = (shape: BertShape): Uint8Array => {
  const { layers, hidden, heads, vocabulary, positions, labels } = shape
  const nodes: Array<Bytes> = []
  const weights: Array<Bytes> = []
  const random = randomBytes()
  let made = 0
  const name = (of: string): string => `${of}_${made++}`
  const op = (
    type: string,
    inputs: ReadonlyArray<string>,
    attributes: Parameters<typeof node>[3] = {},
    outputs = 1,
  ): ReadonlyArray<string> => {
    const out = Array.from({ length: outputs }, () => name(type))
    nodes.push(node(type, inputs, out, attributes))
    return out
  }
  const one = (...call: Parameters<typeof op>): string => op(...call)[0]!
  const constant = (of: string, dims: ReadonlyArray<number>, values: Iterable<number>): string => {
    const called = name(of)
    weights.push(floats(called, dims, values))
    return called
  }
  const ints = (of: string, values: ReadonlyArray<number>): string => {
    const called = name(of)
    weights.push(int64s(called, values))
    return called
  }
  const quantised = (of: string, dims: ReadonlyArray<number>): string => {
    const called = name(of)
    weights.push(tensor(called, 'int8', dims, random(dims.reduce((a, b) => a * b, 1))))
    return called
  }
  const linear = (x: string, from: number, to: number): string => {
    const [xq, xs, xz] = op('DynamicQuantizeLinear', [x], {}, 3)
    const product = one('MatMulInteger', [xq!, quantised('w', [from, to]), xz!])
    const scale = one('Mul', [xs!, constant('ws', [], [0.0004])])
    const scaled = one('Mul', [one('Cast', [product], { to: 1 }), scale])
    return one('Add', [
      scaled,
      constant(
        'b',
        [to],
        Array.from({ length: to }, () => 0.01),
      ),
    ])
  }
  const normalised = (x: string): string =>
    one(
      'LayerNormalization',
      [
        x,
        constant(
          'g',
          [hidden],
          Array.from({ length: hidden }, () => 1),
        ),
        constant(
          'z',
          [hidden],
          Array.from({ length: hidden }, () => 0),
        ),
      ],
      { axis: -1, epsilon: { float: 1e-12 } },
    )
  const dequantised = (table: string): string =>
    one('DequantizeLinear', [table, constant('s', [], [0.02])])

  const length = one('Gather', [one('Shape', ['input_ids']), ints('at', [1])], { axis: 0 })
  const words = dequantised(one('Gather', [quantised('words', [vocabulary, hidden]), 'input_ids']))
  const places = dequantised(
    one('Slice', [
      quantised('places', [positions, hidden]),
      ints('from', [0]),
      length,
      ints('axis', [0]),
    ]),
  )
  // No token is padding here: the mask adds nothing, and is added as in any BERT.
  const mask = one('Unsqueeze', [one('Cast', ['attention_mask'], { to: 1 }), ints('axes', [1, 2])])
  const bias = one('Mul', [
    one('Sub', [constant('one', [], [1]), mask]),
    constant('far', [], [-1e4]),
  ])
  let x = normalised(one('Add', [words, places]))
  const size = hidden / heads
  const split = ints('split', [0, 0, heads, size])
  const joined = ints('joined', [0, 0, hidden])
  for (let layer = 0; layer < layers; layer++) {
    const heading = (perm: ReadonlyArray<number>): string =>
      one('Transpose', [one('Reshape', [linear(x, hidden, hidden), split])], { perm })
    const query = heading([0, 2, 1, 3])
    const key = heading([0, 2, 3, 1])
    const value = heading([0, 2, 1, 3])
    const scores = one('Mul', [
      one('MatMul', [query, key]),
      constant('scale', [], [1 / Math.sqrt(size)]),
    ])
    const shares = one('Softmax', [one('Add', [scores, bias])], { axis: -1 })
    const seen = one('Transpose', [one('MatMul', [shares, value])], { perm: [0, 2, 1, 3] })
    const attended = linear(one('Reshape', [seen, joined]), hidden, hidden)
    x = normalised(one('Add', [attended, x]))
    const wide = linear(x, hidden, 4 * hidden)
    const erf = one('Erf', [one('Div', [wide, constant('root', [], [Math.SQRT2])])])
    const gelu = one('Mul', [
      one('Mul', [wide, one('Add', [erf, constant('one', [], [1])])]),
      constant('half', [], [0.5]),
    ])
    x = normalised(one('Add', [linear(gelu, 4 * hidden, hidden), x]))
  }
  nodes.push(node('Identity', [linear(x, hidden, labels)], ['logits']))
  return onnxModel({ nodes, weights, output: ['batch', 'sequence', labels] })
}

/** The same bytes each time. */
const randomBytes = (): ((length: number) => Int8Array) => {
  let state = 0x2545f491
  return (length) =>
    Int8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state >> 24
    })
}
