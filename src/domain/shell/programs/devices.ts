// Programs that work on disks, volumes and file systems as a whole. A device as the target is the loss
// of what it holds; a regular file that is made into an image is a file like any other.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, type ShellWord } from '../word.ts'
import { names, showsOnly } from './showing.ts'

/** Devices by their files, and by the bare names that macOS and Windows know. */
const isDevice = (word: ShellWord): boolean =>
  word.is !== 'literal' || /^(?:\/dev\/|r?disk\d|[a-zA-Z]:[\\/]?$)/.test(headOf(word))

/** The devices among these lose what they hold; a file is overwritten. */
const overwrites = (call: ProgramCall, words: ReadonlyArray<ShellWord>): void => {
  for (const word of words)
    if (isDevice(word)) call.effect('destroy.system', { name: call.name })
    else call.take('write', word)
}

/**
 * Options differ between programs of one name: a device that seems to be an option's value may well be
 * the target. What follows the target is its size.
 */
const targetsOf = (call: ProgramCall): ReadonlyArray<ShellWord> => {
  const named = call.args.filter((word) => headOf(word).startsWith('/dev/'))
  return named.length > 0 ? named.slice(0, 1) : call.operands.slice(0, 1)
}

const makesFileSystem = (call: ProgramCall): void => {
  if (call.has('-n', '-N') && !call.has('-F', '-f') && call.name !== 'mkswap') {
    // `-n` is a dry run for ext, and a name for other file systems.
    if (/^mk(?:e2fs|fs\.ext)/.test(call.name)) return
  }
  overwrites(call, targetsOf(call))
}

/** Options of which one has to be there, and all, only show. */
const partitions =
  (options: string) =>
  (call: ProgramCall): void => {
    if (call.flagNames.size > 0 && showsOnly(call, names(options))) return
    if (call.args.length > 0) overwrites(call, targetsOf(call))
  }

const PARTED_SHOWS = /^(?:print|align-check|help|version)$/

/** parted takes several commands in a row. */
const interactive = (call: ProgramCall): void => {
  const [device, ...words] = call.operands
  if (device === undefined) {
    if (!call.hasExactly('-l', '--list') && call.flagNames.size > 0)
      overwrites(call, targetsOf(call))
    return
  }
  const shows = words.some((word) => PARTED_SHOWS.test(word.text))
  const changes = words.some((word) => word.is !== 'literal' || PARTED_CHANGES.test(word.text))
  if (!shows || changes) overwrites(call, targetsOf(call))
}

const PARTED_CHANGES = /^(?:mk|rm$|resize|set$|rescue|name$|toggle|disk_|type$)/

const signatures = (call: ProgramCall): void => {
  if (call.has('-a', '--all', '-o', '--offset') && !call.has('-n', '--no-act'))
    overwrites(call, call.operands)
}

export const DEVICES: ReadonlyArray<ProgramRow> = [
  {
    names:
      'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.msdos mkfs.exfat mkfs.ntfs mkfs.f2fs mkfs.minix ' +
      'mke2fs mkfs.cramfs mkdosfs mkntfs mkswap newfs newfs_hfs newfs_apfs newfs_msdos newfs_exfat cgdisk cfdisk nwipe',
    options: {
      '-t --type -L --label -U --uuid -b -i -I -m -N -O -E -T -C -g -G -M -e -d -D -F -s -S -R -r -c -v -J -z':
        'data',
    },
    run: makesFileSystem,
    examples: [
      'mkfs.ext4 /dev/sda1 => destroy.system mkfs.ext4',
      'mkfs -t ext4 /dev/sdb => destroy.system mkfs',
      'mkfs.ext4 disk.img => fs.write disk.img',
      'mkfs.ext4 -F /dev/sda => destroy.system mkfs.ext4',
      'mkfs.vfat -F 32 /dev/sda => destroy.system mkfs.vfat',
      'newfs_hfs disk2s1 => destroy.system newfs_hfs',
    ],
  },
  {
    names: 'fdisk sfdisk',
    options: {
      '-b --sector-size -C --cylinders -H --heads -S --sectors -t --type -w --wipe -W -o --output -N --partno':
        'data',
      '-O --backup-file': 'write',
    },
    run: partitions(
      '-l --list -d --dump -J --json -F --list-free -s --show-size -g --show-geometry -T --list-types -o --output -x --list-details -V --verify -b --sector-size --bytes -q --quiet',
    ),
    examples: [
      'fdisk -l =>',
      'fdisk -l /dev/sda =>',
      'fdisk /dev/sda => destroy.system fdisk',
      'sfdisk disk.img => fs.write disk.img',
    ],
  },
  {
    names: 'gdisk sgdisk',
    options: {
      '-i --info -n --new -t --typecode -d --delete -c --change-name -a -A -u -U -R': 'data',
      '-b --backup': 'write',
    },
    run: partitions('-p --print -i --info -v --verify -l -L --list-types -b --backup -F -f -E'),
    examples: [
      'sgdisk -p /dev/sda =>',
      'sgdisk -o /dev/sda => destroy.system sgdisk',
      'sgdisk --zap-all /dev/sda => destroy.system sgdisk',
    ],
  },
  {
    names: 'parted',
    options: { '-a --align': 'data' },
    run: interactive,
    examples: [
      'parted -l =>',
      'parted /dev/sda print =>',
      'parted -s /dev/sda unit s print =>',
      'parted -s /dev/sda mklabel gpt => destroy.system parted',
      'parted /dev/sda print rm 1 => destroy.system parted',
    ],
  },
  {
    names: 'wipefs',
    options: { '-o --offset -t --types -O --output': 'data' },
    run: signatures,
    examples: ['wipefs /dev/sda =>', 'wipefs -a /dev/sda => destroy.system wipefs'],
  },
  {
    names: 'blkdiscard ddrescue partclone.ext4 partclone.restore',
    options: { '-o --offset -l --length -p --step': 'data' },
    run: (call) => overwrites(call, call.operands),
    examples: ['blkdiscard -f /dev/sdb => destroy.system blkdiscard'],
  },
  {
    names: 'hdparm',
    run: (call) => {
      if (!showsOnly(call, names('-I -i -t -T -g -C -H -v -V -q')) && call.operands.length > 0)
        call.effect('destroy.system', { name: 'hdparm' })
    },
    examples: [
      'hdparm -tT /dev/sda =>',
      'hdparm --security-erase x /dev/sda => destroy.system hdparm',
    ],
  },
  {
    names: 'badblocks',
    options: { '-b -c -e -d -i -p -t': 'data', '-o': 'write' },
    run: (call) => {
      if (call.has('-w', '-n')) overwrites(call, call.operands.slice(0, 1))
    },
    examples: ['badblocks /dev/sdb =>', 'badblocks -w /dev/sdb => destroy.system badblocks'],
  },
]
