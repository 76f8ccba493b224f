// What a reading has found so far, and how much of its bounds is used up. Past a bound nothing is
// left out in silence: it is reported as unread.
import type { Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { Context, SimpleCommand, Unread } from './reading.ts'

/**
 * Characters read in all, those that eval and its like read again among them. Linux runs no command
 * line longer than this (MAX_ARG_STRLEN).
 */
const TEXT_LIMIT = 1 << 17
/** Nested openings are what makes reading slow; no script that people write has this many. */
const OPENINGS_LIMIT = 384
/** Longer texts may have more of them: one in so many characters. */
const OPENINGS_SHARE = 40
/** Texts that are parsed: eval's, aliases', traps'. */
const TEXTS_LIMIT = 512
const COMMAND_LIMIT = 1000
const DEPTH_LIMIT = 48
/** Turns of loops that are read one by one. */
const TURNS_LIMIT = 64
/** Ways in which open variables are held together, over all commands. */
const WAYS_LIMIT = 512
/** Files that `source` reads, those that these source among them. */
const SOURCED_LIMIT = 8
/** Steps of the walk, so that functions that call functions cannot multiply without end. */
const STEP_LIMIT = 10_000

interface Placed {
  readonly pos: number
  readonly end: number
}

export const spanOf = ({ pos, end }: Placed): Span => ({ start: pos, end })

const openingsIn = (text: string): number => text.match(/[$<>]\(|\$\{|`|<</g)?.length ?? 0

export class Tally {
  readonly commands: Array<SimpleCommand> = []
  readonly unread: Array<Unread> = []
  forkBomb = false
  /** Nothing more is read. */
  full = false
  private flows = 0
  private groups = 0
  private turns = 0
  private ways = 0
  private steps = 0
  private characters = 0
  private texts = 0
  private sourced = 0

  skip(why: OpaqueCode, { certainty, span }: Context, at: Span): void {
    const last = this.unread.at(-1)
    if (last?.why === why && this.unread.length > 16) return
    this.unread.push({ why, certainty, span: span ?? at })
  }

  nextFlow(): number {
    return ++this.flows
  }

  nextGroup(): number {
    return ++this.groups
  }

  isTooDeep({ depth }: Context): boolean {
    return depth > DEPTH_LIMIT
  }

  /** Takes a text to be parsed; false where that would be too much. */
  takesText(text: string, context: Context): boolean {
    this.characters += text.length
    const most = OPENINGS_LIMIT + text.length / OPENINGS_SHARE
    const nests = text.length > OPENINGS_LIMIT * 2 ? openingsIn(text) : 0
    if (this.characters > TEXT_LIMIT || ++this.texts > TEXTS_LIMIT) return false
    return !this.isTooDeep(context) && nests <= most
  }

  /** One step of the walk; false, and said once, where nothing more is read. */
  takesStep(node: Placed, context: Context): boolean {
    if (++this.steps <= STEP_LIMIT && this.commands.length < COMMAND_LIMIT) return true
    if (!this.full) this.skip('too-large', context, spanOf(node))
    this.full = true
    return false
  }

  canTurn(times: number): boolean {
    return this.turns + times <= TURNS_LIMIT
  }

  turn(): void {
    this.turns++
  }

  /** Takes so many ways of one command; false where they are too many over all. */
  takesWays(count: number): boolean {
    this.ways += count
    return this.ways <= WAYS_LIMIT
  }

  /** Takes a sourced file; false where they are too many or too long. */
  takesFile(text: string): boolean {
    return ++this.sourced <= SOURCED_LIMIT && this.characters + text.length <= TEXT_LIMIT
  }

  /** Uses the bounds of another reading up, and hands them back used. */
  share(other: Tally): void {
    this.characters = other.characters
    this.sourced = other.sourced
    this.texts = other.texts
  }
}
