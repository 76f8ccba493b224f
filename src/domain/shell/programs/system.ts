// Programs that only tell about the machine, and small ones that change one thing of it.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { verbOf } from './showing.ts'

/** Sets what it would otherwise print. */
const setsOperand = (call: ProgramCall): void => {
  if (call.operands.length > 0) call.effect('privilege', { name: call.name })
}

const graphics = (call: ProgramCall): void => {
  const sets = [...call.flagNames].some((flag) =>
    /^(?:-pl|-pm|-lgc|-rgc|-r|--gpu-reset|--power-limit|--persistence-mode|-mig|--multi-instance-gpu|-c|--compute-mode|-e|--ecc-config|-p|--reset-ecc-errors|-ac|-rac|-lmc|-rmc)$/.test(
      flag,
    ),
  )
  if (sets || /^(?:mig|drain|clocks)$/.test(verbOf(call)))
    call.effect('privilege', { name: call.name })
}

/** Reading the clipboard shows whatever was copied last, a password too. */
const clipboard = (call: ProgramCall): void => {
  const pastes =
    /^(?:pbpaste|wl-paste|Get-Clipboard)$/.test(call.name) ||
    (/^(?:xclip|xsel)$/.test(call.name) &&
      call.hasExactly('-o', '-out', '--output', '-selection-o'))
  if (pastes) call.effect('secret.read', { name: 'clipboard', certainty: 'possible' })
  else for (const word of call.operands) call.take(call.name === 'xclip' ? 'read' : 'data', word)
}

/** `!` in a program of dc hands the line to a shell. */
const deskCalculator = (call: ProgramCall): void => {
  for (const word of call.valuesOf('-e', '--expression'))
    if (word.text.includes('!')) call.exec('inline-code')
  for (const word of call.operands) call.take('file', word)
}

const settingsOfDisplay = (call: ProgramCall): void => {
  if (call.operands.length === 0 && call.flagNames.size === 0) return
  if (
    !call.hasExactly(
      '-q',
      '--query',
      '--verbose',
      '--listmonitors',
      '--listproviders',
      '--prop',
      '--current',
    )
  )
    call.effect('privilege', { name: call.name })
}

/** A time without a plus sign is one to be set. */
const clock = (call: ProgramCall): void => {
  const sets =
    // `-Iseconds` holds no -s.
    call.args.some((word) => /^(?:-[a-zA-HJ-Z]*s|--s)/.test(word.text)) ||
    (!call.has('-j') && call.operands.some((word) => /^\d{4,12}(?:\.\d\d)?$/.test(word.text)))
  if (sets) call.effect('privilege', { name: 'clock' })
  // Lines that are no dates are printed. On macOS `-f` is a format, beside `-j`.
  if (!call.has('-j')) for (const list of call.valuesOf('-f', '--file')) call.take('read', list)
}

/** What was typed in this session and before. */
const typed = (call: ProgramCall): void => {
  if (call.has('-c', '-d')) call.effect('destroy.data', { name: 'shell-history' })
  for (const word of call.operands)
    if (call.has('-w', '-a')) call.take('write', word)
    else if (call.has('-r', '-n')) call.take('read', word)
}

const manual = (call: ProgramCall): void => {
  const { operands } = call
  for (const word of operands) if (word.text.includes('/')) call.take('read', word)
}

export const SYSTEM: ReadonlyArray<ProgramRow> = [
  {
    names: 'pv',
    options: {
      '-o --output': 'write',
      '-P --pidfile': 'write',
      '-s --size -i --interval -w --width -H --height -N --name -L --rate-limit -B --buffer-size -D --delay-start -F --format -d --watchfd -R --remote -m --average-rate-window':
        'data',
    },
    operands: ['read'],
    examples: ['pv a.txt => fs.read a.txt', 'pv -o ../b a => fs.write ~/b, fs.read a'],
  },
  {
    names: 'date gdate',
    options: { '-d --date -f --file -r --reference -v -s --set --iso-8601 --rfc-3339': 'data' },
    run: clock,
    examples: [
      'date +%s =>',
      'date -Iseconds =>',
      'date -s 10:00 => privilege clock',
      'date 01011200 => privilege clock',
      'date -j -f %s 12345678 +%F =>',
      'date -f .env => fs.read .env, secret.read .env',
    ],
  },
  {
    names: 'history',
    options: { '-d': 'data' },
    run: typed,
    examples: ['history 20 =>', 'history -c => destroy.data shell-history'],
  },
  {
    names: 'man info',
    options: {
      '-P --pager -H --html -B': 'script',
      '-M --manpath -C --config-file -S -s -e -L -m -R -r -f --file -n --node': 'data',
      '-o --output': 'write',
    },
    run: manual,
    examples: ['man ls =>', 'man -P "rm a" ls => fs.delete a'],
  },
  {
    names:
      'lsns lsipc lslocks lslogins lsfd modinfo getcap getenforce sestatus tload pidstat dstat nmon glances bpytop bashtop acpi sensors ' +
      'upower inxi neofetch fastfetch screenfetch hwinfo dmidecode lshw vainfo glxinfo glxgears vulkaninfo clinfo xdpyinfo xprop xwininfo lstopo ' +
      'pmap pwdx slabtop procinfo zdump tzselect units dpkg-architecture kernelversion pathchk errno ascii ' +
      'banner toilet fortune boxes cmatrix kextfind sync fsync aa-enabled systemd-detect-virt ' +
      'systemd-path systemd-cgls systemd-cgtop systemd-delta hostid uuid uuidparse pwgen mkpasswd mcookie nvtop radeontop intel_gpu_top ' +
      'ccze tspin command-not-found lsinitramfs needs-restarting checkrestart ntpq',
    operands: ['data'],
    examples: ['lslocks =>', 'modinfo ext4 =>', 'sync =>'],
  },
  {
    names: 'hostname domainname nisdomainname ypdomainname dnsdomainname setxkbmap',
    run: setsOperand,
    options: { '-F --file': 'read' },
    examples: ['hostname -f =>', 'domainname =>', 'domainname x => privilege domainname'],
  },
  {
    names: 'nvidia-smi rocm-smi',
    options: { '-i --id -l --loop -lms -f --filename -d --display -pl -pm -mig -c': 'data' },
    style: 'long',
    run: graphics,
    examples: ['nvidia-smi =>', 'nvidia-smi -L =>', 'nvidia-smi -pl 100 => privilege nvidia-smi'],
  },
  {
    names: 'xrandr xset xinput',
    style: 'long',
    run: settingsOfDisplay,
    examples: ['xrandr --query =>', 'xset s off => privilege xset'],
  },
  {
    names: 'pbpaste xclip xsel wl-paste pbcopy wl-copy',
    style: 'long',
    options: { '-selection -sel -d -display -t -target -loops --type -pboard -Prefer': 'data' },
    run: clipboard,
    examples: [
      'pbpaste => secret.read clipboard',
      'echo x | pbcopy =>',
      'xclip -selection clipboard a.txt => fs.read a.txt',
      'xclip -selection clipboard -o => secret.read clipboard',
    ],
  },
  {
    names: 'dc',
    options: { '-e --expression': 'data', '-f --file': 'file' },
    run: deskCalculator,
    examples: ['dc -e "1 2 + p" =>', 'dc -e "!ls" => exec dc, opaque inline-code'],
  },
]
