// Programs of macOS that show or change its settings, packages, indexes, profiles and backups.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, textOf } from '../word.ts'
import { names, showsOnly, verbOf } from './showing.ts'

const changes = (call: ProgramCall): void => call.effect('privilege', { name: call.name })

const LOGIN = /login|launchd|loginwindow|LaunchServices/i

/** What an application is told by its settings, in the property list of its domain. */
const settings = (call: ProgramCall): void => {
  const [verb, domain] = [verbOf(call), call.operands[1]]
  if (/^(?:read|find|domains|help|read-type|)$/.test(verb)) return
  if (verb === 'export') {
    const file = call.operands[2]
    if (file !== undefined) call.take('write', file)
    return
  }
  const of = domain === undefined ? '' : headOf(domain)
  if (LOGIN.test(of)) call.effect('persist', { name: 'defaults' })
  const path = /^[\w.-]+$/.test(of) ? `${call.home}/Library/Preferences/${of}.plist` : undefined
  if (path !== undefined) call.effect('fs.write', { path })
  else if (domain !== undefined && of.startsWith('/')) call.take('write', domain)
  else call.effect('fs.write', { name: 'defaults' })
}

const BACKUP_SHOWS = names(
  'listbackups latestbackup listlocalsnapshots listlocalsnapshotdates machinedirectory uniquesize verifychecksums compare calculatedrift destinationinfo ' +
    'status isexcluded version help currentphase',
)

const backups = (call: ProgramCall): void => {
  const verb = verbOf(call)
  if (verb === '' || BACKUP_SHOWS.has(verb)) return
  if (/^(?:delete|thin)/.test(verb)) call.effect('destroy.data', { name: 'backup' })
  else if (verb === 'restore') {
    const target = call.operands.at(-1)
    if (target !== undefined) call.take('change', target)
  } else changes(call)
}

const RECEIPTS =
  /^--(?:pkgs(?:-plist)?|packages|files|lsbom|export-plist|pkg-info(?:-plist)?|pkg-groups|groups|group-pkgs|file-info(?:-plist)?|payload-files|check-signature|regexp|volume|only-files|only-dirs|verbose|help|force|edition)$|^-[vfhd]$/

const receipts = (call: ProgramCall): void => {
  const [source, target] = call.operands
  if (call.has('--expand', '--expand-full')) {
    if (source !== undefined) call.take('read', source)
    if (target !== undefined) call.take('write', target)
    call.opaque('archive-content')
  } else if (call.has('--flatten', '--flatten-full', '--bom')) {
    if (source !== undefined) call.take('read', source)
    if (target !== undefined) call.take('write', target)
    else call.effect('fs.write', { path: '/tmp' })
  } else if (call.has('--forget')) call.effect('destroy.data', { name: 'receipt' })
  else if (call.open || ![...call.flagNames].every((flag) => RECEIPTS.test(flag))) changes(call)
}

const importer = (call: ProgramCall): void => {
  if (call.args.length === 0) return
  if (call.has('-t', '-L', '-X', '-A') && !call.has('-i', '-r', '-g', '-p')) {
    for (const word of call.operands) call.take('read', word)
    return
  }
  // Text of the files goes into the index of the machine.
  call.effect('fs.write', { name: 'spotlight' })
}

const attributes = (call: ProgramCall): void => {
  const [writes, removes, clears] = [call.has('-w'), call.has('-d'), call.has('-c')]
  const skip = writes ? 2 : removes || call.has('-p') ? 1 : 0
  const [name] = call.operands
  // Without this mark, a file from the network is opened without a question.
  if (clears || (removes && /quarantine/i.test(name?.text ?? 'quarantine')))
    call.effect('privilege', { name: 'quarantine' })
  for (const word of call.operands.slice(skip))
    call.take(writes || removes || clears ? (call.has('-r') ? 'change' : 'write') : 'list', word)
}

const PROGRAM_FILE =
  /\.(?:app|command|tool|terminal|workflow|pkg|mpkg|prefpane|scpt|desktop|appimage|jar|exe|bat|cmd|msi|ps1|vbs|inetloc|webloc|url)\/?$/i

const opens = (call: ProgramCall): void => {
  for (const word of call.operands) {
    const text = textOf(word) ?? ''
    if (/^[a-z][\w+.-]+:\/\//i.test(headOf(word)) && !/^file:/i.test(text)) call.take('fetch', word)
    else if (/^mailto:/i.test(text)) call.effect('net.send', { name: 'mail' })
    else if (PROGRAM_FILE.test(text)) call.runFile(word)
    else if (call.has('-R')) call.take('list', word)
    else call.take('read', word)
  }
  const program = call.value('-a')
  if (program?.text.includes('/') === true) call.runFile(program)
  call.effect('spawn', { name: call.name })
}

const properties = (call: ProgramCall): void => {
  const commands = call.valuesOf('-c').map((word) => textOf(word) ?? '')
  const shows =
    commands.length > 0 && commands.every((text) => /^(?:Print|Help|Exit)\b/i.test(text))
  for (const word of call.operands) call.take(shows ? 'read' : 'write', word)
}

export const MACOS: ReadonlyArray<ProgramRow> = [
  {
    names: 'defaults',
    options: { '-host': 'data' },
    style: 'long',
    run: settings,
    examples: [
      'defaults read x =>',
      'defaults -host me read x =>',
      'defaults write com.x a 1 => fs.write ~/Library/Preferences/com.x.plist',
      'defaults delete x => fs.write ~/Library/Preferences/x.plist',
      'defaults export x - =>',
      'defaults write com.apple.loginitems a 1 => persist defaults, fs.write ~/Library/Preferences/com.apple.loginitems.plist',
    ],
  },
  {
    names: 'PlistBuddy plistbuddy',
    options: { '-c': 'data' },
    run: properties,
    examples: [
      'PlistBuddy -c "Print :a" Info.plist => fs.read Info.plist',
      'PlistBuddy -c "Set :a 1" Info.plist => fs.write Info.plist',
    ],
  },
  {
    names: 'tmutil',
    style: 'long',
    options: { '-d -t': 'data' },
    run: backups,
    examples: [
      'tmutil listbackups =>',
      'tmutil delete /Volumes/b/x => destroy.data backup',
      'tmutil disable => privilege tmutil',
    ],
  },
  {
    names: 'pkgutil',
    options: {
      '--volume --edition --lsbom --files --pkg-info --pkg-info-plist --export-plist --group-pkgs --file-info --file-info-plist --pkg-groups --forget':
        'data',
      '--payload-files --check-signature': 'read',
    },
    run: receipts,
    examples: [
      'pkgutil --pkgs =>',
      'pkgutil --files com.x =>',
      'pkgutil --payload-files a.pkg => fs.read a.pkg',
      'pkgutil --expand a.pkg out => fs.read a.pkg, fs.write out, opaque archive-content',
      'pkgutil --forget com.x => destroy.data receipt',
      'pkgutil --learn x => privilege pkgutil',
    ],
  },
  {
    names: 'profiles',
    style: 'long',
    run: (call) => {
      const shown = /^(?:status|list|show|validate|help|version)$/.test(verbOf(call))
      if (!shown && !call.hasExactly('-P', '-L', '-C', '-h'))
        call.effect('persist', { name: 'profile' })
    },
    examples: ['profiles list =>', 'profiles install -path a => persist profile'],
  },
  {
    names: 'mdimport',
    options: { '-d -o -u -s': 'data' },
    run: importer,
    examples: [
      'mdimport -L =>',
      'mdimport -t -d1 a => fs.read a',
      'mdimport a => fs.write spotlight',
    ],
  },
  {
    names: 'mdutil',
    options: { '-i': 'data' },
    run: (call) => {
      if (!showsOnly(call, names('-s -a -v'))) changes(call)
    },
    examples: ['mdutil -s / =>', 'mdutil -i off / => privilege mdutil'],
  },
  {
    names: 'xattr',
    run: attributes,
    examples: [
      'xattr -l a => fs.read a',
      'xattr -p com.x a => fs.read a',
      'xattr -w com.x 1 a => fs.write a',
      'xattr -d com.apple.quarantine a => privilege quarantine, fs.write a',
      'xattr -cr a.app => privilege quarantine, fs.write a.app',
    ],
  },
  {
    names: 'open xdg-open start explorer gnome-open kde-open exo-open gio-open wslview cygstart',
    options: { '-a -b --stdin --stdout --stderr --env --arch': 'data' },
    run: opens,
    examples: [
      'open a.html => fs.read a.html, spawn open',
      'open https://x.example/a => net.fetch x.example, spawn open',
      'open -a Preview a.png => fs.read a.png, spawn open',
      'open ./x.command => exec open, opaque unread-script, spawn open',
      'open -a ~/x.app => exec open, opaque outside-code, spawn open',
    ],
  },
  {
    names: 'xcode-select',
    run: (call) => {
      if (!showsOnly(call, names('-p --print-path -v --version -h'))) changes(call)
    },
    examples: ['xcode-select -p =>', 'xcode-select -s x => privilege xcode-select'],
  },
  {
    names: 'installer',
    options: { '-pkg -package': 'file', '-target -tgt -file -lang': 'data' },
    style: 'long',
    run: (call) => {
      if (call.value('-pkg', '-package') !== undefined) changes(call)
    },
    examples: [
      'installer -pkg a.pkg -target / => exec installer, opaque unread-script, privilege installer',
    ],
  },
  {
    names: 'automator shortcuts',
    run: (call) => {
      if (call.name === 'automator') {
        const [file] = call.operands
        if (file !== undefined) call.runFile(file)
      } else if (verbOf(call) === 'run') call.exec('outside-code')
      else if (verbOf(call) === 'sign') call.takeDirectory('write')
    },
    examples: ['shortcuts list =>', 'shortcuts run x => exec shortcuts, opaque outside-code'],
  },
  {
    names: 'lsregister dot_clean SetFile chflags',
    options: { '-a -c -d -m -t': 'data' },
    run: (call) => {
      for (const word of call.name === 'chflags' ? call.operands.slice(1) : call.operands)
        call.take(call.has('-R') ? 'change' : 'write', word)
    },
    examples: ['chflags hidden a => fs.write a', 'SetFile -a V a => fs.write a'],
  },
  {
    names:
      'vm_stat memory_pressure powermetrics ioreg system_profiler nettop airport GetFileInfo zprint kextstat fs_usage',
    operands: ['data'],
    examples: ['vm_stat =>', 'system_profiler SPHardwareDataType =>'],
  },
  {
    names: 'terminal-notifier',
    options: {
      '-execute': 'script',
      '-open': 'fetch',
      '-title -message -subtitle -sound -group -sender -activate': 'data',
    },
    style: 'long',
    examples: [
      'terminal-notifier -message x =>',
      'terminal-notifier -execute "rm a" => fs.delete a',
    ],
  },
]
