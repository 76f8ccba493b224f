import { describe, expect, it } from 'vitest'
import type { Reach } from '../../../src/domain/action/draft.ts'
import { type Loss, lossOf } from '../../../src/domain/action/loss.ts'
import { PLACE } from './describe.ts'

type Row = readonly [string, Reach, Loss | undefined]

const expectAll = (rows: ReadonlyArray<Row>, place = PLACE): void => {
  for (const [path, reach, loss] of rows)
    expect([path, reach, lossOf(path, reach, place)]).toEqual([path, reach, loss])
}

describe('what is lost with a path', () => {
  it('is nothing of what a project or a cache makes again', () => {
    expectAll([
      ['/home/dev/app/node_modules', 'all', undefined],
      ['/home/dev/app/dist', 'all', undefined],
      ['/home/dev/app/.cache', 'all', undefined],
      ['/home/dev/app/src/a.ts', 'self', undefined],
      ['/home/dev/.cache/pip', 'all', undefined],
      ['/home/dev/.local/share/Trash', 'all', undefined],
      ['/tmp/build', 'all', undefined],
      ['/dev/shm/x', 'all', undefined],
    ])
  })

  it('is the work of a repository, or the whole project', () => {
    expectAll([
      ['/home/dev/app/.git', 'all', 'destroy.vcs'],
      ['/home/dev/app/.git/objects', 'some', 'destroy.vcs'],
      ['/home/dev/app/.GIT/refs', 'all', 'destroy.vcs'],
      ['/home/dev/app/.git/index.lock', 'self', undefined],
      ['/home/dev/app', 'all', 'destroy.data'],
      ['/home/dev', 'all', 'destroy.data'],
      ['/home/dev/Documents', 'all', 'destroy.data'],
      ['/home/dev/app/.env', 'self', 'destroy.data'],
    ])
  })

  it('is the system where its own trees, a home or a disk goes as a whole', () => {
    expectAll([
      ['/', 'all', 'destroy.system'],
      ['/', 'some', 'destroy.system'],
      ['/etc/passwd', 'self', 'destroy.system'],
      ['/home', 'all', 'destroy.system'],
      ['/home/other', 'all', 'destroy.system'],
      ['/home', 'some', 'destroy.system'],
      ['/root/x', 'all', 'destroy.system'],
      ['/mnt/disk', 'all', 'destroy.system'],
      ['/media/dev/disk', 'all', 'destroy.system'],
      ['/Volumes/Disk', 'all', 'destroy.system'],
      ['/var/lib', 'all', 'destroy.system'],
      ['/usr/share/x', 'all', 'destroy.system'],
    ])
  })

  it('is data where it is one owner’s folder in them, or a temporary folder as a whole', () => {
    expectAll([
      ['/home/other/x', 'all', 'destroy.data'],
      ['/mnt/disk/x', 'all', 'destroy.data'],
      ['/media/dev/disk/x', 'all', 'destroy.data'],
      ['/opt/x', 'all', 'destroy.data'],
      ['/var/log', 'some', 'destroy.data'],
      ['/var/lib/docker', 'all', 'destroy.data'],
      ['/data', 'all', 'destroy.data'],
      ['/tmp', 'all', 'destroy.data'],
      ['/private/var/tmp', 'all', 'destroy.data'],
      ['/dev/shm', 'all', 'destroy.data'],
      ['/home/other/x', 'self', undefined],
    ])
  })

  it('is another working tree only as a whole', () => {
    const place = { ...PLACE, worktrees: ['/home/dev/app-fix'] }
    expectAll(
      [
        ['/home/dev/app-fix/dist', 'all', undefined],
        ['/home/dev/app-fix/src/a.ts', 'self', undefined],
        ['/home/dev/app-fix', 'all', 'destroy.data'],
        ['/home/dev/app-fix/.git', 'all', 'destroy.vcs'],
        ['/home/dev/app-fix2/dist', 'all', 'destroy.data'],
      ],
      place,
    )
  })

  it('is the same under any name where the file system knows no case', () => {
    expectAll([['/ETC', 'all', 'destroy.data']])
    expectAll(
      [
        ['/ETC', 'self', 'destroy.system'],
        ['/HOME/DEV', 'all', 'destroy.data'],
        ['/volumes/disk', 'all', 'destroy.system'],
        ['/Home/Dev/App/dist', 'all', undefined],
        ['/home/dev/.CACHE/x', 'all', undefined],
      ],
      { ...PLACE, caseless: true },
    )
  })
})
