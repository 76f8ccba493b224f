// Paths of one script that stand for others: a link that it makes leads to what it names, and a file
// that it moves is what is lost where it was moved to. Bounded; what the machine held before is not
// known here.
import type { EffectDraft } from '../action/draft.ts'
import { baseName, isWithin } from '../action/paths.ts'
import { absolutePath } from './pathEffects.ts'
import type { SimpleCommand } from './reading.ts'
import { textOf } from './word.ts'

interface StandIn {
  readonly path: string
  readonly for: string
  /** A link is removed alone; what was moved is removed itself. */
  readonly moved: boolean
}

const LIMIT = 16

export class StandIns {
  private readonly known: Array<StandIn> = []

  /** The same effect on what its path stands for. What `ln` and `mv` make is noted on the way. */
  reached(effect: EffectDraft, command: SimpleCommand): ReadonlyArray<EffectDraft> {
    const { kind, path, by } = effect
    if (path === undefined) return []
    if (kind === 'fs.write' && (by === 'ln' || by === 'mv')) {
      this.note(path, by, command)
      return []
    }
    if (this.known.length === 0 || by === 'mv') return []
    return this.known.flatMap((one) => this.over(effect, path, one))
  }

  private note(path: string, by: string, { words, cwd }: SimpleCommand): void {
    const operands = words.slice(1).map((word) => textOf(word))
    const links = operands.some((text) => /^-(?:[a-z]*s[a-z]*|-symbolic)$/i.test(text ?? ''))
    const [source, target] = operands.filter((text) => text?.startsWith('-') !== true)
    if (source === undefined || (by === 'ln' && !links) || this.known.length >= LIMIT) return
    const folder = by === 'mv' ? cwd : path.slice(0, path.lastIndexOf('/')) || '/'
    const other = absolutePath(source, folder)
    if (other === undefined || other === path || (by === 'mv' && isWithin(path, other))) return
    this.known.push({ path, for: other, moved: by === 'mv' })
    // `mv a folder` puts it into the folder, where that is one.
    if (target !== undefined && !path.endsWith(`/${baseName(other)}`))
      this.known.push({ path: `${path}/${baseName(other)}`, for: other, moved: by === 'mv' })
  }

  private over(effect: EffectDraft, path: string, one: StandIn): ReadonlyArray<EffectDraft> {
    const deletes = effect.kind === 'fs.delete'
    if (!effect.kind.startsWith('fs.') || (one.moved && !deletes)) return []
    const { pattern, unresolved: _, ...rest } = effect
    if (isWithin(path, one.path)) {
      // The link itself goes, not what it leads to.
      if (deletes && !one.moved && path === one.path && pattern === undefined) return []
      const tail = path.slice(one.path.length)
      const moved =
        pattern === undefined ? {} : { pattern: one.for + pattern.slice(one.path.length) }
      return [{ ...rest, ...moved, path: one.for === '/' ? tail || '/' : one.for + tail }]
    }
    return one.moved && isWithin(one.path, path) && effect.reach === 'all'
      ? [{ ...rest, path: one.for }]
      : []
  }
}
