// Programs that bring bytes from the network, and where they put them: what lies there afterwards is
// the network's, whatever folder it is in.
import { baseName } from '../action/paths.ts'
import type { SimpleCommand } from './reading.ts'
import { textOf } from './word.ts'

/** As capabilities and `by` name them. */
export const FETCHERS: ReadonlySet<string> = new Set(
  'curl wget wget2 fetch http https xh aria2c axel nc ncat ssh scp lynx w3m gh aws gsutil'.split(
    ' ',
  ),
)

/** `git clone`, `gh repo clone`, `svn checkout`: what it leaves behind is the network's. */
export const clones = (by: string, command: SimpleCommand): boolean => {
  if (!CLONERS.has(by)) return false
  const words = command.words.slice(0, WORDS_READ)
  const at = words.findIndex(({ text }) => baseName(text) === by)
  if (at < 0) return false
  const verbs = words
    .slice(at + 1, at + 9)
    .filter(
      ({ text }, index, all) =>
        !text.startsWith('-') && !/^-[Cc]$/.test(all[index - 1]?.text ?? ''),
    )
    .map(({ text }) => text)
  if (/^(?:degit|tiged|giget)$/.test(by)) return true
  if (by === 'svn') return /^(?:checkout|co|export)$/.test(verbs[0] ?? '')
  return verbs[/^(?:gh|glab|jj)$/.test(by) ? 1 : 0] === 'clone'
}
const CLONERS = new Set('git gh glab hg svn jj bzr fossil degit tiged giget'.split(' '))
/** Words of a command that say what it fetches. */
const WORDS_READ = 64

/** `wget URL` writes into the folder a file that the URL names, no more. */
export const downloads = (
  path: string,
  by: string,
  { cwd, words }: SimpleCommand,
): ReadonlyArray<string> => {
  if (path !== cwd) return [path]
  if (by === 'gh' || by === 'glab') {
    const repository = words.find(
      ({ is, text }) => is === 'literal' && /^[\w.:/@-]+\/[\w.-]+$/.test(text),
    )
    if (repository === undefined) return [path]
    return [`${path}/${baseName(repository.text).replace(/\.git$/, '')}`]
  }
  if (by !== 'wget' && by !== 'curl') return [path]
  const names = words.flatMap((word) => {
    const name = /^https?:\/\/[^?#]*\/([^/?#]+)(?:[?#]|$)/.exec(textOf(word) ?? '')?.[1]
    return name === undefined ? [] : [name]
  })
  const urls = words.filter((word) => word.text.includes('://')).length
  return names.length === 0 || names.length < urls ? [path] : names.map((name) => `${path}/${name}`)
}
