// A store whose writes and renewals fail when told to: for what a full or broken disk does.
import { StoreFailure } from '../../../src/infra/store/errors.ts'
import { openStoreDb, type StoreDb } from '../../../src/infra/store/storeDb.ts'

export interface Faults {
  /** `lost`: fails and writes nothing. `landed`: writes all of it and then fails. */
  write: 'none' | 'lost' | 'landed'
  reopen: boolean
  /** Writes that were let through, with whether they were synced. */
  readonly writes: Array<boolean>
  reopened: number
}

export const faults = (): Faults => ({ write: 'none', reopen: false, writes: [], reopened: 0 })

const full = (path: string): StoreFailure =>
  new StoreFailure({ reason: 'full', path, detail: 'No space left on device' })

export const faultyDb =
  (plan: Faults): typeof openStoreDb =>
  async (dir, options) => {
    const db = await openStoreDb(dir, options)
    let usable = true
    const check = (): void => {
      if (!usable) throw full(dir)
    }
    const faulty: StoreDb = {
      path: db.path,
      get: (key) => {
        check()
        return db.get(key)
      },
      cursor: (range) => {
        check()
        return db.cursor(range)
      },
      view: () => {
        check()
        return db.view()
      },
      write: async (ops, sync) => {
        check()
        if (plan.write === 'lost') throw full(dir)
        await db.write(ops, sync)
        plan.writes.push(sync)
        if (plan.write === 'landed') throw full(dir)
      },
      reopen: async () => {
        plan.reopened++
        usable = false
        if (plan.reopen) throw full(dir)
        await db.reopen()
        usable = true
      },
      close: () => db.close(),
    }
    return faulty
  }
