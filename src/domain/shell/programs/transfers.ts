// Copies between machines, and the keys and ciphers that go with them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

const DELETING = [
  '--delete',
  '--delete-after',
  '--delete-before',
  '--delete-excluded',
  '--delete-during',
  '--del',
  '--delete-delay',
]

/** Options of ssh that start programs, and the shell that a copy goes through. */
const throughShell = (call: ProgramCall): void => {
  for (const value of call.valuesOf('-e', '--rsh', '--rsync-path', '-S'))
    if (
      !/^(?:\/usr\/bin\/)?(?:ssh|rsync|sudo rsync)(?: [-\w=/.~:@,]+)*$/.test(value.text) ||
      /command=/i.test(value.text)
    )
      call.shellText(value)
  for (const value of call.valuesOf('-o'))
    if (/^(?:ProxyCommand|LocalCommand|KnownHostsCommand)=?/i.test(value.text))
      call.shellText({ ...value, text: value.text.replace(/^\w+[= ]?/, '') })
}

/** scp, rsync: the last operand is where it goes. */
const transferFiles = (call: ProgramCall): void => {
  throughShell(call)
  const operands = [...call.operands]
  const dry = call.name === 'rsync' && call.has('-n', '--dry-run', '--list-only')
  // A single one is listed.
  const target =
    dry || (call.name === 'rsync' && operands.length === 1) ? undefined : operands.pop()
  for (const word of operands) {
    const host = call.remote(word)
    if (host === undefined) call.take(dry ? 'list' : 'scan', word)
    else call.effect('net.fetch', { host })
  }
  if (target === undefined) return
  const host = call.remote(target)
  const deletes = call.has(...DELETING)
  if (host !== undefined) {
    call.effect('net.send', { host })
    if (deletes) call.effect('destroy.infra', { host })
  } else if (deletes) call.take('deleteAll', target)
  else call.take('write', target)
  if (!call.has('--remove-source-files')) return
  for (const word of operands)
    if (call.remote(word) === undefined) call.take('delete', word)
    else call.effect('destroy.infra')
}

const keys = (call: ProgramCall): void => {
  const file = call.value('-f')
  const hosts = call.has('-R', '-H')
  // What is printed from a key with these is its public part.
  if (call.has('-l', '-F', '-B', '-y', '-e', '-Y', '-Q', '-L')) {
    if (file !== undefined) call.take('list', file)
  } else if (file !== undefined) call.take('write', file)
  else
    call.effect('fs.write', { path: `${call.home}/.ssh/${hosts ? 'known_hosts' : 'id_ed25519'}` })
  for (const library of call.valuesOf('-D')) call.exec(call.codeAt(call.pathOf(library)))
}

/** Identities of the agent: adding one reads it, deleting them locks the user out. */
const agent = (call: ProgramCall): void => {
  if (call.name === 'ssh-agent') {
    if (call.has('-k')) call.effect('destroy.data', { name: 'ssh-agent' })
    else if (call.operands.length > 0) call.around.inner(call.operands)
    return
  }
  for (const library of call.valuesOf('-s')) call.exec(call.codeAt(call.pathOf(library)))
  if (call.has('-D', '-d', '-x', '-X', '-e')) call.effect('destroy.data', { name: 'ssh-agent' })
  else if (!call.has('-l', '-L', '-T', '-v')) {
    for (const word of call.operands) call.take('read', word)
    if (call.operands.length === 0) call.effect('secret.read')
  }
}

const TRANSFER_VALUES =
  '-i -l -P -p -c -F -J -D -X --exclude --include --filter -f --exclude-from --include-from --bwlimit --timeout --contimeout --port --chmod --chown -T --temp-dir --max-size --min-size --link-dest --compare-dest --copy-dest --partial-dir --password-file --info --debug --out-format --suffix -M'

export const TRANSFERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'scp',
    options: { '-o -S': 'data', [TRANSFER_VALUES]: 'data' },
    run: transferFiles,
    examples: [
      'scp a.txt me@x.example:/tmp => fs.read a.txt, net.send x.example',
      'scp me@x.example:a . => net.fetch x.example, fs.write .',
      'scp -o ProxyCommand="rm -rf src" a me@x.example: => fs.delete src, fs.read a, net.send x.example',
    ],
  },
  {
    names: 'rsync',
    // What its settings name is served, and run before and after.
    flags: { '--daemon': ['spawn', 'privilege'] },
    options: {
      '-e --rsh --rsync-path': 'data',
      [TRANSFER_VALUES]: 'data',
      '--files-from': 'read',
      '--log-file --backup-dir --write-batch': 'write',
    },
    run: transferFiles,
    examples: [
      'rsync --daemon => spawn, privilege',
      'rsync -av src/ out/ => fs.read src, fs.write out',
      'rsync -an --delete src/ out/ => fs.read src, fs.read out',
      'rsync -a ~/.ssh x.example: => fs.read ~/.ssh, secret.read ~/.ssh, net.send x.example, secret.send x.example',
      'rsync -a --delete a/ b/ => fs.read a, fs.delete b',
      'rsync -a --delete a/ x.example:b => fs.read a, net.send x.example, destroy.infra x.example',
      'rsync x.example:b/ => net.fetch x.example',
      'rsync -e "ssh -p 22" a/ x.example:b => fs.read a, net.send x.example',
      'rsync -e "sh -c x" a h: => exec x, opaque unknown-program, fs.read a, fs.write h:',
    ],
  },
  {
    names: 'ssh-keygen',
    options: {
      '-f': 'data',
      '-t -b -C -N -P -m -O -R -F -E -I -n -V -s -a -z -Y -D -w -M -r': 'data',
    },
    run: keys,
    examples: [
      'ssh-keygen -t ed25519 -f k => fs.write k',
      'ssh-keygen -lf k => fs.read k',
      'ssh-keygen -yf ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa',
      'ssh-keygen => fs.write ~/.ssh/id_ed25519',
      'ssh-keygen -R x.example => fs.write ~/.ssh/known_hosts',
    ],
  },
  {
    names: 'ssh-add ssh-agent',
    style: 'posix',
    options: { '-t -a -s -E -S -H -h -e': 'data' },
    run: agent,
    examples: [
      'ssh-add -l =>',
      'ssh-add ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
      'ssh-add -D => destroy.data ssh-agent',
      'ssh-agent ls => fs.read .',
    ],
  },
  {
    names: 'gpg gpg2 age rage',
    options: {
      '-o --output': 'write',
      '-r --recipient -u --local-user --keyserver -i --identity --default-key --homedir --passphrase --batch-file -R --recipients-file':
        'data',
    },
    operands: ['read'],
    flags: {
      '--export-secret-keys --export-secret-subkeys -d --decrypt': ['secret.read'],
      '--send-keys': ['net.send'],
      '--recv-keys --search-keys --receive-keys --refresh-keys --locate-keys': ['net.fetch'],
      '--import --recv-keys --receive-keys --edit-key --gen-key --generate-key --full-generate-key --quick-gen-key --quick-generate-key --refresh-keys --sign-key --import-ownertrust --passwd':
        ['writes ~/.gnupg'],
      '--delete-secret-keys --delete-keys --delete-secret-and-public-keys --delete-key': [
        'destroy.data',
      ],
    },
    examples: [
      'gpg --export-secret-keys => secret.read',
      'gpg --verify a.sig a => fs.read a.sig, fs.read a',
      'gpg --list-keys =>',
      'gpg --delete-secret-keys me => destroy.data, fs.read me',
    ],
  },
  {
    names: 'age-keygen rage-keygen minisign signify',
    options: { '-o -x': 'write', '-s -p': 'list', '-m': 'read' },
    examples: ['age-keygen -o k => fs.write k'],
  },
]
