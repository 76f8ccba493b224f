// Kubernetes secrets in YAML: every value under `data` or `stringData` of an object of kind Secret is
// one, whatever its name. Sealed and external secrets hold none.
import { endOf, type Found, type Recogniser } from '../recogniser.ts'
import { isPlaceholder, isReference } from './placeholder.ts'

const KIND = /kind: {1,4}["']?Secret["']?[ \t]*(?:#.{0,200})?(?:\r?\n|$)/y
const DATA = /(?:^|\n)([ \t]{0,12})(?:data|stringData):[ \t]*\r?\n/g
const ENTRY = /^([ \t]{1,20})["']?[\w.-]{1,128}["']?:[ \t]{1,4}["']?([^\s"'#]{4,4096})/
/** How far before and after its kind an object's data are looked for. */
const MOST_AWAY = 2000
const MOST_ENTRIES = 40

export const kubernetesSecret: Recogniser = {
  id: 'kubernetes-secret',
  type: 'SECRET',
  literals: ['kind: secret', 'kind:  secret', 'kind: "secret', "kind: 'secret"],
  find: (text, at) => {
    if (endOf(KIND, text, at) === -1) return undefined
    const from = objectStart(text, at)
    const window = text.slice(from, at + MOST_AWAY)
    const stop = window.indexOf('\n---', at - from)
    const object = stop === -1 ? window : window.slice(0, stop)
    const found: Array<Found> = []
    for (const { 0: head, 1: indent = '', index } of object.matchAll(DATA))
      entries(object, index + head.length, indent.length, (start, end) => {
        found.push({ start: from + start, end: from + end, score: 0.9 })
      })
    return found.length === 0 ? undefined : found
  },
  examples: {
    yes: [
      'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  # who\n  user: «YWRtaW4=»\n  word: «S2VzdHJlbC00NDE3»\n',
      'data:\n  pin: «NDQxNzIy»\nkind: Secret\n---\nkind: ConfigMap\ndata:\n  a: plain\n',
    ],
    no: [
      'kind: SecretStore\ndata:\n  user: YWRtaW4=\n',
      'kind: Secret\ndata:\n  user: {{ .Values.user }}\n  word: ${WORD}\n',
    ],
  },
}

/** After the last separator of documents before a place. */
const objectStart = (text: string, at: number): number => {
  const from = Math.max(0, at - MOST_AWAY)
  const separator = text.slice(from, at).lastIndexOf('\n---')
  return separator === -1 ? from : from + separator + 4
}

const entries = (
  object: string,
  from: number,
  indent: number,
  found: (start: number, end: number) => void,
): void => {
  let at = from
  for (let i = 0; i < MOST_ENTRIES && at < object.length; i++) {
    const lineEnd = object.indexOf('\n', at)
    const line = object.slice(at, lineEnd === -1 ? object.length : lineEnd)
    const entry = ENTRY.exec(line)
    if (!/^[ \t]*(?:#.*)?\r?$/.test(line)) {
      if (entry === null || entry[1]!.length <= indent) return
      const value = entry[2]!
      const start = at + entry[0].length - value.length
      if (!isReference(value) && !isPlaceholder(value)) found(start, start + value.length)
    }
    if (lineEnd === -1) return
    at = lineEnd + 1
  }
}
