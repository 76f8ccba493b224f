// Programs that write, copy, move, mark and delete files.
import { baseName } from '../../action/paths.ts'
import { specialZoneOf } from '../../action/zones.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { SETUID } from './fileMarks.ts'

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
    // One unknown that may be several words: the last of them is written to.
    if (folder === undefined && operands.length === 1 && call.open) call.effect('fs.write')
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

/** One file is made of several, under names that begin alike. */
const pieces = (call: ProgramCall): void => {
  const [source, ...rest] = call.operands
  if (source !== undefined) call.take('read', source)
  const prefix = call.name === 'csplit' ? call.value('-f', '--prefix') : rest[0]
  if (prefix !== undefined) call.take('write', prefix)
  else if (call.value('--filter') === undefined) call.takeDirectory('write')
}

/** Folders are made; a file that is put in place may be given rights. */
const install = (call: ProgramCall): void => {
  const mode = textOf(call.value('-m', '--mode')) ?? ''
  if (SETUID.test(mode)) call.effect('privilege', { name: 'setuid' })
  if (call.has('-d', '--directory')) for (const word of call.operands) call.take('write', word)
  else copy(call)
}

/** Copies, packs and unpacks. */
const ditto = (call: ProgramCall): void => {
  const target = call.operands.at(-1)
  for (const word of call.operands.slice(0, -1)) call.take('scan', word)
  if (target !== undefined && call.operands.length > 1) call.take('write', target)
  if (call.has('-x')) call.opaque('archive-content')
}

const convert = (call: ProgramCall): void => {
  if (call.open) call.effect('fs.write')
  for (const word of call.args) {
    const match = /^(if|of)=/.exec(word.text)
    if (match !== null)
      call.take(match[1] === 'if' ? 'read' : 'write', { ...word, text: word.text.slice(3) })
  }
}

/** Files that get a second name. */
const shared = (call: ProgramCall): void => {
  const into = call.value('-t', '--target-directory') !== undefined
  for (const word of into ? call.operands : call.operands.slice(0, -1))
    call.path('fs.write', word, 'self', { certainty: 'possible' })
}

export const FILE_CHANGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'tee mkfifo',
    options: { '-m --mode': 'data' },
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
    names: 'cp gcp',
    options: {
      '-t --target-directory': 'data',
      '-S --suffix -m --mode -o --owner -g --group': 'data',
    },
    run: (call) => {
      copy(call)
      if (call.has('-l', '--link')) shared(call)
    },
    examples: [
      'cp -al ../a b => fs.read ~/a, fs.write b, fs.write ~/a',
      'cp a.txt b.txt => fs.read a.txt, fs.write b.txt',
      'cp -r src /tmp/x => fs.read src, fs.write /tmp/x',
      'cp settings.json .claude/ => fs.read settings.json, fs.write .claude, fs.write .claude/settings.json, tamper .claude/settings.json',
      'cp ~/.ssh/id_rsa /tmp => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa, fs.write /tmp, fs.write /tmp/id_rsa',
    ],
  },
  {
    names: 'install ginstall',
    options: {
      '-t --target-directory -S --suffix -m --mode -o --owner -g --group': 'data',
      '--strip-program': 'script',
    },
    run: install,
    examples: [
      'install -m 755 a ~/bin/a => fs.read a, fs.write ~/bin/a',
      'install -d build/x => fs.write build/x',
      'install -m 4755 a b => privilege setuid, fs.read a, fs.write b',
    ],
  },
  {
    names: 'ditto',
    options: { '--arch --bom': 'data' },
    run: ditto,
    examples: [
      'ditto a b => fs.read a, fs.write b',
      'ditto -xk a.zip out => fs.read a.zip, fs.write out, opaque archive-content',
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
    // Another name of a file is as good as a copy: what is read by it is read unseen.
    // Whoever writes to the new name later writes to the file.
    run: (call) => {
      const symbolic = call.has('-s', '--symbolic')
      transfer(symbolic ? 'data' : 'read')(call)
      if (!symbolic) shared(call)
    },
    examples: [
      'ln ~/.ssh/id_rsa x => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa, fs.write x, fs.write x/id_rsa, fs.write ~/.ssh/id_rsa',
      'ln a b => fs.read a, fs.write b, fs.write a',
      'ln ~/.bashrc b => fs.read ~/.bashrc, fs.write b, fs.write ~/.bashrc, persist ~/.bashrc',
      'ln -s ../a b => fs.write b',
      'ln -sf x ~/.bashrc => fs.write ~/.bashrc, persist ~/.bashrc',
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
    names: 'split csplit gsplit',
    options: {
      '-b --bytes -C --line-bytes -l --lines -n --number -a --suffix-length -t --separator --additional-suffix -f --prefix':
        'data',
      '--filter': 'script',
    },
    run: pieces,
    examples: [
      'split a.txt => fs.read a.txt, fs.write .',
      "split --filter='rm b' a.txt => fs.delete b, fs.read a.txt",
      'csplit a.txt /x/ => fs.read a.txt, fs.write .',
      'split -l 10 a.txt part => fs.read a.txt, fs.write part',
    ],
  },
]
