import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../src/domain/action/analyse.ts'
import { isConsequential } from '../../../src/domain/action/effect.ts'
import { describeEffect, OBSERVED, PLACE } from '../action/describe.ts'

const run = (command: string) => analyseCall({ name: 'Bash', input: { command } }, PLACE, OBSERVED)

const effectsOf = (command: string): ReadonlyArray<string> =>
  run(command).effects.map(describeEffect)

/** Something is changed, or nobody knows what is. */
const isSeen = (command: string): boolean =>
  run(command).effects.some(
    ({ kind }) => isConsequential(kind) || /^(?:opaque|fs\.write|fs\.delete)$/.test(kind),
  )

describe('programs that administer the machine', () => {
  it('change something in every form that is not known to show', () => {
    const word = fc.stringMatching(/^[a-z]{3,9}x[a-z]{1,4}x$/)
    const forms: ReadonlyArray<(verb: string) => string> = [
      (verb) => `systemctl ${verb} a`,
      (verb) => `launchctl ${verb} a`,
      (verb) => `service a ${verb}`,
      (verb) => `loginctl ${verb} a`,
      (verb) => `ip link ${verb} eth0`,
      (verb) => `ip ${verb.slice(0, 4)} ${verb}`,
      (verb) => `nmcli connection ${verb} a`,
      (verb) => `ufw ${verb}`,
      (verb) => `nft ${verb} x`,
      (verb) => `ipset ${verb} x`,
      (verb) => `firewall-cmd --${verb}=1`,
      (verb) => `pfctl -F ${verb}`,
      (verb) => `timedatectl ${verb}`,
      (verb) => `hostnamectl ${verb} x`,
      (verb) => `csrutil ${verb}`,
      (verb) => `spctl --${verb}`,
      (verb) => `nvram ${verb}=1`,
      (verb) => `systemsetup -${verb} x`,
      (verb) => `networksetup -${verb} x`,
      (verb) => `scutil --${verb} x`,
      (verb) => `pmset ${verb}`,
      (verb) => `tmutil ${verb}`,
      (verb) => `pkgutil --${verb} x`,
      (verb) => `profiles ${verb}`,
      (verb) => `dscl . -${verb} /Users/a`,
      (verb) => `security ${verb}-x`,
      (verb) => `defaults ${verb} a b c`,
      (verb) => `diskutil ${verb} disk2`,
      (verb) => `zfs ${verb} tank`,
      (verb) => `zpool ${verb} tank`,
      (verb) => `cryptsetup ${verb} /dev/sdb`,
      (verb) => `mdadm --${verb} /dev/md0`,
      (verb) => `sgdisk --${verb} /dev/sdb`,
      (verb) => `parted /dev/sdb ${verb}`,
      (verb) => `hdparm --${verb} /dev/sdb`,
      (verb) => `update-alternatives --${verb} x`,
      (verb) => `log ${verb}x | cat; auditctl --${verb}`,
    ]
    fc.assert(
      fc.property(word, (verb) => {
        for (const form of forms) expect(isSeen(form(verb)), form(verb)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('are not taken for showing when the verb is only known when they run', () => {
    for (const command of [
      'systemctl $V nginx',
      'ip link $V',
      'launchctl "$V" a',
      'diskutil $V disk2',
      'zpool "$V" tank',
      'defaults $V a b c',
      'tmutil $V',
      'dmesg $V && dmesg -C',
      'parted /dev/sda $V',
      'scutil $V x',
    ])
      expect(isSeen(command), command).toBe(true)
  })

  it('lose a device by whatever name it is given, and a file only as a file', () => {
    for (const device of ['/dev/sda', '/dev/nvme0n1p2', '/dev/mapper/vg-root', '/dev/disk/by-id/x'])
      for (const command of [
        `mkfs.ext4 ${device}`,
        `mkfs -t xfs -f ${device}`,
        `wipefs --all ${device}`,
        `blkdiscard ${device}`,
        `sgdisk -o ${device}`,
        `dd if=a of=${device}`,
        `cp a ${device}`,
        `tee ${device}`,
        `shred ${device}`,
        `openssl rand -out ${device} 9`,
      ])
        expect(
          run(command).effects.some(({ kind }) => kind === 'destroy.system'),
          command,
        ).toBe(true)
    for (const command of [
      'mkfs.ext4 disk.img',
      'dd if=/dev/zero of=disk.img',
      'wipefs -a disk.img',
    ])
      expect(effectsOf(command), command).toEqual(['fs.write disk.img'])
  })
})

describe('archives', () => {
  it('are of unknown content when they are unpacked, whatever unpacks them', () => {
    for (const command of [
      'tar xf a.tar',
      'tar --extract -f a.tar',
      'tar -zxvf a.tgz -C /tmp/x',
      'cat a.tar | tar x',
      'env bsdtar -xf a.tar',
      'busybox tar xf a.tar',
      'unzip a.zip',
      'unzip -qo a.zip -d build',
      '7z x a.7z',
      'cpio -id < a.cpio',
      'pax -r -f a.pax',
      'jar xf a.jar',
      'ditto -xk a.zip b',
      'unsquashfs a.sqsh',
      'gunzip -r logs',
      'pkgutil --expand a.pkg b',
      'find . -name "*.zip" -exec unzip {} \\;',
    ])
      expect(effectsOf(command), command).toContain('opaque archive-content')
  })

  it('are only read when they are listed or tested', () => {
    for (const command of [
      'tar tf a',
      'tar -tvzf a',
      'tar --list --file=a',
      'unzip -l a',
      'unzip -t a',
      'zipinfo a',
      '7z l a',
      'jar tf a',
      'gzip -l a',
      'xz -t a',
      'unsquashfs -l a',
      'lsar a',
    ])
      expect(effectsOf(command), command).toEqual(['fs.read a'])
  })
})

describe('one file written', () => {
  it('is the same effect by any program', () => {
    for (const command of [
      'tee x/y',
      'cp a x/y',
      'mv a x/y',
      'sed -i s/a/b/ x/y',
      'sed -n "w x/y" a',
      'sort -o x/y a',
      'dd if=a of=x/y',
      'uniq a x/y',
      'xxd -r a x/y',
      'truncate -s 0 x/y',
      'install a x/y',
      'ln -sf a x/y',
      'openssl rand -out x/y 9',
      'plutil -convert xml1 x/y',
      'base64 -d a > x/y',
      'iconv -f a -t b -o x/y a',
      'zstd a -o x/y',
      'yq -i .a=1 x/y',
      'patch x/y a.diff',
      'less -o x/y a',
      'say -o x/y a',
      'jq . a | sponge x/y',
    ])
      expect(effectsOf(command), command).toContain('fs.write x/y')
  })
})

describe('processes', () => {
  it('are stopped by an effect that is seen, unless they are jobs of the shell itself', () => {
    for (const command of [
      'kill 12',
      'kill -9 "$P"',
      'pkill x',
      'killall x',
      'pgrep x | xargs kill',
    ])
      expect(effectsOf(command), command).toContain('destroy.data process')
    for (const command of ['kill -1 -1', 'kill -9 1', 'pkill -u dev', "pkill -f '.*'"])
      expect(isSeen(command), command).toBe(true)
    expect(effectsOf('kill %1')).toEqual([])
    expect(effectsOf('kill -0 12')).toEqual([])
  })
})
