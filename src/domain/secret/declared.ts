// What a person may say of a secret: its name, its value, the sinks declared for it.
import { utf8 } from '../bytes.ts'
import type { Sinks } from './sinkList.ts'
import { isSecretName } from './placeholder.ts'

export const MOST_SECRET_BYTES = 65_536
/** Stored at once. */
export const MOST_SECRETS = 256
const MOST_SINKS = 64
const LONGEST_SINK = 512

const SHAPES = {
  programs: [/^(?:[\w.+@-]+|\/[^\s\p{Cc}]+)$/u, 'a program’s name, or its absolute path'],
  hosts: [
    /^(?:\*|(?:\*\.)?[A-Za-z0-9.:-]+)$/,
    'a host such as api.example.com, *.example.com, or *',
  ],
  paths: [
    /^(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}]+$/u,
    'a path without .. such as .env, config/*.env, ~/.netrc',
  ],
  servers: [/^[\w.-]+$/, 'an MCP server’s name'],
} as const

/** What is wrong with them, in words; undefined where nothing is. The value is never in the words. */
export const nameFault = (name: string): string | undefined =>
  isSecretName(name)
    ? undefined
    : 'a secret’s name has letters, digits and _, begins with no digit, and has at most 64 of them'

export const valueFault = (value: string): string | undefined => {
  if (value === '') return 'the value is empty'
  if (!value.isWellFormed()) return 'the value is not text'
  if (value.includes('\0')) return 'the value holds a NUL, which no program can be given'
  return utf8(value).length > MOST_SECRET_BYTES
    ? `the value is longer than ${MOST_SECRET_BYTES} bytes`
    : undefined
}

export const sinksFault = (sinks: Sinks): string | undefined => {
  for (const kind of ['programs', 'hosts', 'paths', 'servers'] as const) {
    const [shape, words] = SHAPES[kind]
    if (sinks[kind].length > MOST_SINKS) return `there are more than ${MOST_SINKS} ${kind}`
    const wrong = sinks[kind].find((one) => one.length > LONGEST_SINK || !shape.test(one))
    if (wrong !== undefined) return `${JSON.stringify(wrong.slice(0, 60))} is not ${words}`
  }
  return undefined
}

export const declaresNothing = ({ programs, paths, servers }: Sinks): boolean =>
  programs.length + paths.length + servers.length === 0
