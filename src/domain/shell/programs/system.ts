// Programs that change the machine itself: disks, services, schedules, users, network, power.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type CommandRange, textOf } from '../word.ts'

const schedule = (call: ProgramCall): void => {
  if (call.has('-l', '-V')) return
  if (call.has('-r')) call.effect('destroy.system', { certainty: 'possible' })
  const [file] = call.operands
  if (file !== undefined && file.text !== '-') call.take('read', file)
  call.effect('persist', { name: 'crontab' })
}

const later = (call: ProgramCall): void => {
  if (call.has('-l', '-c') || call.name === 'atq') return
  call.effect('persist', { name: call.name })
  const { stdin } = call.around.command
  if (stdin.from === 'text') call.around.script(stdin.text, { certainty: 'possible' })
  else if (!call.has('-d', '-r')) call.exec('dynamic-command')
}

const LOOKS =
  /^(?:status|show|list-.*|is-.*|cat|help|get-default|list|print|blame|version|dump|print-.*|--status-all)$/

const services = (call: ProgramCall): void => {
  const words = call.operands.map((word) => textOf(word) ?? '')
  const verb =
    call.name === 'service' || call.name === 'rc-service'
      ? (words[1] ?? words[0] ?? 'list')
      : (words[0] ?? 'list')
  if (LOOKS.test(verb)) return
  if (
    /^(?:enable|reenable|preset|link|edit|set-default|load|bootstrap|submit|add|import-environment|daemon-reload|set-environment)$/.test(
      verb,
    )
  )
    call.effect('persist', { name: call.name })
  else if (
    /^(?:disable|mask|stop|kill|unload|bootout|remove|del|isolate|rescue|emergency|halt|poweroff|reboot|kexec|suspend|hibernate)$/.test(
      verb,
    )
  )
    call.effect('destroy.system', { certainty: 'possible' })
  else call.effect('privilege', { name: call.name })
}

/** Killing the client or the gate leaves the session without its gate. */
const kills = (call: ProgramCall): void => {
  const named = /claude|isonapse/i
  const words = call.operands
  if (call.has('-l', '-L') && words.length === 0) return
  if (words.some((word) => named.test(word.text))) call.effect('tamper', { name: 'client-process' })
  else if (words.some((word) => word.is === 'dynamic' && mentions(call, word.source, named)))
    call.effect('tamper', { name: 'client-process' })
  if (call.name === 'kill') {
    // Process 1 and -1 are everything that the user runs.
    if (
      call.args.some((word, at) => word.text === '-1' && at > 0) ||
      words.some((word) => word.text === '-1' || word.text === '1')
    )
      call.effect('destroy.system')
  } else if (call.has('-u', '-U') && words.length === 0) call.effect('destroy.system')
}

const mentions = (call: ProgramCall, range: CommandRange | undefined, pattern: RegExp): boolean =>
  call.commandsIn(range).some((command) => command.words.some((word) => pattern.test(word.text)))

/** Administration tools: what only shows is told by its verb or option. */
const administers = (call: ProgramCall): void => {
  const [first] = call.args
  const shows = first === undefined ? LOOKS_BARE.has(call.name) : SHOWS.test(first.text)
  if (!shows) call.effect('privilege', { name: call.name })
}

const SHOWS =
  /^-{0,2}(?:get|list|show|status|print|read|display|assess|query|help|version|search|info|verify)/i
const LOOKS_BARE = new Set(['timedatectl', 'hostnamectl', 'localectl', 'scutil', 'csrutil'])

const mountTarget = (call: ProgramCall): void => {
  if (call.operands.length === 0) return
  call.effect('privilege', { name: call.name })
}

const settings = (call: ProgramCall): void => {
  const [verb, domain] = call.operands
  const word = textOf(verb)
  if (word === undefined || /^(?:read|find|domains|help|read-type|export)$/.test(word)) return
  call.effect(/login|launchd|loginwindow/i.test(domain?.text ?? '') ? 'persist' : 'fs.write', {
    name: 'defaults',
  })
}

const disks = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0]) ?? ''
  if (
    /^(?:list|info|activity|listFilesystems|verifyVolume|verifyDisk|apfs)?$/i.test(verb) &&
    !/delete|erase/i.test(call.args.map((word) => word.text).join(' '))
  )
    return
  call.effect('destroy.system')
}

const filter = (call: ProgramCall): void => {
  if (
    call.has('-L', '-S', '--list', '--list-rules', '-n') ||
    /^(?:status|list|show)$/.test(textOf(call.operands[0]) ?? '')
  )
    return
  call.effect('privilege', { name: call.name })
}

const link = (call: ProgramCall): void => {
  const changes = call.operands.some((word) =>
    /^(?:set|add|del|delete|flush|change|replace|up|down)$/.test(word.text),
  )
  if (changes) call.effect('privilege', { name: call.name })
}

const opens = (call: ProgramCall): void => {
  for (const word of call.operands)
    if (/^https?:/.test(word.text)) call.take('fetch', word)
    else call.take('read', word)
  call.effect('spawn', { name: call.name })
}

const sysctl = (call: ProgramCall): void => {
  if (
    call.has('-w', '-p', '--load', '--system') ||
    call.operands.some((word) => word.text.includes('='))
  )
    call.effect('privilege', { name: 'sysctl' })
}

const power = (call: ProgramCall): void => {
  if (!call.has('--help', '--show', '-c')) call.effect('destroy.system')
}

export const SYSTEM: ReadonlyArray<ProgramRow> = [
  {
    names:
      'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mke2fs mkswap wipefs fdisk sfdisk cfdisk gdisk sgdisk ' +
      'parted blkdiscard hdparm badblocks cryptsetup lvremove vgremove pvremove zpool zfs mdadm newfs newfs_hfs format tune2fs e2fsck fsck',
    does: ['destroy.system'],
    examples: [
      'mkfs.ext4 /dev/sda1 => destroy.system',
      'wipefs -a /dev/sda => destroy.system',
      'fdisk --version =>',
    ],
  },
  {
    names: 'diskutil hdiutil',
    run: disks,
    examples: ['diskutil list =>', 'diskutil eraseDisk JHFS+ x disk0 => destroy.system'],
  },
  {
    names: 'shutdown reboot halt poweroff init telinit pmset',
    run: power,
    examples: ['reboot => destroy.system', 'shutdown -h now => destroy.system'],
  },
  {
    names: 'crontab',
    options: { '-u': 'data' },
    run: schedule,
    examples: [
      'crontab -l =>',
      'crontab a.cron => fs.read a.cron, persist crontab',
      'echo x | crontab - => persist crontab',
    ],
  },
  {
    names: 'at batch atq atrm',
    options: { '-f': 'read', '-q -t': 'data' },
    run: later,
    examples: ['at -l =>', 'echo rm | at now => persist at, exec at, opaque dynamic-command'],
  },
  {
    names:
      'systemctl service launchctl rc-service rc-update chkconfig update-rc.d sv supervisorctl loginctl',
    options: { '-t --type -p --property -n -o -H -M': 'data' },
    run: services,
    examples: [
      'systemctl status x =>',
      'systemctl enable x => persist systemctl',
      'launchctl load a.plist => persist launchctl',
      'systemctl stop x => destroy.system',
      'service nginx restart => privilege service',
      'systemctl list-units =>',
    ],
  },
  {
    names: 'kill pkill killall xkill skill',
    style: 'long',
    options: { '-s --signal': 'data' },
    run: kills,
    examples: [
      'kill 1234 =>',
      'pkill claude => tamper client-process',
      'kill -9 -1 => destroy.system',
      'killall node =>',
      'kill $(pgrep isonapse) => tamper client-process',
      'kill -9 -- -1 => destroy.system',
    ],
  },
  {
    names: 'mount umount losetup swapoff swapon fusermount insmod rmmod modprobe kexec',
    run: mountTarget,
    examples: ['mount =>', 'umount /mnt => privilege umount'],
  },
  {
    names:
      'useradd userdel usermod adduser deluser groupadd groupdel groupmod passwd chpasswd chsh chfn visudo vipw newgrp gpasswd dscl dseditgroup ' +
      'setcap setenforce semanage restorecon apparmor_parser update-alternatives alternatives ldconfig update-grub grub-install dpkg-reconfigure ' +
      'timedatectl hostnamectl localectl csrutil spctl nvram bless tccutil scutil networksetup authselect',
    style: 'long',
    run: administers,
    examples: ['useradd x => privilege useradd', 'passwd root => privilege passwd'],
  },
  {
    names: 'iptables ip6tables nft ufw firewall-cmd pfctl ipset ebtables',
    options: { '-t': 'data' },
    run: filter,
    examples: ['iptables -F => privilege iptables', 'ufw status =>', 'iptables -L =>'],
  },
  {
    names:
      'ip ifconfig route nmcli iw iwconfig ethtool tc brctl arp ss netstat lsof fuser dmesg journalctl sar iotop iftop nethogs',
    run: link,
    examples: ['ip addr =>', 'ip link set eth0 down => privilege ip', 'lsof -i =>'],
  },
  { names: 'sysctl', run: sysctl, examples: ['sysctl -a =>', 'sysctl -w a=1 => privilege sysctl'] },
  {
    names: 'defaults',
    run: settings,
    examples: ['defaults read x =>', 'defaults write x a 1 => fs.write defaults'],
  },
  {
    names: 'open xdg-open start explorer say notify-send',
    run: opens,
    examples: ['open a.html => fs.read a.html, spawn open'],
  },
  { names: 'logrotate updatedb', does: ['fs.write'], examples: ['updatedb => fs.write'] },
]
