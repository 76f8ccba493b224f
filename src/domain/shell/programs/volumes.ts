// Programs that manage volumes, images and mounts, and those that check or tune what is on them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { names, showsOnly, verbOf } from './showing.ts'

/** What a verb does to the volumes of a manager; a verb that is not listed changes its settings. */
const volumes =
  (shows: string, destroys: string, at = 0) =>
  (call: ProgramCall): void => {
    const verb = verbOf(call, at)
    if (verb === '' || names(shows).has(verb)) return
    if (names(destroys).has(verb)) call.effect('destroy.system', { name: call.name })
    else call.effect('privilege', { name: call.name })
  }

const checks = (call: ProgramCall): void => {
  if (call.has('-n', '-N', '-l', '-V')) return
  if (call.operands.length > 0 || call.has('-A')) call.effect('privilege', { name: call.name })
}

const tunes =
  (options: string) =>
  (call: ProgramCall): void => {
    if (call.operands.length === 0) return
    if (call.flagNames.size > 0 && showsOnly(call, names(options))) return
    call.effect('privilege', { name: call.name })
  }

const disks = (call: ProgramCall): void => {
  const [verb, inner] = [verbOf(call).toLowerCase(), verbOf(call, 1).toLowerCase()]
  if (/^(?:list|info|information|activity|listfilesystems|verify(?:volume|disk))?$/.test(verb))
    return
  const managed = /^(?:apfs|ap|corestorage|cs|appleraid|ar|image)$/.test(verb)
  if (
    managed &&
    /^(?:list|info|listusers|listcryptousers|listsnapshots|listvolumegroups)?$/.test(inner)
  )
    return
  if (managed ? /^(?:delete|erase|resize)/.test(inner) : !MOUNTS.test(verb))
    call.effect('destroy.system', { name: 'diskutil' })
  else call.effect('privilege', { name: 'diskutil' })
}

const MOUNTS =
  /^(?:u?n?mount(?:disk)?|eject|rename(?:volume)?|enablejournal|disablejournal|enableownership|disableownership|repair(?:volume|disk|permissions)|quiet)$/

const images = (call: ProgramCall): void => {
  const [verb, ...operands] = call.operands
  const name = verb === undefined ? '' : (textOf(verb) ?? '?')
  if (/^(?:help|info|imageinfo|isencrypted|verify|checksum|pmap|plugins|fsid|)$/.test(name)) {
    for (const word of operands) call.take('read', word)
    return
  }
  if (/^(?:create|convert|makehybrid|segment)$/.test(name)) {
    for (const word of call.valuesOf('-srcfolder', '-srcdir')) call.take('scan', word)
    for (const word of operands) call.take(name === 'create' ? 'write' : 'read', word)
    for (const word of call.valuesOf('-o')) call.take('write', word)
  } else if (/^(?:resize|compact|internet-enable|chpass|udifrez|unflatten|flatten)$/.test(name))
    for (const word of operands) call.take('write', word)
  else call.effect('privilege', { name: 'hdiutil' })
}

const mounts = (call: ProgramCall): void => {
  if (call.operands.length > 0 || call.has('-a', '--all'))
    call.effect('privilege', { name: call.name })
}

export const VOLUMES: ReadonlyArray<ProgramRow> = [
  {
    names: 'cryptsetup',
    run: volumes(
      'status luksDump isLuks benchmark luksUUID tcryptDump bitlkDump repair-check',
      'luksFormat erase luksErase luksKillSlot luksRemoveKey reencrypt format',
    ),
    examples: [
      'cryptsetup status x =>',
      'cryptsetup luksFormat /dev/sdb => destroy.system cryptsetup',
      'cryptsetup open /dev/sdb x => privilege cryptsetup',
    ],
  },
  {
    names: 'lvremove vgremove pvremove lvreduce vgreduce',
    does: ['destroy.system'],
    examples: ['lvremove -f vg/a => destroy.system'],
  },
  {
    names:
      'lvcreate vgcreate pvcreate lvextend vgextend lvresize lvchange vgchange pvchange lvconvert lvrename vgrename pvmove vgexport vgimport lvm partprobe kpartx multipath resize2fs xfs_growfs blockdev growpart',
    run: tunes('--getsize64 --getss --getsz --getbsz --getro --report -l -ll -d --dry-run'),
    examples: ['blockdev --getsize64 /dev/sda =>', 'vgcreate vg /dev/sdb => privilege vgcreate'],
  },
  {
    names: 'zpool zfs btrfs',
    run: (call) => {
      const two = call.name === 'btrfs' ? 1 : 0
      volumes(
        'list get status iostat history events diff holds version help show df usage du get-default send bookmark userspace groupspace',
        'destroy rollback labelclear delete remove rm',
        two,
      )(call)
    },
    examples: [
      'zfs list =>',
      'zpool status =>',
      'zpool destroy tank => destroy.system zpool',
      'zfs set a=b tank => privilege zfs',
      'btrfs subvolume delete a => destroy.system btrfs',
      'btrfs filesystem df / =>',
    ],
  },
  {
    names: 'mdadm',
    run: (call) => {
      if (call.has('--zero-superblock', '--create', '-C', '--stop', '-S', '--fail', '--remove'))
        call.effect('destroy.system', { name: 'mdadm' })
      else if (
        !showsOnly(call, names('--detail -D --examine -E --query -Q --scan -s --verbose -v'))
      )
        call.effect('privilege', { name: 'mdadm' })
    },
    examples: [
      'mdadm --detail /dev/md0 =>',
      'mdadm --zero-superblock /dev/sdb => destroy.system mdadm',
    ],
  },
  {
    names: 'nvme',
    run: volumes(
      'list list-subsys smart-log id-ctrl id-ns error-log get-feature fw-log version help show-regs get-log',
      'format sanitize delete-ns write write-zeroes dsm',
    ),
    examples: ['nvme list =>', 'nvme format /dev/nvme0 => destroy.system nvme'],
  },
  {
    names: 'smartctl',
    options: { '-d --device -l --log -n -q -r -T': 'data' },
    run: tunes(
      '-a --all -i --info -H --health -A --attributes -c -l --log -x --xall -d --device -j --json -n -q',
    ),
    examples: ['smartctl -a /dev/sda =>', 'smartctl -t long /dev/sda => privilege smartctl'],
  },
  {
    names: 'tune2fs e2label dosfslabel xfs_admin debugfs',
    options: { '-R': 'data' },
    run: (call) => {
      if (call.name === 'debugfs' ? call.has('-w') : !call.has('-l', '-lu'))
        call.effect('privilege', { name: call.name })
    },
    examples: ['tune2fs -l /dev/sda1 =>', 'tune2fs -O ^a /dev/sda1 => privilege tune2fs'],
  },
  {
    names:
      'fsck e2fsck fsck.ext4 fsck.ext3 fsck.ext2 fsck.xfs fsck.vfat fsck_hfs fsck_apfs xfs_repair ntfsfix',
    options: { '-t': 'data' },
    run: checks,
    examples: ['fsck -n /dev/sda1 =>', 'e2fsck -y /dev/sda1 => privilege e2fsck'],
  },
  {
    names:
      'dumpe2fs xfs_info blkid findmnt mountpoint pvs vgs lvs pvdisplay vgdisplay lvdisplay pvscan vgscan lvscan lvmdiskscan lvmconfig',
    operands: ['data'],
    examples: ['findmnt / =>', 'blkid /dev/sda1 =>'],
  },
  {
    names: 'dmsetup',
    run: volumes(
      'ls info table status deps targets version help',
      'remove remove_all wipe_table clear',
    ),
    examples: ['dmsetup ls =>', 'dmsetup remove_all => destroy.system dmsetup'],
  },
  {
    names: 'losetup',
    run: (call) => {
      if (!showsOnly(call, names('-a --all -l --list -j --associated -J --json -O --output')))
        call.effect('privilege', { name: 'losetup' })
    },
    options: { '-j --associated -O --output -o --offset': 'data' },
    examples: ['losetup -a =>', 'losetup -d /dev/loop0 => privilege losetup'],
  },
  {
    names: 'mount umount swapoff swapon fusermount fusermount3 mount_nfs mount_smbfs',
    options: { '-t --types -O': 'data' },
    run: mounts,
    examples: [
      'mount =>',
      'mount -t ext4 =>',
      'umount /mnt => privilege umount',
      'swapoff -a => privilege swapoff',
    ],
  },
  {
    names: 'diskutil',
    run: disks,
    examples: [
      'diskutil list =>',
      'diskutil info disk0s1 =>',
      'diskutil apfs list =>',
      'diskutil unmount disk2 => privilege diskutil',
      'diskutil eraseDisk JHFS+ x disk0 => destroy.system diskutil',
      'diskutil apfs deleteContainer disk1 => destroy.system diskutil',
    ],
  },
  {
    names: 'hdiutil',
    style: 'long',
    options: {
      '-size -fs -volname -type -format -layout -imagekey -mountpoint -encryption -srcfolder -srcdir -o':
        'data',
    },
    run: images,
    examples: [
      'hdiutil imageinfo a.dmg => fs.read a.dmg',
      'hdiutil create -size 10m a.dmg => fs.write a.dmg',
      'hdiutil convert a.dmg -format UDZO -o b.dmg => fs.read a.dmg, fs.write b.dmg',
      'hdiutil attach a.dmg => privilege hdiutil',
    ],
  },
]
