// Programs that look at, read, write, copy and delete files.
import type { ProgramCall } from '../programCall.ts'
import type { ProgramRow } from '../program.ts'
import { specialZoneOf } from '../../action/zones.ts'
import { baseName } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'

const remove = (call: ProgramCall): void => {
  if (call.hasExactly('--no-preserve-root')) call.effect('destroy.system')
  const role = call.has('-r', '-R', '--recursive') ? 'deleteAll' : 'delete'
  for (const word of call.operands) call.take(role, word)
}

/** What a source becomes inside a folder: `cp x ~/.claude/` may write a file of the gate's. */
const intoFolder = (call: ProgramCall, sources: ReadonlyArray<ShellWord>, target: ShellWord): void => {
  const folder = call.pathOf(target)
  if (folder === undefined) return
  for (const source of sources) {
    const path = `${folder}/${baseName(textOf(source) ?? '')}`
    if (specialZoneOf(path, call.home) !== undefined && specialZoneOf(folder, call.home) === undefined)
      call.effect('fs.write', { path, certainty: 'possible' })
  }
}

const transfer = (sourceRole: 'read' | 'scan' | 'deleteAll' | 'data') => (call: ProgramCall): void => {
  const folder = call.value('-t', '--target-directory')
  const operands = [...call.operands]
  const target = folder ?? (operands.length > 1 ? operands.pop() : undefined)
  for (const word of operands) call.take(sourceRole, word)
  if (target === undefined) {
    if (sourceRole === 'data') call.takeDirectory('write')
    return
  }
  call.take('write', target)
  intoFolder(call, operands, target)
}

const copy = (call: ProgramCall): void =>
  transfer(call.has('-r', '-R', '-a', '--recursive', '--archive') ? 'scan' : 'read')(call)

const changeMode = (call: ProgramCall): void => {
  const referenced = call.value('--reference') !== undefined
  const mode = referenced ? undefined : call.operands[0]
  const paths = referenced ? call.operands : call.operands.slice(1)
  const text = mode === undefined ? '' : (textOf(mode) ?? '')
  if (call.name === 'chmod' && /^[0-7]?[2467][0-7]{3}$|[ugoa]*\+[rwxX]*s/.test(text))
    call.effect('privilege', { name: 'setuid' })
  const role = call.has('-R', '--recursive') ? 'change' : 'write'
  for (const word of paths) call.take(role, word)
  // A mode that begins with a dash (`chmod -x file`) is read as an option, so the file came first.
  if (paths.length === 0 && mode !== undefined) call.take(role, mode)
}

const convert = (call: ProgramCall): void => {
  for (const word of call.args) {
    const match = /^(if|of)=/.exec(word.text)
    if (match !== null) call.take(match[1] === 'if' ? 'read' : 'write', { ...word, text: word.text.slice(3) })
  }
}

const tape = (call: ProgramCall): void => {
  const [first] = call.args
  const letters = first !== undefined && !first.text.startsWith('-') ? first.text : ''
  const does = (letter: string, ...long: ReadonlyArray<string>): boolean =>
    letters.includes(letter) || call.has(`-${letter}`, ...long)
  const operands = letters === '' ? [...call.operands] : call.operands.slice(1)
  const archive = call.value('-f', '--file') ?? (letters.includes('f') ? operands.shift() : undefined)
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

export const FILES: ReadonlyArray<ProgramRow> = [
  {
    names: 'ls dir vdir gls',
    options: { '-I --ignore -w --width -T --tabsize --sort --time --format --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['ls -la src =>', 'ls ~/.ssh =>'],
  },
  { names: 'tree', options: { '-I -L -P --charset --filelimit --sort': 'data', '-o': 'write' }, operands: ['list'], none: 'list', examples: ['tree -L 2 src =>'] },
  {
    names: 'du dust ncdu',
    options: { '-d --max-depth -t --threshold --exclude -X -B --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['du -sh . =>', 'du -h -d 1 src =>'],
  },
  { names: 'stat', options: { '-c --format --printf': 'data' }, operands: ['list'], examples: ['stat -c %s a =>'] },
  { names: 'exa eza lsd file realpath readlink namei lsattr getfacl', operands: ['list'], examples: ['file a.bin =>', 'eza -l src =>'] },
  {
    names:
      'cat tac bat batcat less more most wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum md5 cksum sum crc32 ' +
      'colordiff zcat bzcat xzcat zless view pr uuencode uudecode ldd nm objdump readelf size otool exiftool identify ffprobe ' +
      'mediainfo pdftotext pdfinfo glow mdcat',
    operands: ['read'],
    examples: ['cat a.txt src/b.ts =>', 'cat -n .env =>', 'wc -l src/*.ts =>', 'cat "$F" =>', 'cat src/$F =>', 'cat ~/.s*/id* =>'],
  },
  {
    names: 'head tail ghead gtail',
    options: { '-n -c --lines --bytes --pid -s --sleep-interval': 'data' },
    operands: ['read'],
    examples: ['head -20 README.md =>', 'tail -n 5 ~/.ssh/id_rsa =>', 'tail -f a.log =>'],
  },
  { names: 'nl', options: { '-b -d -f -h -i -l -n -s -v -w': 'data' }, operands: ['read'], examples: ['nl -ba a.txt =>'] },
  { names: 'od xxd hexdump hd strings', options: { '-A -j -N -t -n -s -e': 'data' }, operands: ['read'], examples: ['od -c a =>', 'hexdump -C a =>', 'xxd a =>'] },
  {
    names: 'cmp diff comm sdiff diff3 delta difft icdiff',
    options: { '-U --unified -C --context --label -x --exclude -X -I --ignore-matching-lines -W --width': 'data' },
    operands: ['read'],
    examples: ['diff -u a b =>', 'diff -r src /tmp/x =>', 'comm -12 a b =>'],
  },
  { names: 'base64 base32 basenc', options: { '-w --wrap -b --break': 'data', '-i --input': 'read', '-o --output': 'write' }, operands: ['read'], examples: ['base64 -w 0 .env =>', 'base64 -d a =>'] },
  { names: 'iconv', options: { '-f --from-code -t --to-code': 'data', '-o --output': 'write' }, operands: ['read'], examples: ['iconv -f latin1 -t utf8 a =>'] },
  { names: 'look', operands: ['data', 'read'], examples: ['look a words =>'] },
  { names: 'mkdir gmkdir', options: { '-m --mode': 'data' }, operands: ['write'], examples: ['mkdir -p build/out =>', 'mkdir -m 700 x =>'] },
  { names: 'touch gtouch', options: { '-d --date -r --reference -t': 'data' }, operands: ['write'], examples: ['touch a.txt =>', 'touch .git/hooks/pre-commit =>'] },
  { names: 'tee mkfifo chattr setfattr setfacl mknod', operands: ['write'], examples: ['tee -a out.log =>', 'tee ~/.bashrc =>'] },
  { names: 'truncate fallocate', options: { '-s --size -r --reference -l --length -o --offset': 'data' }, operands: ['write'], examples: ['truncate -s 0 a.log =>'] },
  { names: 'mktemp', options: { '-p --tmpdir --suffix -t': 'data' }, examples: ['mktemp -d =>'] },
  {
    names: 'rm',
    options: {},
    run: remove,
    examples: [
      'rm a.txt =>', 'rm -rf node_modules =>', 'rm -rf / =>', 'rm -rf ~ =>', 'rm -rf . =>', 'rm -rf * =>', 'rm -rf build/* =>', 'rm -rf "$D/" =>',
      'rm -rf .git =>', 'rm -r ~/Documents =>', 'rm -rf /tmp/x =>', 'rm -rf ~/.claude =>', 'rm /etc/passwd =>', 'rm -rf .. =>', 'rm -- -rf =>',
    ],
  },
  { names: 'unlink rmdir trash trash-put', operands: ['delete'], examples: ['rmdir empty =>', 'unlink a =>'] },
  {
    names: 'shred srm wipe scrub',
    options: { '-n --iterations -s --size --random-source': 'data' },
    operands: ['delete'],
    does: ['destroy.data'],
    examples: ['shred -u a.db =>', 'shred /dev/sda =>'],
  },
  {
    names: 'cp gcp install ditto',
    options: { '-t --target-directory': 'data', '-S --suffix -m --mode -o --owner -g --group': 'data' },
    run: copy,
    examples: ['cp a.txt b.txt =>', 'cp -r src /tmp/x =>', 'cp settings.json .claude/ =>', 'cp ~/.ssh/id_rsa /tmp =>'],
  },
  {
    names: 'mv gmv',
    options: { '-t --target-directory': 'data', '-S --suffix': 'data' },
    run: transfer('deleteAll'),
    examples: ['mv a.txt src/b.txt =>', 'mv ~ /tmp/x =>', 'mv a b ~/.bashrc =>'],
  },
  {
    names: 'ln link',
    options: { '-t --target-directory': 'data', '-S --suffix': 'data' },
    run: transfer('data'),
    examples: ['ln -s ../a b =>', 'ln -sf x ~/.bashrc =>'],
  },
  {
    names: 'chmod chown chgrp',
    options: { '--reference --from': 'data' },
    run: changeMode,
    examples: ['chmod +x run.sh =>', 'chmod -R 777 / =>', 'chmod u+s x =>', 'chown -R me /etc =>', 'chmod -R 755 dist =>'],
  },
  { names: 'dd dcfldd', run: convert, examples: ['dd if=/dev/zero of=/dev/sda bs=1M =>', 'dd if=a of=b =>'] },
  {
    names: 'tar gtar bsdtar',
    options: {
      '-f --file': 'data',
      '-C --directory': 'data',
      '-T --files-from': 'read',
      '--use-compress-program --to-command --checkpoint-action --rsh-command': 'code',
      '--exclude -X --exclude-from --strip-components --transform --owner --group --mode -b -L -K -N -g': 'data',
    },
    run: tape,
    examples: ['tar czf out.tgz src =>', 'tar -xzf a.tgz -C /tmp/x =>', 'tar tf a.tar =>', 'tar xf a.tar --to-command=sh =>', 'tar cf - ~ =>'],
  },
  {
    names: 'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 compress uncompress pigz brotli',
    options: { '-S --suffix -o -T --threads': 'data' },
    run: compress,
    examples: ['gzip a.log =>', 'gzip -dc a.gz =>'],
  },
  { names: 'unzip unrar unar', options: { '-d': 'write', '-x': 'data' }, run: unpack, examples: ['unzip a.zip -d out =>', 'unzip -l a.zip =>'] },
  { names: 'zip 7z 7za rar', options: { '-x -i -P': 'data' }, run: pack, examples: ['zip -r a.zip src =>'] },
  { names: 'split csplit', options: { '-b -l -n -a --filter': 'data' }, operands: ['read', 'write'], examples: ['split -l 10 a.txt part =>'] },
]
