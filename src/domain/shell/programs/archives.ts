// Programs that pack and unpack archives. What an archive holds nobody has seen: unpacking one is
// `archive-content` beside the folder it goes to, listing and testing it only reads.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, tailOf } from '../word.ts'
import { unpacksInto } from './unpacking.ts'

/** Letters without a dash take their values from the words that follow, in order. */
const VALUED_LETTERS = 'fCbTXLNgKVHFI'

interface Bundle {
  readonly letters: string
  readonly values: ReadonlyMap<string, ShellWord>
  readonly operands: ReadonlyArray<ShellWord>
}

const bundleOf = (call: ProgramCall): Bundle => {
  const [first] = call.args
  const values = new Map<string, ShellWord>()
  if (first === undefined || first.text.startsWith('-') || !/^[a-zA-Z]+$/.test(first.text))
    return { letters: '', values, operands: call.operands }
  const operands = call.operands.slice(1)
  for (const letter of first.text) {
    if (!VALUED_LETTERS.includes(letter)) continue
    const value = operands.shift()
    if (value !== undefined) values.set(letter, value)
  }
  return { letters: first.text, values, operands }
}

const tape = (call: ProgramCall): void => {
  const { letters, values, operands } = bundleOf(call)
  const does = (letter: string, ...long: ReadonlyArray<string>): boolean =>
    letters.includes(letter) || call.hasExactly(`-${letter}`) || call.has(...long)
  const bundled = values.get('f')
  const archives = [...(bundled === undefined ? [] : [bundled]), ...call.valuesOf('-f', '--file')]
  for (const letter of 'TX') {
    const list = values.get(letter)
    if (list !== undefined) call.take('read', list)
  }
  const program = values.get('I') ?? values.get('F')
  if (program !== undefined) call.take('script', program)
  const folder = call.value('-C', '--directory', '--cd') ?? values.get('C')
  const writes =
    ['c', 'r', 'u', 'A'].some((letter) => does(letter)) ||
    call.has('--create', '--append', '--update', '--concatenate', '--catenate', '--delete')
  for (const archive of archives) {
    const host = call.has('--force-local') ? undefined : call.remote(archive)
    if (host === undefined) call.take(writes ? 'write' : 'read', archive)
    else {
      call.effect(writes ? 'net.send' : 'net.fetch', { host })
      call.opaque('remote-host')
    }
  }
  for (const word of call.valuesOf('--checkpoint-action'))
    if (word.text.startsWith('exec=')) call.shellText(tailOf(word, 5))
  // The archive is named from where tar starts, its members from where -C leads.
  if (folder !== undefined) call.chdir(folder)
  if (writes && !call.has('--delete'))
    for (const word of operands) call.take(call.has('--remove-files') ? 'deleteAll' : 'scan', word)
  else if (does('x', '--extract', '--get') && !does('O', '--to-stdout')) {
    if (call.value('--to-command') === undefined) unpacksInto(call, undefined)
  }
}

const unzip = (call: ProgramCall): void => {
  const [archive] = call.operands
  if (archive !== undefined) call.take('read', archive)
  if (archive === undefined || call.hasExactly('-l', '-t', '-p', '-c', '-v', '-Z', '-z')) return
  unpacksInto(call, call.value('-d'))
}

const zip = (call: ProgramCall): void => {
  const [archive, ...files] = call.operands
  const shows =
    call.has('--show-files') ||
    call.hasExactly('-T') ||
    call.args.some(({ text }) => text === '-sf')
  if (archive !== undefined) call.take(shows ? 'read' : 'write', archive)
  for (const word of files) call.take(call.has('-m', '--move') ? 'deleteAll' : 'scan', word)
}

/** Programs whose first operand is a verb and whose second is the archive. */
const verbed = (call: ProgramCall): void => {
  const [verb, file, ...members] = call.operands
  const letter = verb?.text[0]?.toLowerCase() ?? ''
  if (verb === undefined || verb.is !== 'literal') {
    if (verb !== undefined) unpacksInto(call, undefined)
    return
  }
  const flag = (pattern: RegExp): string | undefined =>
    [...call.flagNames].find((one) => pattern.test(one))
  if (/^[xe]/.test(letter)) {
    if (file !== undefined) call.take('read', file)
    if (flag(/^-(?:so|inul-so)$/) !== undefined) return
    const into = flag(/^-o(?:\S)/) ?? flag(/^-op/)
    const folder = into === undefined ? undefined : call.args.find((word) => word.text === into)
    const last = /^(?:un)?rar$/.test(call.name)
      ? members.find((word) => word.text.endsWith('/'))
      : undefined
    unpacksInto(call, folder === undefined ? last : tailOf(folder, into!.startsWith('-op') ? 3 : 2))
    return
  }
  if (/^(?:l|lb|lt|v|vb|t|b|i|h|p|la)/.test(verb.text) && !/^(?:rn|rr)/.test(verb.text)) {
    if (file !== undefined) call.take('read', file)
    return
  }
  if (file !== undefined) call.take('write', file)
  const moves = flag(/^-(?:sdel|df|dw|dr)$/) !== undefined || letter === 'm'
  if (/^[aufm]/.test(letter))
    for (const word of members) call.take(moves ? 'deleteAll' : 'scan', word)
}

/** Copies in, out, or from one folder to another: the files are named on its input. */
const copyInOut = (call: ProgramCall): void => {
  if (call.has('-t', '--list') && !call.has('-p')) return
  const archive = call.value('-F', '--file', '-O', '-I', '-f')
  if (call.has('-i', '--extract', '-r') && !(call.name === 'pax' && call.has('-w'))) {
    if (archive !== undefined) call.take('read', archive)
    if (call.has('--to-stdout')) return
    unpacksInto(call, call.value('-D', '--directory'))
  } else if (call.has('-o', '--create', '-w')) {
    if (archive !== undefined) call.take('write', archive)
    for (const word of call.operands) call.take('scan', word)
  } else if (call.has('-p', '--pass-through')) {
    for (const word of call.operands) call.take('write', word)
  } else if (archive !== undefined) call.take('read', archive)
}

const bundle = (call: ProgramCall): void => {
  const [first, ...rest] = call.args
  const letters = first?.text.replace(/^-/, '') ?? ''
  const files = rest.filter((word) => !word.text.startsWith('-'))
  const archive =
    letters.includes('f') || first?.text.startsWith('--') === true ? files[0] : undefined
  if (/^(?:[tdi]|-list|-describe)/.test(letters)) {
    if (archive !== undefined) call.take('read', archive)
  } else if (/^(?:x|-extract)/.test(letters)) {
    if (archive !== undefined) call.take('read', archive)
    unpacksInto(call, undefined)
  } else {
    if (archive !== undefined) call.take('write', archive)
    for (const word of files.slice(1)) call.take('scan', word)
  }
}

const image = (call: ProgramCall): void => {
  const [first, ...rest] = call.operands
  if (/^(?:mksquashfs|mkisofs|genisoimage|xorrisofs)$/.test(call.name)) {
    const out = call.value('-o')
    for (const word of out === undefined ? call.operands.slice(0, -1) : call.operands)
      call.take('scan', word)
    const target = out ?? call.operands.at(-1)
    if (target !== undefined) call.take('write', target)
    return
  }
  if (first !== undefined) call.take('read', first)
  if (call.has('-l', '--list', '-t', '--test', '-s', '-stat', '-ll', '-lls', '-p', '--pipe')) return
  unpacksInto(
    call,
    call.value('-d', '-dest', '-o', '--directory', '-D') ??
      rest.find((word) => word.text.endsWith('/')),
  )
}

export const ARCHIVES: ReadonlyArray<ProgramRow> = [
  {
    names: 'tar gtar bsdtar star',
    options: {
      '-f --file': 'data',
      '-C --directory --cd': 'data',
      '-T --files-from -X --exclude-from': 'read',
      '-I --use-compress-program --to-command --rsh-command --rmt-command --info-script --new-volume-script -F':
        'script',
      '--checkpoint-action --exclude --strip-components --transform --xform --owner --group --mode --mtime --sort --format -b --blocking-factor -L --tape-length -K --starting-file -N --newer -g --listed-incremental -H -V --label':
        'data',
    },
    run: tape,
    examples: [
      'tar czf out.tgz src => fs.write out.tgz, fs.read src',
      'tar -xzf a.tgz -C /tmp/x => fs.read a.tgz, fs.write /tmp/x, opaque archive-content',
      'tar xf a.tar -O => fs.read a.tar',
      'tar xfC a.tar /tmp/x => fs.read a.tar, fs.write /tmp/x, opaque archive-content',
      'tar tf a.tar => fs.read a.tar',
      'tar -tzf a.tgz => fs.read a.tgz',
      'tar xf a.tar --to-command="rm b" => fs.delete b, fs.read a.tar',
      'tar cf a.tar --checkpoint=1 --checkpoint-action=exec="rm b" src => fs.write a.tar, fs.delete b, fs.read src',
      'tar -I zstd -cf a.tzst src => fs.write a.tzst, fs.read src',
      'tar cf - ~ => fs.read ~, secret.read ~',
      'tar --delete -f a.tar b => fs.write a.tar',
      'tar xf dev@x.example:a.tar => net.fetch x.example, opaque remote-host, fs.write ., opaque archive-content',
    ],
  },
  {
    names: 'unzip',
    options: { '-d -P -x': 'data' },
    run: unzip,
    examples: [
      'unzip a.zip -d out => fs.read a.zip, fs.write out, opaque archive-content',
      'unzip -l a.zip => fs.read a.zip',
      'unzip -p a.zip b => fs.read a.zip',
    ],
  },
  {
    names: 'zip',
    options: {
      '-x --exclude -i --include -P --password -b -n --suffixes -t -tt -s --split-size': 'data',
      '-TT --unzip-command': 'script',
      '-O --output-file --out -lf -la': 'write',
    },
    run: zip,
    examples: [
      'zip -r a.zip src => fs.write a.zip, fs.read src',
      'zip -sf a.zip => fs.read a.zip',
      'zip -m a.zip src => fs.write a.zip, fs.delete src',
      'zip -T a.zip -TT "rm b" => fs.delete b, fs.read a.zip',
    ],
  },
  {
    names: '7z 7za 7zz 7zr rar unrar p7zip',
    style: 'long',
    run: verbed,
    examples: [
      '7z x a.7z => fs.read a.7z, fs.write ., opaque archive-content',
      '7z x a.7z -oout => fs.read a.7z, fs.write out, opaque archive-content',
      '7z x -so a.7z => fs.read a.7z',
      '7z a a.7z src => fs.write a.7z, fs.read src',
      '7z a -sdel a.7z src => fs.write a.7z, fs.delete src',
      '7z l a.7z => fs.read a.7z',
      '7z rn a.7z b c => fs.write a.7z',
    ],
  },
  {
    names: 'cpio pax',
    options: {
      '-F --file -O -I -f -s -D --directory -E --pattern-file -H --format -R --owner': 'data',
    },
    run: copyInOut,
    examples: [
      'cpio -idm => fs.write ., opaque archive-content',
      'cpio -it =>',
      'cpio -o -F a.cpio => fs.write a.cpio',
      'pax -w -f a.pax src => fs.write a.pax, fs.read src',
    ],
  },
  {
    names: 'jar asar',
    run: bundle,
    examples: [
      'jar tf a.jar => fs.read a.jar',
      'jar xf a.jar => fs.read a.jar, fs.write ., opaque archive-content',
      'jar cf a.jar src => fs.write a.jar, fs.read src',
    ],
  },
  {
    names:
      'unar unsquashfs mksquashfs cabextract mkisofs genisoimage xorrisofs xar unstuff aa yaa xip',
    style: 'long',
    options: { '-d -dest -o --output-directory -o --directory -D -f': 'data' },
    run: image,
    examples: [
      'unsquashfs -d out a.sqsh => fs.read a.sqsh, fs.write out, opaque archive-content',
      'mksquashfs src a.sqsh => fs.read src, fs.write a.sqsh',
    ],
  },
  {
    names: 'lsar zipinfo zipgrep zipdetails lzgrep zstdgrep zstdcat lz4cat lzcat funzip rpm2cpio',
    operands: ['read'],
    examples: ['zipinfo a.zip => fs.read a.zip'],
  },
]
