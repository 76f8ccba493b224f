// Backups and object stores: copying out sends, forgetting and pruning destroys, restoring writes here.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { byManner, isDry, type Manner } from './verbs.ts'

/** `remote:path`, as rclone writes it; a drive letter or a path with a slash before the colon is none. */
const isRemote = (word: ShellWord): boolean =>
  /^(?::?[\w. @+-]{2,}|[\w.-]{2,},[^:]*):/.test(word.text)

/** Copies between places of which each may be here or away. */
const copies = (
  call: ProgramCall,
  words: ReadonlyArray<ShellWord>,
  remote: (word: ShellWord) => boolean,
  how: { readonly moves?: boolean; readonly mirrors?: boolean },
): void => {
  if (isDry(call) || call.hasExactly('-n', '--fake')) {
    call.effect('net.fetch')
    return
  }
  const target = words.at(-1)
  for (const word of words.slice(0, -1))
    if (remote(word)) call.effect(how.moves === true ? 'destroy.infra' : 'net.fetch')
    else {
      call.take('scan', word)
      if (how.moves === true) call.take('deleteAll', word)
    }
  if (target === undefined) return
  if (remote(target)) call.effect(how.mirrors === true ? 'destroy.infra' : 'net.send')
  if (remote(target) && how.mirrors === true) call.effect('net.send')
  if (!remote(target)) call.take(how.mirrors === true ? 'deleteAll' : 'write', target)
  if (!remote(target) && how.mirrors === true) call.take('write', target)
}

const RCLONE: Manner = {
  looks:
    'ls, lsd, lsl, lsf, lsjson, size, about, md5sum, sha1sum, hashsum, check, cryptcheck, cat, tree, version, listremotes, config file, config paths, config providers, config userinfo, help, ncdu, obscure, test info, backend features, checksum',
  reveals: 'config show, config dump, reveal',
  changes:
    'rcat, copyurl, mkdir, touch, settier, link, mount, serve, rc, config, authorize, rcd, bisync, selfupdate, nfsmount, archive',
  destroys:
    'delete, deletefile, purge, rmdir, rmdirs, cleanup, dedupe, config delete, config disconnect',
}

const rcloneVerbs = byManner(RCLONE)

const rclone = (call: ProgramCall): void => {
  const [verb, ...words] = call.operands
  const name = textOf(verb) ?? ''
  if (/^(?:copy|copyto|sync|move|moveto)$/.test(name))
    copies(call, words, isRemote, { moves: name.startsWith('move'), mirrors: name === 'sync' })
  else if (name === 'serve' || name === 'mount') call.facts(['net.send', 'spawn'])
  else if (name !== 'purge' && isDry(call)) call.effect('net.fetch')
  else rcloneVerbs(call)
}

const bucket = (prefix: RegExp, manner: Manner) => {
  const verbs = byManner(manner)
  return (call: ProgramCall): void => {
    const [verb, ...words] = call.operands
    const name = textOf(verb) ?? ''
    if (!/^(?:cp|mv|copy|move|sync|mirror|put|get|upload-file|download-file)$/.test(name)) {
      verbs(call)
      return
    }
    const mirrors = call.hasExactly(
      '--delete',
      '--delete-removed',
      '--remove',
      '--delete-after',
      '--replaceNewer',
    )
    copies(call, words, (word) => prefix.test(word.text), {
      moves: /^(?:mv|move)$/.test(name),
      mirrors,
    })
  }
}

/** Backup programs keep a repository somewhere: what is added to it goes there. */
const keeper = (manner: Manner) => {
  const verbs = byManner(manner)
  return (call: ProgramCall): void => {
    const target = call.value('--target', '-t', '--restore-path')
    if (target !== undefined && /^(?:restore|dump)$/.test(textOf(call.operands[0]) ?? ''))
      call.take('write', target)
    if (textOf(call.operands[0]) === 'extract') call.takeDirectory('write')
    for (const command of call.valuesOf('--password-command', '--passcommand', '--rsh'))
      call.shellText(command)
    for (const file of call.valuesOf('-p', '--password-file')) call.take('read', file)
    verbs(call)
  }
}

const RESTIC: Manner = {
  looks:
    'snapshots, ls, find, stats, check, diff, cat, list, version, dump, cache, features, options, restore, mount',
  changes:
    'backup, init, copy, tag, migrate, recover, repair, rebuild-index, key add, key passwd, self-update, unlock, rewrite',
  destroys: 'forget, prune, key remove',
}

export const BACKUPS: ReadonlyArray<ProgramRow> = [
  {
    names: 'rclone',
    options: {
      '--config --include --exclude --filter --filter-from --transfers --bwlimit --log-file --max-age --min-age --checkers':
        'data',
    },
    run: rclone,
    named: 1,
    helps: true,
    examples: [
      'rclone lsd box: => net.fetch',
      'rclone copy out box:b => fs.read out, net.send',
      'rclone copy box:b out => net.fetch, fs.write out',
      'rclone sync out box:b => fs.read out, destroy.infra, net.send',
      'rclone sync out box:b --dry-run => net.fetch',
      'rclone purge box:b => destroy.infra',
      'rclone config show => net.fetch, secret.read',
    ],
  },
  {
    names: 'restic rustic',
    options: {
      '-r --repo --password-command -p --password-file -t --target --host --tag --path --exclude -e -i --include':
        'data',
    },
    run: keeper(RESTIC),
    named: 1,
    helps: true,
    examples: [
      'restic snapshots => net.fetch',
      'restic backup src => net.send',
      'restic restore latest --target out => fs.write out, net.fetch',
      'restic forget --prune a => destroy.infra',
      'restic --password-command "cat .env" ls a => fs.read .env, secret.read .env, net.fetch',
    ],
  },
  {
    names:
      'borg borgmatic attic kopia duplicity duplicati-cli tarsnap bup rdiff-backup rsnapshot zbackup bacula bconsole barman pgbackrest wal-g',
    options: { '--rsh --password-command --passcommand --restore-path -p --password': 'data' },
    run: keeper({
      looks:
        'list, info, diff, check, extract, mount, export-tar, benchmark, help, snapshot list, snapshot verify, content list, content stats, content verify, policy list, policy show, repository status, show, ls, verify, list-current-files, collection-status, backup-list, wal-show, show-server, list-server, list-backup, maintenance info, restore, blob list, blob show, manifest list, manifest show',
      changes:
        'create, init, rename, config, umount, break-lock, upgrade, recreate, import-tar, serve, with-lock, key change-passphrase, key import, snapshot create, snapshot estimate, policy set, repository create, repository connect, repository disconnect, full, incremental, incr, backup, archive-push, backup-push, transfer',
      destroys:
        'delete, prune, compact, remove-older-than, remove-all-but-n-full, remove-all-inc-of-but-n-full, cleanup, snapshot delete, snapshot expire, policy delete, blob delete, content delete, manifest delete, expire, stanza-delete, delete-backup, replace-older, maintenance run, undo',
      reveals: 'key export',
    }),
    named: 1,
    helps: true,
    examples: [
      'borg list a::b => net.fetch',
      'borg delete a::b => destroy.infra',
      'borg create a::b src => net.send',
      'kopia snapshot list => net.fetch',
      'kopia snapshot delete a => destroy.infra',
      'duplicity remove-older-than 1M file:///b => destroy.infra',
    ],
  },
  {
    names: 's3cmd s5cmd s4cmd',
    options: { '-c --config --include --exclude --profile --endpoint-url': 'data' },
    run: bucket(/^s3:\/\//, {
      looks:
        'ls, la, du, info, cat, head, signurl, presign, getlifecycle, getpolicy, multipart, version, select',
      changes:
        'mb, setacl, setpolicy, setlifecycle, setcors, put, pipe, modify, run, accesslog, sign, restore, settagging, website',
      destroys: 'rm, del, rb, dellifecycle, delpolicy, delcors, expire, abortmp',
    }),
    named: 1,
    examples: [
      's5cmd ls s3://b => net.fetch',
      's3cmd put a s3://b => fs.read a, net.send',
      's3cmd sync --delete-removed out s3://b => fs.read out, destroy.infra, net.send',
      's3cmd del s3://b/a => destroy.infra',
    ],
  },
  {
    names: 'mc mcli',
    options: { '--older-than --newer-than --attr --limit-upload': 'data' },
    run: bucket(/^[\w-]{1,64}\/./, {
      looks:
        'ls, stat, du, cat, head, tree, find, diff, watch, version info, alias list, alias ls, ilm ls, ilm rule ls, policy get, anonymous get, anonymous list, tag list, admin info, admin user list, admin user info, admin policy list, admin policy info, admin trace, admin prometheus, admin logs, event list, retention info, legalhold info, encrypt info, quota info, replicate ls, replicate status, support, ping, ready, sql, license, share list, ilm tier ls, ilm export',
      changes:
        'mb, alias set, alias import, policy set, anonymous set, pipe, tag set, admin user add, admin user enable, admin policy attach, admin policy create, event add, version enable, retention set, encrypt set, replicate add, undo, share, admin config, admin service, admin heal, admin update, ilm add, ilm rule add, od, batch, update, legalhold set',
      destroys:
        'rm, rb, alias remove, alias rm, admin user remove, admin user disable, admin policy remove, admin policy detach, event remove, event rm, tag remove, version suspend, retention clear, encrypt clear, replicate rm, ilm rm, ilm rule rm, admin bucket remote rm, admin decommission, admin service stop, quota clear, admin group remove, policy remove',
    }),
    named: 1,
    examples: [
      'mc stat a/b/c => net.fetch',
      'mc rb --force a/b => destroy.infra',
      'mc admin user remove a b => destroy.infra',
      'mc mirror --remove ./out a/b => fs.read out, destroy.infra, net.send',
    ],
  },
  {
    names: 'b2 ossutil coscli qshell obsutil gdrive dropbox-cli',
    options: { '-c --config': 'data' },
    run: bucket(/^[a-z0-9]{2,5}:\/\//i, {
      looks:
        'list-buckets, list-file-names, file info, get-bucket, ls, account get, bucket list, bucket get, stat, list, about, capabilities',
      changes:
        'authorize-account, account authorize, upload, upload-file, post, create-bucket, update-bucket, file upload, file hide, share',
      destroys:
        'delete-bucket, delete-file-version, delete-key, cancel-all-unfinished-large-files, file delete, bucket delete, hide-file, rm, delete',
      reveals: 'create-key, key create',
    }),
    named: 1,
    examples: ['b2 list-buckets => net.fetch', 'b2 delete-bucket x => destroy.infra'],
  },
]
