// Programs that manage users, rights, kernel modules and the machine's own settings.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { names, settingUnless, settingUnlessOnly, showsOnly, verbOf } from './showing.ts'

const even = (call: ProgramCall): void => call.effect('privilege', { name: call.name })

/** The verb follows the data source, with a dash or without. */
const directory = (call: ProgramCall): void => {
  const at = call.args.findIndex((word) => !/^-(?:p|f|q|raw|plist|url|u|P)$/.test(word.text))
  const verb = textOf(call.args[at + 1])?.replace(/^-/, '') ?? ''
  if (at < 0 || /^(?:read|readall|readpl|readpli|list|search|diff|cat|)$/.test(verb)) return
  if (verb.startsWith('delete')) call.effect('destroy.data', { name: 'directory' })
  call.effect('privilege', { name: 'dscl' })
}

const kernel = (call: ProgramCall): void => {
  const writes =
    call.has('-w', '--write', '-p', '--load', '-f', '--system') ||
    call.operands.some((word) => word.text.includes('=') || word.is === 'dynamic')
  if (writes) call.effect('privilege', { name: 'sysctl' })
}

const bare = (verbs: string) => (call: ProgramCall) => {
  if (call.operands.length > 1 || !names(verbs).has(verbOf(call)))
    call.effect('privilege', { name: call.name })
}

const firmware = (call: ProgramCall): void => {
  const shows = names('-p -x -v --verbose')
  if (!showsOnly(call, shows) || call.operands.some((word) => /=/.test(word.text)))
    call.effect('privilege', { name: call.name })
}

/** A link that all users' commands go through. */
const alternatives = (call: ProgramCall): void => {
  const shows = names('--display --query --list --get-selections --verbose --altdir --admindir -q')
  if (!showsOnly(call, shows)) call.effect('privilege', { name: call.name })
}

export const ACCOUNTS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'useradd userdel usermod adduser deluser addgroup delgroup groupadd groupdel groupmod groupmems newusers chpasswd chgpasswd chsh chfn vipw vigr ' +
      'gpasswd dsenableroot setcap setenforce restorecon apparmor_parser aa-complain aa-disable aa-enforce aa-teardown pam-auth-update ' +
      'dpkg-reconfigure grub-install update-grub grub-mkconfig grub2-mkconfig update-initramfs dracut mkinitcpio insmod rmmod kexec kextload ' +
      'kextunload depmod setsebool authconfig flashrom fwupdmgr chcon swapspace setterm',
    run: even,
    examples: [
      'useradd x => privilege useradd',
      'setcap cap_net_raw+ep a => privilege setcap',
      'insmod a.ko => privilege insmod',
    ],
  },
  {
    names: 'ldconfig',
    run: (call) => {
      if (!call.has('-p', '--print-cache', '-N', '-V')) even(call)
    },
    examples: ['ldconfig -p =>', 'ldconfig => privilege ldconfig'],
  },
  {
    names: 'visudo newgrp dhclient dhcpcd',
    run: (call) => {
      if (!call.has('-c', '--check')) even(call)
    },
    examples: ['visudo => privilege visudo', 'visudo -c =>'],
  },
  {
    names: 'passwd chage faillock pwck grpck pwpolicy',
    style: 'long',
    run: (call) => {
      const shows = names(
        '-S --status -l --list -r --read-only -getaccountpolicies -getglobalpolicy -a',
      )
      const locks = call.name === 'passwd' && call.hasExactly('-l')
      if (locks || call.flagNames.size === 0 || !showsOnly(call, shows)) even(call)
    },
    examples: [
      'passwd root => privilege passwd',
      'passwd -S root =>',
      'chage -l root =>',
      'passwd -l root => privilege passwd',
    ],
  },
  {
    names: 'dscl',
    run: directory,
    examples: [
      'dscl . -read /Users/me =>',
      'dscl . list /Users =>',
      'dscl -plist . -read /Users/me =>',
      'dscl . -delete /Users/me => destroy.data directory, privilege dscl',
      'dscl . -create /Users/me => privilege dscl',
    ],
  },
  {
    names: 'dseditgroup',
    options: { '-o -u -P -n -a -d -t -i -g -r -c -s -k': 'data' },
    run: (call) => {
      const action = textOf(call.value('-o')) ?? 'read'
      if (!/^(?:read|checkmember)$/.test(action)) even(call)
    },
    examples: [
      'dseditgroup -o read admin =>',
      'dseditgroup -o edit -a me admin => privilege dseditgroup',
    ],
  },
  {
    names: 'modprobe',
    options: { '-C --config -d --dirname -S': 'data' },
    run: (call) => {
      if (!call.has('-n', '--dry-run', '--show', '-D', '--show-depends', '-c', '--showconfig'))
        even(call)
    },
    examples: ['modprobe x => privilege modprobe', 'modprobe -n x =>'],
  },
  {
    names: 'sysctl',
    run: kernel,
    examples: [
      'sysctl -a =>',
      'sysctl -w a=1 => privilege sysctl',
      'sysctl -f a => privilege sysctl',
    ],
  },
  {
    names: 'timedatectl',
    run: settingUnless(' status show list-timezones timesync-status show-timesync'),
    examples: ['timedatectl =>', 'timedatectl set-ntp off => privilege timedatectl'],
  },
  {
    names: 'hostnamectl localectl',
    run: bare(
      ' status show hostname location chassis deployment icon-name list-locales list-keymaps list-x11-keymap-models',
    ),
    examples: [
      'hostnamectl =>',
      'hostnamectl set-hostname x => privilege hostnamectl',
      'hostnamectl hostname x => privilege hostnamectl',
    ],
  },
  {
    names: 'hwclock',
    run: settingUnlessOnly('-r --show --get -v --verbose -u --utc -l --localtime'),
    examples: ['hwclock --show =>', 'hwclock -w => privilege hwclock'],
  },
  {
    names: 'update-alternatives alternatives update-java-alternatives archlinux-java',
    run: alternatives,
    examples: [
      'update-alternatives --display editor =>',
      'update-alternatives --set editor /usr/bin/vim => privilege update-alternatives',
    ],
  },
  {
    names: 'semanage auditctl aa-status semodule getsebool',
    run: settingUnlessOnly('-l --list -s --json --status -lfull --list-modules'),
    examples: ['auditctl -l =>', 'auditctl -D => privilege auditctl'],
  },
  {
    names: 'efibootmgr',
    run: settingUnlessOnly('-v --verbose -u --unicode'),
    examples: ['efibootmgr =>', 'efibootmgr -b 0 -B => privilege efibootmgr'],
  },
  {
    names: 'nvram',
    style: 'long',
    run: firmware,
    examples: [
      'nvram -p =>',
      'nvram boot-args=x => privilege nvram',
      'nvram -c => privilege nvram',
    ],
  },
  {
    names: 'csrutil',
    run: (call) => {
      const [verb, inner] = [verbOf(call), verbOf(call, 1)]
      const shown = verb === 'authenticated-root' ? inner : verb
      if (!/^(?:status|report|)$/.test(shown)) even(call)
    },
    examples: ['csrutil status =>', 'csrutil disable => privilege csrutil'],
  },
  {
    names: 'tccutil bless kmutil sysadminctl authselect systemextensionsctl fdesetup',
    style: 'long',
    run: (call) => {
      const shown =
        /^(?:list|current|check|status|showloaded|isactive|supportsauthrestart|haspersonalrecoverykey|usingrecoverykey|inspect|print-diagnostics)?$/
      const flags = names('--info --getBoot -getBoot -info -secureTokenStatus -autologin --help')
      const verb = verbOf(call)
      const asked = [...call.flagNames].some((flag) => flags.has(flag))
      if (!asked && (verb === '' ? call.args.length > 0 : !shown.test(verb))) even(call)
    },
    examples: [
      'tccutil reset All => privilege tccutil',
      'fdesetup status =>',
      'sysadminctl -addUser x => privilege sysadminctl',
    ],
  },
  {
    names: 'systemsetup',
    style: 'long',
    run: (call) => {
      const [flag] = call.args
      if (flag !== undefined && !/^-(?:get|list|help|print|version)/.test(flag.text)) even(call)
    },
    examples: [
      'systemsetup -gettimezone =>',
      'systemsetup -settimezone x => privilege systemsetup',
    ],
  },
  {
    names: 'softwareupdate',
    run: settingUnlessOnly('-l --list --history --list-full-installers --all --no-scan --products'),
    examples: ['softwareupdate -l =>', 'softwareupdate -ia => privilege softwareupdate'],
  },
  {
    names: 'pmset',
    style: 'long',
    run: (call) => {
      if (call.args.length > 0 && !call.hasExactly('-g')) even(call)
    },
    examples: ['pmset -g batt =>', 'pmset sleepnow => privilege pmset'],
  },
]
