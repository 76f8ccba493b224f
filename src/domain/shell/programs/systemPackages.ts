// Package managers of the system: they install for everybody, below folders that are nobody's
// project. Removing what the system stands on is `destroy.system`.
import type { OpaqueCode } from '../../action/opaque.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { inFolder, isLocalPackage } from './packageRunners.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }

/** Packages without which a machine does not start, log in or repair itself. */
const ESSENTIAL =
  /^(?:libc6|libc-bin|glibc|musl|dpkg|apt|rpm|dnf|yum|pacman|apk-tools|zypper|bash|dash|coreutils|busybox|util-linux|systemd(?:-sysv)?|init|sysvinit|openrc|grub[\w-]*|linux-image[\w.+-]*|linux|kernel[\w.-]*|base-files|base|filesystem|login|passwd|shadow|sudo|mount|e2fsprogs|libpam[\w-]*|alpine-base|ubuntu-minimal|network-?manager|netplan\.io)$/i

const installs = (call: ProgramCall, folder: string, code: OpaqueCode): void => {
  call.effect('net.fetch')
  if (call.has('--dry-run', '--simulate', '--just-print', '--download-only', '--assumeno')) return
  inFolder(call, 'fs.write', folder)
  call.exec(code)
}

const removes = (call: ProgramCall): void => {
  if (call.has('--dry-run', '--simulate', '--just-print', '--assumeno')) return
  const gravely =
    call.has('--allow-remove-essential', '--nodeps', '--force-all', '--force-remove-essential') ||
    call.operands.some((word) => ESSENTIAL.test(word.text) || /^[*?]+$/.test(word.text))
  if (gravely) call.effect('destroy.system', { name: 'system-packages' })
  else call.effect('fs.delete', { name: 'system-packages' })
}

const installsTo = (folder: string): Behaviour => ({
  run: (call) => installs(call, folder, call.operands.length > 0 ? 'new-package' : 'package-code'),
})
const upgradesIn = (folder: string): Behaviour => ({
  run: (call) => installs(call, folder, 'package-code'),
})
const writesTo = (folder: string): Behaviour => ({
  run: (call) => {
    if (!call.has('--dry-run') && !call.hasExactly('-n')) inFolder(call, 'fs.write', folder)
  },
})
const clears = (folder: string): Behaviour => ({
  run: (call) => {
    if (!call.has('--dry-run') && !call.hasExactly('-n')) inFolder(call, 'fs.delete', folder)
  },
})
const REMOVES: Behaviour = { run: removes }

/** `apt-get -s` and `apt -y`: short options of the apt family. */
const aptOnly = (behaviour: Behaviour): Behaviour => ({
  ...behaviour,
  run: (call) => {
    if (call.hasExactly('-s')) return
    behaviour.run?.(call)
  },
})

/** pacman, rpm, dpkg and their kind say what they do by their first letters. */
const byLetters =
  (kinds: { readonly looks: RegExp; readonly removes: RegExp; readonly installs: RegExp }) =>
  (call: ProgramCall): void => {
    const macros = ['--define', '--eval', '--load', '--macros', '--rcfile', '--pipe', '--hookdir']
    if (call.has(...macros) || call.hasExactly('-E', '-D')) call.exec('environment-code')
    const words = call.args.filter((word) => word.text.startsWith('-')).map((word) => word.text)
    const text = words.join(' ')
    if (text === '' && call.operands.length === 0) return
    if (kinds.removes.test(text)) {
      removes(call)
      return
    }
    if (kinds.looks.test(text)) {
      for (const word of call.operands) if (isLocalPackage(word)) call.take('read', word)
      return
    }
    if (kinds.installs.test(text))
      installs(call, '/usr', call.operands.length > 0 ? 'new-package' : 'package-code')
    else call.exec('unknown-subcommand')
  }

const serviced: Behaviour = {
  sub: {
    'list info': NOTHING,
    cleanup: clears('~/Library/LaunchAgents'),
  },
  other: { does: ['persist', 'exec', 'package-code'] },
}

const BREW = '/opt/homebrew'

const brewDry = (behaviour: Behaviour): Behaviour => ({
  ...behaviour,
  run: (call) => {
    if (call.hasExactly('-h')) return
    if (call.hasExactly('-n')) call.effect('net.fetch')
    else behaviour.run?.(call)
  },
})

const tapped = (call: ProgramCall): void => {
  if (call.operands.length === 0 && !call.has('--repair')) return
  installs(call, `${BREW}/Library/Taps`, 'new-package')
}

const switched = (folder: string): Behaviour => ({
  run: (call) => {
    const word = textOf(call.operands[0])
    if (word !== undefined && word !== 'state') inFolder(call, 'fs.write', folder)
  },
})

export const SYSTEM_PACKAGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'brew linuxbrew',
    sub: {
      'list ls search info abv home homepage desc deps uses leaves outdated config doctor dr log cat formula formulae casks commands command options missing tap-info which-formula livecheck shellenv help docs lint typecheck tests --prefix --cellar --cache --repository --repo --caskroom --env -v unbottled irb linkage prof sponsors':
        NOTHING,
      'audit style readall': {
        run: (call) => {
          if (call.has('--fix')) inFolder(call, 'fs.write', BREW)
          else call.exec('package-code')
        },
      },
      install: brewDry(installsTo(BREW)),
      'upgrade reinstall postinstall post_install migrate update up update-reset vendor-install vendor-gems install-bundler-gems update-test':
        brewDry(upgradesIn(BREW)),
      fetch: FETCHES,
      'uninstall remove rm autoremove untap': brewDry(REMOVES),
      tap: { run: tapped },
      'link ln unlink pin unpin switch edit extract create bump bump-formula-pr bump-cask-pr bottle unpack mirror developer-mode test test-bot sh ruby tap-new':
        writesTo(BREW),
      cleanup: clears(`${BREW}/Cellar`),
      'services service': serviced,
      'analytics developer': switched(BREW),
      bundle: {
        sub: {
          'check list': NOTHING,
          'dump add remove': { does: ['writes Brewfile'] },
          edit: { does: ['writes Brewfile'] },
          'cleanup env sh': {
            run: (call) => {
              if (call.has('--force')) removes(call)
              else call.exec('package-code')
            },
          },
          exec: { style: 'posix', run: (call) => call.runs(call.operands) },
          'install upgrade': upgradesIn(BREW),
        },
        run: (call) => installs(call, BREW, 'package-code'),
      },
      'gist-logs pr-publish pr-upload pr-pull dispatch-build-bottle': { does: ['net.send'] },
    },
    // `brew --prefix x` and its like print a path.
    run: (call) => {
      const asks = /^--(?:prefix|cellar|cache|repo|repository|caskroom|env|version)$/.test(
        call.args[0]?.text ?? '',
      )
      if (!asks && call.operands.length > 0) call.exec('unknown-subcommand')
    },
    examples: [
      'brew --prefix jq =>',
      'brew install jq => net.fetch, fs.write /opt/homebrew, exec brew, opaque new-package',
      'brew install -n jq => net.fetch',
      'brew list --versions =>',
      'brew upgrade => net.fetch, fs.write /opt/homebrew, exec brew, opaque package-code',
      'brew uninstall jq => fs.delete system-packages',
      'brew tap a/b => net.fetch, fs.write /opt/homebrew/Library/Taps, exec brew, opaque new-package',
      'brew tap =>',
      'brew services start x => persist, exec brew, opaque package-code',
      'brew services list =>',
      'brew cleanup -n =>',
      'brew cleanup => fs.delete /opt/homebrew/Cellar',
      'brew --prefix =>',
      'brew bundle => net.fetch, fs.write /opt/homebrew, exec brew, opaque package-code',
      'brew frob => exec brew, opaque unknown-subcommand',
    ],
  },
  {
    names: 'apt apt-get aptitude apt-cache apt-mark apt-key add-apt-repository apt-file',
    options: { '-t --target-release -o --option -c --config-file': 'data' },
    // Settings of apt name programs that it runs before and after its work.
    every: (call) => {
      const given = call.valuesOf('-o', '--option', '-c', '--config-file')
      if (given.some((word) => /invoke|cmd|proxy|dir::|hook|[$`/]/i.test(word.text)))
        call.exec('environment-code')
    },
    sub: {
      'list search show info policy depends rdepends madison changelog help showpkg pkgnames stats dump unmet showauto showmanual showhold check why why-not find':
        NOTHING,
      'download source': { does: ['net.fetch', 'writes .'] },
      'update edit-sources': aptOnly(upgradesIn('/var/lib/apt')),
      'install reinstall build-dep satisfy': aptOnly(installsTo('/usr')),
      'upgrade full-upgrade safe-upgrade dist-upgrade dselect-upgrade': aptOnly(upgradesIn('/usr')),
      'remove purge autoremove autopurge': aptOnly(REMOVES),
      'clean autoclean distclean': clears('/var/cache/apt'),
      'auto manual hold unhold': writesTo('/var/lib/apt'),
    },
    run: (call) => {
      if (call.operands.length === 0) return
      // Sources and keys: code from elsewhere under every name from now on.
      inFolder(call, 'fs.write', '/etc/apt')
      call.exec('new-package')
    },
    examples: [
      'apt list --installed =>',
      'apt-cache policy nginx =>',
      'apt list -o APT::Update::Pre-Invoke::="rm a" => exec apt, opaque environment-code',
      'apt-get update => net.fetch, fs.write /var/lib/apt, exec apt-get, opaque package-code',
      'apt-get install -y nginx => net.fetch, fs.write /usr, exec apt-get, opaque new-package',
      'apt-get -s install nginx =>',
      'apt-get remove nginx => fs.delete system-packages',
      'apt-get purge libc6 => destroy.system system-packages',
      'add-apt-repository ppa:a/b => fs.write /etc/apt, exec add-apt-repository, opaque new-package',
    ],
  },
  {
    names:
      'dnf yum microdnf tdnf zypper apk port snap flatpak emerge pkg xbps-install xbps-remove xbps-query',
    options: { '-c --config --repo --enablerepo --disablerepo --installroot --root': 'data' },
    sub: {
      'list ls search se show info if policy depends provides whatprovides files file repoquery repolist repos lr history changelog deps outdated doctor help version audit check check-update lu list-updates packages patches installed contents connections interfaces known find remotes remote-info remote-ls config dot stats which home cat status variants depends-tree why':
        FETCHES,
      'makecache refresh ref update-index selfupdate sync': upgradesIn('/var/cache'),
      'install in add reinstall localinstall groupinstall group module swap enable-repo addrepo ar import bucket pin remote-add':
        installsTo('/usr'),
      'upgrade up update dup dist-upgrade distro-sync patch fix': upgradesIn('/usr'),
      'remove rm erase del delete uninstall autoremove purge unmerge removerepo rr': REMOVES,
      'clean cc cleanup autoclean cache': clears('/var/cache'),
      'connect disconnect set unset enable disable start stop restart alias override mask':
        writesTo('/var/lib'),
      run: { style: 'posix', does: ['exec', 'package-code'] },
    },
    flags: { '-C --unmerge --depclean': ['fs.delete'] },
    run: (call) => {
      if (call.name === 'xbps-query' || call.has('--search', '--pretend', '--list')) return
      if (call.name === 'xbps-remove') removes(call)
      else if (call.operands.length > 0) installs(call, '/usr', 'new-package')
    },
    examples: [
      'dnf list installed => net.fetch',
      'dnf install -y x => net.fetch, fs.write /usr, exec dnf, opaque new-package',
      'apk add --no-cache curl => net.fetch, fs.write /usr, exec apk, opaque new-package',
      'apk del curl => fs.delete system-packages',
      'yum erase glibc => destroy.system system-packages',
      'snap install x => net.fetch, fs.write /usr, exec snap, opaque new-package',
      'flatpak list => net.fetch',
    ],
  },
  {
    names: 'pacman yay paru pamac',
    run: byLetters({
      looks: /(?:^| )(?:-[QTV]|-S[a-z]*[silgp]|-F[a-z]*|--query|--search|--info|--version|--help)/,
      removes: /(?:^| )(?:-R|--remove|-S[a-z]*c|--clean)/,
      installs: /(?:^| )(?:-[SUD]|--sync|--upgrade|--database)/,
    }),
    examples: [
      'pacman -Qi bash =>',
      'pacman -Ss jq =>',
      'pacman -S jq => net.fetch, fs.write /usr, exec pacman, opaque new-package',
      'pacman -Syu => net.fetch, fs.write /usr, exec pacman, opaque package-code',
      'pacman -Rns jq => fs.delete system-packages',
      'pacman -Rdd glibc => destroy.system system-packages',
    ],
  },
  {
    names: 'rpm dpkg dpkg-query dpkg-deb',
    run: byLetters({
      looks:
        /(?:^| )(?:-[qVlLsScIpWf]|--query|--verify|--list|--listfiles|--status|--search|--contents|--info|--show|--get-selections|--print-architecture|--checksig|--audit|--compare-versions)/,
      removes: /(?:^| )(?:-[reP][a-z]*(?:$| )|--remove|--purge|--erase)/,
      installs:
        /(?:^| )(?:-[iUFa]|--install|--upgrade|--unpack|--configure|--import|--set-selections)/,
    }),
    examples: [
      'rpm -qa =>',
      'rpm --eval "%(rm a)" => exec rpm, opaque environment-code, opaque unknown-subcommand',
      'dpkg -l =>',
      'dpkg -i ./a.deb => net.fetch, fs.write /usr, exec dpkg, opaque new-package',
      'dpkg -r nginx => fs.delete system-packages',
      'rpm -e --nodeps bash => destroy.system system-packages',
    ],
  },
]
