// Files of one call while its commands are read: what it would run, what it has written so far and
// with what, and what came from the network. A file that the call itself wrote is never taken for
// one that lay there before.
import { MOST_SOURCES, type Source, type Sources } from '../action/sources.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { FETCHERS } from './fetchers.ts'
import { UNKNOWN } from './word.ts'
import type { WrittenFile } from './writtenFiles.ts'

/** Folders above a path that are asked for: what lies deeper is looked at by its upper ones. */
const LEVELS_LIMIT = 64

export class FilesOfRun {
  private readonly sources: Sources
  /** By path, whether what wrote it brings bytes from the network. */
  private readonly written = new Map<string, boolean>()
  /** Those of them that a compiler made of sources of the project. */
  private readonly compiled = new Set<string>()
  /** Text of files that the scripts read so far have written; undefined where it is not known. */
  private readonly texts = new Map<string, string | undefined>()
  /** Copies and links that they made, by where these lie: never of a copy, so that no ring closes. */
  private readonly copies = new Map<string, string>()
  /** Files that would run and whose text was not given. */
  readonly wants = new Set<string>()

  constructor(sources: Sources) {
    this.sources = sources
  }

  /** The text of a file that would run; asks for it where it was not given. */
  source(path: string): Source | undefined {
    const text = this.texts.get(path)
    if (text !== undefined) return { is: 'text', text, origin: 'written' }
    const from = this.copies.get(path)
    if (from !== undefined) return this.source(from)
    const source = this.sources.get(path)
    if (source === undefined && this.wants.size < MOST_SOURCES) this.wants.add(path)
    return source
  }

  textAt(path: string): string | undefined {
    return this.texts.get(path) ?? this.sources.get(path)?.text
  }

  /** Where the program that a path names lies, if the path is a copy of it. */
  originalOf(path: string): string {
    return this.copies.get(path) ?? path
  }

  /** A command leaves a file behind whose text may be known. */
  left({ path, text, from }: WrittenFile): void {
    this.texts.set(path, text)
    this.copies.delete(path)
    if (from !== undefined && from !== path) this.copies.set(path, this.copies.get(from) ?? from)
    // What it holds is known now, whoever wrote there before.
    if (text !== undefined && !text.includes(UNKNOWN)) this.written.delete(path)
  }

  /**
   * `by` writes there what nobody can see; undefined: whatever came over the network. `compiled`: it
   * makes it of nothing but sources of the project.
   */
  fills(path: string, by: string | undefined, compiled = false): void {
    const fetched = by === undefined || FETCHERS.has(by)
    this.written.set(path, fetched || this.written.get(path) === true)
    if (compiled) this.compiled.add(path)
    else this.compiled.delete(path)
  }

  /** Whether this call wrote the file or one of the folders above it, with whatever. */
  wrote(path: string): boolean {
    return this.texts.has(path) || this.copies.has(path) || this.writtenBy(path) !== undefined
  }

  /** A file that this call wrote is no file that the project held. */
  writtenBy(path: string): OpaqueCode | undefined {
    if (this.written.size === 0) return undefined
    const own = this.written.get(path)
    if (own === undefined && this.texts.get(path) !== undefined) return undefined
    if (own === true || this.isBelowFetched(path)) return 'remote-code'
    if (own !== false) return undefined
    return this.compiled.has(path) ? 'project-code' : 'dynamic-command'
  }

  private isBelowFetched(path: string): boolean {
    let end = path.lastIndexOf('/')
    for (let level = 0; end > 0 && level < LEVELS_LIMIT; level++) {
      if (this.written.get(path.slice(0, end)) === true) return true
      end = path.lastIndexOf('/', end - 1)
    }
    return this.written.get('/') === true
  }
}
