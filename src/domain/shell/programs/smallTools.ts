// Small tools that people have beside the standard ones: viewers, converters, bulk editors, file managers.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { settingUnless, verbOf } from './showing.ts'

/** Files are changed where they lie, unless an option asks for a look at what would come. */
const replaces = (call: ProgramCall): void => {
  const { name } = call
  const looks =
    name === 'sd'
      ? call.has('-p', '--preview')
      : name === 'ruplacer'
        ? !call.has('--go')
        : name === 'comby'
          ? !call.has('-i', '-in-place')
          : /^(?:ast-grep)$/.test(name)
            ? !call.has('-U', '--update-all', '-i', '--interactive')
            : false
  const skip = name === 'ast-grep' ? 1 : 2
  const files = call.operands.slice(skip)
  for (const word of files) call.take(looks ? 'read' : 'change', word)
  if (files.length === 0 && name !== 'sd') call.takeDirectory(looks ? 'scan' : 'write')
}

/** The new file is named last. */
const derives = (call: ProgramCall): void => {
  const target = call.operands.at(-1)
  for (const word of call.operands.slice(0, -1)) call.take('read', word)
  if (target !== undefined) call.take('write', target)
}

/** Keys and clicks go to whatever has the focus, a terminal too. */
const types = (call: ProgramCall): void => {
  if (!/^(?:get|search|version|help)/.test(verbOf(call))) call.exec('dynamic-command')
}

/** Dot files of the home directory are put in place. */
const dotFiles = (call: ProgramCall): void => {
  const looks =
    /^(?:diff|status|managed|unmanaged|cat|data|doctor|dump|list|ls|source-path|target-path|verify|version|help|show|log|)$/
  if (!looks.test(verbOf(call)) && !call.has('-n', '--dry-run', '--simulate'))
    call.effect('fs.write', { path: call.home, reach: 'some' })
}

/** Text of a disassembler's commands may hand lines to a shell. */
const disassembles = (call: ProgramCall): void => {
  for (const word of call.valuesOf('-c', '-i'))
    if (word.is === 'dynamic' || /[!#]/.test(word.text)) call.exec('inline-code')
  for (const word of call.operands) call.take(call.has('-w') ? 'write' : 'read', word)
}

const extracts = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  if (call.name !== 'binwalk' || call.has('-e', '--extract', '-D', '-M')) {
    call.takeDirectory('write')
    call.opaque('archive-content')
  }
}

const prints = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  call.effect('net.send', { name: 'printer' })
}

export const SMALL_TOOLS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'bzless bzmore zmore xzless xzmore lzless zdiff zcmp bzdiff bzcmp xzdiff xzcmp wdiff dwdiff vbindiff diffoscope abidiff eu-readelf eu-nm ' +
      'rabin2 nvdisasm cuobjdump unwinddump dyld_info vis unvis rs lam ul col colrm colcrt sloccount gource multitail glogg agrind hl humanlog ' +
      'pino-pretty bunyan utmpdump gpgv isutf8 mdless ssdeep sdhash ent aplay scriptreplay meld kdiff3 visidata vd jql yj hcl2json textql ' +
      'trdsql octosql dsq zq choose hck global mandoc tbl eqn soelim cpp combine abicompat',
    options: { '-o --output': 'write' },
    operands: ['read'],
    examples: ['zdiff a.gz b.gz => fs.read a.gz, fs.read b.gz', 'col -b =>'],
  },
  {
    names: 'll la l gdu duf dua diskus tre inotifywait fswatch',
    options: { '-e --event -m --monitor -x --exclude -t --timeout --format': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['ll src => fs.read src', 'duf => fs.read .'],
  },
  {
    names:
      'getopt leave mesg pagesize hostinfo machine kvmstat tset tabs kpsewhich sc_usage latency taskinfo timerfires lskq lsmp footprint ' +
      'malloc_history stringdups tailspin ioclasscount ioalloccount netusage nfsstat nfsiostat wdutil ipcs lastcomm ac sa quota repquota mailq ' +
      'lpstat lpq infocmp toe dumpkeys showkey kbd_mode xev lastb wbinfo zoxide z autojump starship jo cheat iosnoop execsnoop opensnoop',
    operands: ['data'],
    examples: ['jo a=1 =>', 'mailq =>'],
  },
  {
    names: 'rpcinfo showmount avahi-browse dns-sd howdoi speedtest-cli fast ldapsearch',
    does: ['net.fetch'],
    examples: ['showmount -e x => net.fetch'],
  },
  {
    names:
      'ldapmodify ldapadd ldapdelete ldappasswd nsupdate kinit kadmin iperf iperf3 smbclient rpcclient',
    does: ['net.send'],
    examples: ['ldapdelete x => net.send'],
  },
  {
    names: 'ipcrm postsuper kdestroy lprm cancel',
    does: ['destroy.data'],
    examples: ['ipcrm -a => destroy.data'],
  },
  {
    names:
      'ipcmk edquota quotaon quotaoff accton lpadmin cupsenable cupsdisable loadkeys xmodmap sshfs curlftpfs encfs gocryptfs veracrypt mount.cifs ' +
      'testdisk photorec dtrace ktrace truss sshd realm sssctl pam_tally2 postfix scselect',
    does: ['privilege'],
    examples: ['sshfs x: /mnt => privilege', 'edquota x => privilege'],
  },
  {
    names: 'pactl pacmd wpctl amixer playerctl brightnessctl xbacklight lsappinfo postconf',
    run: settingUnless(
      ' list info stat status get-default-sink get-default-source get-sink-volume get-volume get inspect scontrols scontents metadata front find visibleProcessList',
    ),
    examples: ['pactl list =>', 'pactl set-sink-volume 0 1% => privilege pactl'],
  },
  {
    names: 'sd fastmod codemod comby ast-grep ruplacer',
    options: {
      '-l --lang -r --rewrite --pattern -e --extensions -d --dir -t --type -f --flags -n --max-replacements':
        'data',
    },
    run: replaces,
    examples: [
      'sd a b x.txt => fs.write x.txt',
      'sd -p a b x.txt => fs.read x.txt',
      'ruplacer a b => fs.read .',
      'fastmod a b => fs.write .',
    ],
  },
  {
    names: 'objcopy xdelta3 bsdiff bspatch rdiff',
    run: derives,
    examples: ['objcopy a b => fs.read a, fs.write b'],
  },
  {
    names:
      'patchelf chrpath upx elfedit indent vidir mmv qmv detox convmv hardlink exch gzexe hexedit bvi tic',
    options: {
      '--set-rpath --set-interpreter --add-needed --remove-needed -r --output -o': 'data',
    },
    operands: ['write'],
    examples: ['patchelf --set-rpath x a.out => fs.write a.out'],
  },
  {
    names: 'ctags etags cscope gtags gcov rmlint',
    options: { '-f -o --output': 'write', '-L --languages --exclude': 'data' },
    operands: ['read'],
    run: (call) => {
      const shows =
        call.name.endsWith('tags') && call.hasExactly('-x', '--list-languages', '--list-kinds')
      if (!shows && call.valuesOf('-f', '-o', '--output').length === 0) call.facts(['writes .'])
    },
    examples: [
      'ctags -R src => fs.read src, fs.write .',
      'ctags -x a.c => fs.read a.c',
      'ctags -f ~/tags src => fs.write ~/tags, fs.read src',
    ],
  },
  {
    names: 'radare2 r2 rizin rz',
    options: { '-c -i -a -b -s -e': 'data' },
    run: disassembles,
    examples: [
      'r2 -c pdf a => fs.read a',
      'r2 -c "!rm b" a => exec r2, opaque inline-code, fs.read a',
    ],
  },
  {
    names: 'binwalk foremost scalpel',
    options: { '-o -i -t': 'data' },
    run: extracts,
    examples: [
      'binwalk a.bin => fs.read a.bin',
      'binwalk -e a.bin => fs.read a.bin, fs.write ., opaque archive-content',
    ],
  },
  {
    names: 'groff troff nroff',
    flags: { '-U': ['inline-code'] },
    options: { '-m -T -P -F -M -o -r -d -W -w': 'data' },
    operands: ['read'],
    examples: ['groff -man a.1 => fs.read a.1'],
  },
  {
    names: 'xdotool ydotool wtype',
    run: types,
    examples: [
      'xdotool type x => exec xdotool, opaque dynamic-command',
      'xdotool getactivewindow =>',
    ],
  },
  {
    names: 'pee mispipe',
    operands: ['script'],
    examples: ['pee "rm a" "cat b" => fs.delete a, fs.read b'],
  },
  {
    names: 'ifne lckdo zrun',
    style: 'posix',
    options: { '-w -W': 'data' },
    run: (call) => call.runs(call.name === 'lckdo' ? call.operands.slice(1) : call.operands),
    examples: ['ifne rm a => fs.delete a'],
  },
  {
    names: 'jc',
    style: 'posix',
    run: (call) => call.runs(call.operands),
    examples: ['jc rm a => fs.delete a', 'jc --ls =>'],
  },
  {
    names: 'jello',
    run: (call) => {
      const [program] = call.operands
      if (program !== undefined) call.code('python', program)
    },
    examples: ['jello "open(1)" => exec jello'],
  },
  {
    names: 'rdfind',
    run: (call) => {
      const at = call.args.findIndex((word) => word.text === '-deleteduplicates')
      const deletes = textOf(call.args[at + 1]) !== 'false' && at >= 0
      for (const word of call.operands)
        if (!/^(?:true|false)$/.test(word.text)) call.take('scan', word)
      if (deletes)
        for (const word of call.operands.slice(0, 8)) call.path('fs.delete', word, 'some')
      call.takeDirectory('write')
    },
    style: 'long',
    examples: ['rdfind src => fs.read src, fs.write .'],
  },
  {
    names: 'chezmoi stow rcup mackup',
    run: dotFiles,
    examples: ['chezmoi diff =>', 'chezmoi apply => fs.write ~'],
  },
  {
    names: 'lp lpr enscript a2ps',
    options: { '-d -P -o -n': 'data' },
    run: prints,
    examples: ['lpr a => fs.read a, net.send printer'],
  },
  {
    names: 'broot nnn ranger lf vifm xplr yazi lazygit gitui navi',
    does: ['spawn'],
    examples: ['ranger => spawn'],
  },
]
