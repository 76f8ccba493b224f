// What is kept of a payload that nobody could read: its beginning, without the values in it. There is no
// session that a token could be of, so what stands in their place says the type alone.
import { utf8 } from '../../domain/bytes.ts'
import { detect } from '../../domain/sensitive/detect.ts'
import { spliced } from '../../domain/sensitive/strings.ts'
import { HASHES } from '../sensitive/hashes.ts'

/** `most`: bytes. As much again is looked at, so that a value that is cut off there is known for one. */
export const rejectedHead = (
  bytes: Uint8Array,
  most: number,
  withoutSecrets: (text: string) => string = (text) => text,
): Uint8Array => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, 2 * most))
  const without = withoutSecrets(text)
  const { spans } = detect(without, { hashes: HASHES })
  if (spans.length === 0 && without === text) return bytes.subarray(0, most)
  return utf8(spliced(without, spans, (_, { type }) => `<${type}>`)).subarray(0, most)
}
