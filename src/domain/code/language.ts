// Languages that program text can be in, and how a file says which: by its name, else its first line.
import { baseName } from '../action/paths.ts'

export const LANGUAGES = [
  'shell',
  'python',
  'javascript',
  'ruby',
  'perl',
  'php',
  'awk',
  'powershell',
  'cmd',
] as const
export type Language = (typeof LANGUAGES)[number]

const BY_EXTENSION: Readonly<Record<string, Language>> = {
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  ksh: 'shell',
  py: 'python',
  pyw: 'python',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  ts: 'javascript',
  mts: 'javascript',
  cts: 'javascript',
  rb: 'ruby',
  pl: 'perl',
  pm: 'perl',
  php: 'php',
  awk: 'awk',
  ps1: 'powershell',
  psm1: 'powershell',
  bat: 'cmd',
  cmd: 'cmd',
}

const BY_PROGRAM: ReadonlyArray<readonly [RegExp, Language]> = [
  [/^(?:ba|da|z|k|mk|a)?sh$/, 'shell'],
  [/^(?:python|pypy)[\d.]*$/, 'python'],
  [/^(?:node|nodejs|bun|deno|tsx|ts-node)$/, 'javascript'],
  [/^ruby[\d.]*$/, 'ruby'],
  [/^perl[\d.]*$/, 'perl'],
  [/^php[\d.]*$/, 'php'],
  [/^[gmn]?awk$/, 'awk'],
  [/^pwsh$/, 'powershell'],
]

/**
 * The language of a file that is run by its own name: the kernel goes by the first line, a shell by
 * itself where there is none. Undefined for a language that is not read.
 */
export const languageOfProgram = (path: string, text: string): Language | undefined => {
  const line = /^#![ \t]*([^\r\n]{1,256})/.exec(text)?.[1]
  if (line === undefined) return languageOfName(path) ?? 'shell'
  const words = line.trim().split(/\s+/)
  const program =
    baseName(words[0] ?? '') === 'env'
      ? words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='))
      : words[0]
  const name = baseName(program ?? '')
  return BY_PROGRAM.find(([names]) => names.test(name))?.[1]
}

/** By the file's extension alone. */
export const languageOfName = (path: string): Language | undefined => {
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(baseName(path))?.[1]?.toLowerCase()
  return extension === undefined || !Object.hasOwn(BY_EXTENSION, extension)
    ? undefined
    : BY_EXTENSION[extension]
}
