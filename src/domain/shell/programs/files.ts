// Programs that look at, read, write, copy and delete files.
import { baseName } from '../../action/paths.ts'
import { specialZoneOf } from '../../action/zones.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'

const remove = (call: ProgramCall): void => {
  if (call.hasExactly('--no-preserve-root')) call.effect('destroy.system')
  const role = call.has('-r', '-R', '--recursive') ? 'deleteAll' : 'delete'
  for (const word of call.operands) call.take(role, word)
}

/** What a source becomes inside a folder: `cp x ~/.claude/` may write a file of the gate's. */
const intoFolder = (
  call: ProgramCall,
  sources: ReadonlyArray<ShellWord>,
  target: ShellWord,
): void => {
  const folder = call.pathOf(target)
  if (folder === undefined) return
  for (const source of sources) {
    const path = `${folder}/${baseName(textOf(source) ?? '')}`
    if (
      specialZoneOf(path, call.home) !== undefined &&
      specialZoneOf(folder, call.home) === undefined
    )
      call.effect('fs.write', { path, certainty: 'possible' })
  }
}

const transfer =
  (sourceRole: 'read' | 'scan' | 'deleteAll' | 'data') =>
  (call: ProgramCall): void => {
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
    if (match !== null)
      call.take(match[1] === 'if' ? 'read' : 'write', { ...word, text: word.text.slice(3) })
  }
}

export const FILES: ReadonlyArray<ProgramRow> = [
  {
    names: 'ls dir vdir gls',
    options: { '-I --ignore -w --width -T --tabsize --sort --time --format --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['ls -la src => fs.read src', 'ls ~/.ssh => fs.read ~/.ssh'],
  },
  {
    names: 'tree',
    options: { '-I -L -P --charset --filelimit --sort': 'data', '-o': 'write' },
    operands: ['list'],
    none: 'list',
    examples: ['tree -L 2 src => fs.read src'],
  },
  {
    names: 'du dust ncdu',
    options: { '-d --max-depth -t --threshold --exclude -X -B --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['du -sh . => fs.read .', 'du -h -d 1 src => fs.read src'],
  },
  {
    names: 'stat',
    options: { '-c --format --printf': 'data' },
    operands: ['list'],
    examples: ['stat -c %s a => fs.read a'],
  },
  {
    names: 'exa eza lsd file realpath readlink namei lsattr getfacl',
    operands: ['list'],
    examples: ['file a.bin => fs.read a.bin', 'eza -l src => fs.read src'],
  },
  {
    names:
      'cat tac bat batcat less more most wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum md5 cksum sum crc32 ' +
      'colordiff zcat bzcat xzcat zless view pr uuencode uudecode ldd nm objdump readelf size otool exiftool identify ffprobe ' +
      'mediainfo pdftotext pdfinfo glow mdcat',
    operands: ['read'],
    examples: [
      'cat a.txt src/b.ts => fs.read a.txt, fs.read src/b.ts',
      'cat -n .env => fs.read .env, secret.read .env',
      'wc -l src/*.ts => fs.read src',
      'cat "$F" => fs.read',
      'cat src/$F => fs.read src',
      'cat ~/.s*/id* => fs.read ~, secret.read ~',
    ],
  },
  {
    names: 'head tail ghead gtail',
    options: { '-n -c --lines --bytes --pid -s --sleep-interval': 'data' },
    operands: ['read'],
    examples: [
      'head -20 README.md => fs.read README.md',
      'tail -n 5 ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
      'tail -f a.log => fs.read a.log',
    ],
  },
  {
    names: 'nl',
    options: { '-b -d -f -h -i -l -n -s -v -w': 'data' },
    operands: ['read'],
    examples: ['nl -ba a.txt => fs.read a.txt'],
  },
  {
    names: 'od xxd hexdump hd strings',
    options: { '-A -j -N -t -n -s -e': 'data' },
    operands: ['read'],
    examples: ['od -c a => fs.read a', 'hexdump -C a => fs.read a', 'xxd a => fs.read a'],
  },
  {
    names: 'cmp diff comm sdiff diff3 delta difft icdiff',
    options: {
      '-U --unified -C --context --label -x --exclude -X -I --ignore-matching-lines -W --width':
        'data',
    },
    operands: ['read'],
    examples: [
      'diff -u a b => fs.read a, fs.read b',
      'diff -r src /tmp/x => fs.read src, fs.read /tmp/x',
      'comm -12 a b => fs.read a, fs.read b',
    ],
  },
  {
    names: 'base64 base32 basenc',
    options: { '-w --wrap -b --break': 'data', '-i --input': 'read', '-o --output': 'write' },
    operands: ['read'],
    examples: ['base64 -w 0 .env => fs.read .env, secret.read .env', 'base64 -d a => fs.read a'],
  },
  {
    names: 'iconv',
    options: { '-f --from-code -t --to-code': 'data', '-o --output': 'write' },
    operands: ['read'],
    examples: ['iconv -f latin1 -t utf8 a => fs.read a'],
  },
  { names: 'look', operands: ['data', 'read'], examples: ['look a words => fs.read words'] },
  {
    names: 'mkdir gmkdir',
    options: { '-m --mode': 'data' },
    operands: ['write'],
    examples: ['mkdir -p build/out => fs.write build/out', 'mkdir -m 700 x => fs.write x'],
  },
  {
    names: 'touch gtouch',
    options: { '-d --date -r --reference -t': 'data' },
    operands: ['write'],
    examples: [
      'touch a.txt => fs.write a.txt',
      'touch .git/hooks/pre-commit => fs.write .git/hooks/pre-commit, persist .git/hooks/pre-commit',
    ],
  },
  {
    names: 'tee mkfifo chattr setfattr setfacl mknod',
    operands: ['write'],
    examples: [
      'tee -a out.log => fs.write out.log',
      'tee ~/.bashrc => fs.write ~/.bashrc, persist ~/.bashrc',
    ],
  },
  {
    names: 'truncate fallocate',
    options: { '-s --size -r --reference -l --length -o --offset': 'data' },
    operands: ['write'],
    examples: ['truncate -s 0 a.log => fs.write a.log'],
  },
  { names: 'mktemp', options: { '-p --tmpdir --suffix -t': 'data' }, examples: ['mktemp -d =>'] },
  {
    names: 'rm',
    options: {},
    run: remove,
    examples: [
      'rm a.txt => fs.delete a.txt',
      'rm -rf node_modules => fs.delete node_modules',
      'rm -rf / => fs.delete /, tamper /, destroy.system /',
      'rm -rf ~ => fs.delete ~, tamper ~, destroy.data ~',
      'rm -rf . => fs.delete ., tamper ., destroy.data .',
      'rm -rf * => fs.delete ., destroy.data .',
      'rm -rf build/* => fs.delete build',
      'rm -rf "$D/" => destroy.system, fs.delete, opaque dynamic-target',
      'rm -rf .git => fs.delete .git, destroy.vcs .git',
      'rm -r ~/Documents => fs.delete ~/Documents, destroy.data ~/Documents',
      'rm -rf /tmp/x => fs.delete /tmp/x',
      'rm -rf ~/.claude => fs.delete ~/.claude, tamper ~/.claude, destroy.data ~/.claude',
      'rm /etc/passwd => fs.delete /etc/passwd, destroy.system /etc/passwd',
      'rm -rf .. => fs.delete ~, tamper ~, destroy.data ~',
      'rm -- -rf => fs.delete -rf',
    ],
  },
  {
    names: 'unlink rmdir trash trash-put',
    operands: ['delete'],
    examples: ['rmdir empty => fs.delete empty', 'unlink a => fs.delete a'],
  },
  {
    names: 'shred srm wipe scrub',
    options: { '-n --iterations -s --size --random-source': 'data' },
    operands: ['delete'],
    run: (call) => {
      if (call.operands.length > 0) call.effect('destroy.data')
    },
    examples: [
      'shred -u a.db => fs.delete a.db, destroy.data',
      'shred /dev/sda => fs.delete /dev/sda, destroy.system /dev/sda, destroy.data',
    ],
  },
  {
    names: 'cp gcp install ditto',
    options: {
      '-t --target-directory': 'data',
      '-S --suffix -m --mode -o --owner -g --group': 'data',
    },
    run: copy,
    examples: [
      'cp a.txt b.txt => fs.read a.txt, fs.write b.txt',
      'cp -r src /tmp/x => fs.read src, fs.write /tmp/x',
      'cp settings.json .claude/ => fs.read settings.json, fs.write .claude, fs.write .claude/settings.json, tamper .claude/settings.json',
      'cp ~/.ssh/id_rsa /tmp => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa, fs.write /tmp, fs.write /tmp/id_rsa',
    ],
  },
  {
    names: 'mv gmv',
    options: { '-t --target-directory': 'data', '-S --suffix': 'data' },
    run: transfer('deleteAll'),
    examples: [
      'mv a.txt src/b.txt => fs.delete a.txt, fs.write src/b.txt',
      'mv ~ /tmp/x => fs.delete ~, tamper ~, destroy.data ~, fs.write /tmp/x',
      'mv a b ~/.bashrc => fs.delete a, fs.delete b, fs.write ~/.bashrc, persist ~/.bashrc',
    ],
  },
  {
    names: 'ln link',
    options: { '-t --target-directory': 'data', '-S --suffix': 'data' },
    run: transfer('data'),
    examples: [
      'ln -s ../a b => fs.write b',
      'ln -sf x ~/.bashrc => fs.write ~/.bashrc, persist ~/.bashrc',
    ],
  },
  {
    names: 'chmod chown chgrp',
    options: { '--reference --from': 'data' },
    run: changeMode,
    examples: [
      'chmod +x run.sh => fs.write run.sh',
      'chmod -R 777 / => fs.write /, tamper /, destroy.system /',
      'chmod u+s x => privilege setuid, fs.write x',
      'chown -R me /etc => fs.write /etc, destroy.system /etc',
      'chmod -R 755 dist => fs.write dist',
    ],
  },
  {
    names: 'dd dcfldd',
    run: convert,
    examples: [
      'dd if=/dev/zero of=/dev/sda bs=1M => fs.write /dev/sda, destroy.system /dev/sda',
      'dd if=a of=b => fs.read a, fs.write b',
    ],
  },
  {
    names: 'split csplit',
    options: { '-b -l -n -a --filter': 'data' },
    operands: ['read', 'write'],
    examples: ['split -l 10 a.txt part => fs.read a.txt, fs.write part'],
  },
]
