// How much of unfinished requests is held at once: whoever reaches a socket could fill the memory with
// requests that never end.

/** What each piece costs beside its bytes: a request that comes byte by byte takes this many times more. */
const A_PIECE = 256

/** The requests of one socket that are still arriving. */
export class Arriving {
  readonly #held = new Map<object, { bytes: number; readonly refuse: () => void }>()
  #total = 0

  /**
   * Counts what has come for one. While they are too much together, the largest of them is refused:
   * whoever sends little is served, however many others send much. `refuse` must remove it.
   */
  add(request: object, bytes: number, most: number, refuse: () => void): void {
    const held = this.#held.get(request) ?? { bytes: 0, refuse }
    held.bytes += bytes + A_PIECE
    this.#held.set(request, held)
    this.#total += bytes + A_PIECE
    while (this.#total > most) {
      const [largest] = [...this.#held.values()].sort((a, b) => b.bytes - a.bytes)
      if (largest === undefined) return
      largest.refuse()
    }
  }

  /** It is whole, refused or gone. */
  remove(request: object): void {
    this.#total -= this.#held.get(request)?.bytes ?? 0
    this.#held.delete(request)
  }
}
