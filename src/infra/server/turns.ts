// Work that is done one after the other: each sees what the one before put into the log.

export type InTurn = <A>(work: () => Promise<A>) => Promise<A>

export const makeTurns = (): InTurn => {
  let last: Promise<unknown> = Promise.resolve()
  return <A>(work: () => Promise<A>): Promise<A> => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}
