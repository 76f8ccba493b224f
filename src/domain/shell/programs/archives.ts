// Programs that pack, unpack and compress.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

const tape = (call: ProgramCall): void => {
  const [first] = call.args
  const letters = first !== undefined && !first.text.startsWith('-') ? first.text : ''
  const does = (letter: string, ...long: ReadonlyArray<string>): boolean =>
    letters.includes(letter) || call.has(`-${letter}`, ...long)
  const operands = letters === '' ? [...call.operands] : call.operands.slice(1)
  const archive =
    call.value('-f', '--file') ?? (letters.includes('f') ? operands.shift() : undefined)
  const folder = call.value('-C', '--directory')
  const writes = does('c', '--create') || does('r', '--append') || does('u', '--update')
  if (archive !== undefined) call.take(writes ? 'write' : 'read', archive)
  // The archive is named from where tar starts, its members from where -C leads.
  if (folder !== undefined) call.chdir(folder)
  if (writes) for (const word of operands) call.take('scan', word)
  else {
    if (does('x', '--extract', '--get') && !does('O', '--to-stdout')) call.takeDirectory('write')
  }
  if (call.has('--remove-files')) for (const word of operands) call.take('deleteAll', word)
}

const compress = (call: ProgramCall): void => {
  const reads = call.has('-c', '--stdout', '-t', '--test', '-l', '--list')
  for (const word of call.operands) call.take(reads ? 'read' : 'write', word)
}

const unpack = (call: ProgramCall): void => {
  const [archive] = call.operands
  if (archive !== undefined) call.take('read', archive)
  if (call.has('-l', '-t', '-p', '-Z')) return
  const folder = call.value('-d')
  if (folder === undefined) call.takeDirectory('write')
}

const pack = (call: ProgramCall): void => {
  const [archive, ...files] = call.operands
  if (archive !== undefined) call.take('write', archive)
  for (const word of files) call.take(call.has('-m', '--move') ? 'deleteAll' : 'scan', word)
}

const archive = (call: ProgramCall): void => {
  const [verb, file, ...members] = call.operands
  if (file === undefined) return
  if (/^[adurn]/.test(verb!.text)) {
    call.take('write', file)
    for (const word of members) call.take('scan', word)
    return
  }
  call.take('read', file)
  if (/^[xe]/.test(verb!.text)) call.takeDirectory('write')
}

export const ARCHIVES: ReadonlyArray<ProgramRow> = [
  {
    names: 'tar gtar bsdtar',
    options: {
      '-f --file': 'data',
      '-C --directory': 'data',
      '-T --files-from': 'read',
      '--use-compress-program --to-command --checkpoint-action --rsh-command': 'code',
      '--exclude -X --exclude-from --strip-components --transform --owner --group --mode -b -L -K -N -g':
        'data',
    },
    run: tape,
    examples: [
      'tar czf out.tgz src => fs.write out.tgz, fs.read src',
      'tar -xzf a.tgz -C /tmp/x => fs.read a.tgz, fs.write /tmp/x',
      'tar tf a.tar => fs.read a.tar',
      'tar xf a.tar --to-command=sh => exec tar, opaque inline-code, fs.read a.tar, fs.write .',
      'tar cf - ~ => fs.read ~, secret.read ~',
    ],
  },
  {
    names: 'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 compress uncompress pigz brotli',
    options: { '-S --suffix -o -T --threads': 'data' },
    run: compress,
    examples: ['gzip a.log => fs.write a.log', 'gzip -dc a.gz => fs.read a.gz'],
  },
  {
    names: 'unzip unrar unar',
    options: { '-d': 'write', '-x': 'data' },
    run: unpack,
    examples: [
      'unzip a.zip -d out => fs.write out, fs.read a.zip',
      'unzip -l a.zip => fs.read a.zip',
    ],
  },
  {
    names: 'zip',
    options: { '-x -i -P': 'data' },
    run: pack,
    examples: ['zip -r a.zip src => fs.write a.zip, fs.read src'],
  },
  {
    names: '7z 7za 7zz 7zr rar',
    style: 'long',
    run: archive,
    examples: [
      '7z x a.7z => fs.read a.7z, fs.write .',
      '7z a a.7z src => fs.write a.7z, fs.read src',
      '7z l a.7z => fs.read a.7z',
    ],
  },
]
