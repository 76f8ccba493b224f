// Programs that make files and folders, and change what is known of them: names, rights, attributes.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

/** Modes with which a program runs with its owner's rights. */
export const SETUID = /^[0-7]?[2467][0-7]{3}$|[ugoa]*[+=][rwxX]*s/

const temporary = (call: ProgramCall): void => {
  if (call.has('-u', '--dry-run')) return
  const folder = call.value('-p', '--tmpdir')
  const [template] = call.operands
  if (folder !== undefined) call.take('write', folder)
  else if (template !== undefined && !call.has('-t')) call.take('write', template)
  else call.effect('fs.write', { path: '/tmp' })
}

/** Text of names is short; what is longer is not read. */
const PROGRAM_LIMIT = 1024

/** Perl text that makes the new names, or plain words that are replaced. */
const rename = (call: ProgramCall): void => {
  const [first, ...rest] = call.operands
  if (first === undefined) return
  const program =
    /[;({]|[^\w.-](?=[a-df-z]{0,9}e)[a-z]{1,9}$/.test(first.text) || first.is === 'dynamic'
  if (first.text.length > PROGRAM_LIMIT) call.exec('inline-code')
  else if (program) call.code('perl', first)
  const words = /^(?:s|y|tr)\W|[;({]/.test(first.text) ? rest : rest.slice(1)
  for (const word of words) call.take(call.has('-n', '--nono', '--no-act') ? 'list' : 'write', word)
}

const duplicates = (call: ProgramCall): void => {
  const deletes = call.has('-d', '--delete', '-N', '--noprompt', '--deletelist')
  for (const word of call.operands) call.take(deletes ? 'change' : 'scan', word)
  if (deletes) for (const word of call.operands) call.path('fs.delete', word, 'some')
}

const changeMode = (call: ProgramCall): void => {
  const referenced = call.value('--reference') !== undefined
  const mode = referenced ? undefined : call.operands[0]
  const paths = referenced ? call.operands : call.operands.slice(1)
  const text = mode === undefined ? '' : (textOf(mode) ?? '')
  if (call.name === 'chmod' && SETUID.test(text)) call.effect('privilege', { name: 'setuid' })
  const role = call.has('-R', '--recursive') ? 'change' : 'write'
  for (const word of paths) call.take(role, word)
  // A mode that begins with a dash (`chmod -x file`) is read as an option, so the file came first.
  if (paths.length === 0 && mode !== undefined) call.take(role, mode)
}

export const FILE_MARKS: ReadonlyArray<ProgramRow> = [
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
    names: 'mknod',
    does: ['privilege'],
    operands: ['write', 'data'],
    options: { '-m --mode': 'data' },
    examples: ['mknod x b 8 0 => privilege, fs.write x'],
  },
  {
    names: 'chattr',
    options: { '-v -p': 'data' },
    run: (call) => {
      for (const word of call.operands)
        if (!/^[+=-][a-zA-Z]+$/.test(word.text))
          call.take(call.has('-R') ? 'change' : 'write', word)
    },
    examples: [
      'chattr +i a => fs.write a',
      'chattr -R +i / => fs.write /, tamper /, destroy.system /',
    ],
  },
  {
    names: 'setfacl setfattr',
    options: {
      '-m --modify -x --remove -n --name -v --value': 'data',
      '-M -X': 'read',
      '--restore': 'read',
    },
    run: (call) => {
      if (call.has('--restore')) call.effect('fs.write')
      for (const word of call.operands) call.take(call.has('-R') ? 'change' : 'write', word)
    },
    examples: ['setfacl -m u:x:rwx a => fs.write a', 'setfacl --restore=a => fs.read a, fs.write'],
  },
  {
    names: 'mktemp gmktemp',
    options: { '-p --tmpdir --suffix -t': 'data' },
    run: temporary,
    examples: [
      'mktemp -d => fs.write /tmp',
      'mktemp a.XXXX => fs.write a.XXXX',
      'mktemp -u =>',
      'mktemp -p ~ => fs.write ~',
    ],
  },
  {
    names: 'rename prename file-rename perl-rename',
    options: { '-e --expr': 'code' },
    run: rename,
    examples: [
      'rename .a .b x.a => fs.write x.a',
      'rename s/a/b/ x => fs.write x',
      "rename 's/a/unlink(q(b))/e' x => exec rename, fs.delete b, fs.write x",
    ],
  },
  {
    names: 'dos2unix unix2dos mac2unix recode',
    options: { '-c --convmode -i --info': 'data', '-n --newfile': 'data' },
    operands: ['write'],
    examples: ['dos2unix a.txt => fs.write a.txt'],
  },
  {
    names: 'fdupes jdupes',
    options: { '-o --order -X': 'data' },
    run: duplicates,
    examples: ['fdupes -r src => fs.read src', 'fdupes -rdN src => fs.write src, fs.delete src'],
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
]
