// What the daemon serves at level `hardened`: where everything lies, by the record that root wrote, and
// whose rights count for what it reads. Arguments: the record's file, and the user's groups.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { FileFailure } from '../files/failure.ts'
import { readAs } from '../files/named.ts'
import { ownUid } from '../files/secureDirs.ts'
import type { AppPaths } from '../paths.ts'
import { hardenedPaths } from './places.ts'
import { readHardened } from './record.ts'
import { isInForce } from './whose.ts'

export const servedHardened = ([file, groups]: ReadonlyArray<string>): Result.Result<
  { readonly paths: AppPaths; readonly home: string },
  FileFailure | ControlFailure
> =>
  Result.gen(function* () {
    const record =
      file === undefined ? undefined : yield* readHardened({ program: path.dirname(file) })
    if (record === undefined || !isInForce(record))
      return yield* refused(
        'there is no record of what root laid down',
        'sudo isonapse hook harden',
      )
    // As root, or as the user, it would be no wall at all.
    if (ownUid() !== record.service.uid)
      return yield* refused(
        `it runs as user ${ownUid()}, not as ${record.service.name}`,
        'sudo isonapse hook start',
      )
    const gids = (groups ?? '').split(' ').filter((one) => /^\d+$/.test(one))
    readAs({ uid: record.user.uid, gids: [record.user.gid, ...gids.map(Number)] })
    return { paths: hardenedPaths(record, 'service'), home: record.user.home }
  })

const refused = (message: string, remedy: string) =>
  Result.fail(new ControlFailure({ kind: 'not-hardened', message, remedy, exit: 1 }))
