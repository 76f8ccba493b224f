// Copies between machines, and the keys and ciphers that go with them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

/** scp, rsync: the last operand is where it goes. */
const transferFiles = (call: ProgramCall): void => {
  for (const value of call.valuesOf('-e', '--rsh', '--rsync-path'))
    if (!/^ssh(?: [-\w=/.~]+)*$/.test(value.text)) call.shellText(value)
  const operands = [...call.operands]
  const target = operands.pop()
  for (const word of operands) {
    const host = call.remote(word)
    if (host === undefined) call.take('scan', word)
    else call.effect('net.fetch', { host })
  }
  if (target === undefined) return
  const host = call.remote(target)
  if (host !== undefined) call.effect('net.send', { host })
  else if (
    call.has(
      '--delete',
      '--delete-after',
      '--delete-before',
      '--delete-excluded',
      '--delete-during',
    )
  )
    call.take('deleteAll', target)
  else call.take('write', target)
  if (call.has('--remove-source-files')) for (const word of operands) call.take('delete', word)
}

const keys = (call: ProgramCall): void => {
  const file = call.value('-f')
  if (call.has('-l', '-F', '-B', '-y', '-e')) {
    if (file !== undefined) call.take(call.has('-y') ? 'read' : 'list', file)
  } else if (file !== undefined) call.take('write', file)
  else
    call.effect('fs.write', {
      path: `${call.home}/.ssh/${call.has('-R') ? 'known_hosts' : 'id_ed25519'}`,
    })
}

const TRANSFER_VALUES =
  '-i -l -o -P -p -c -F -J -S -D -X --exclude --include --filter -f --files-from --bwlimit --timeout --port --log-file --chmod -T'

export const TRANSFERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'scp rsync',
    options: { '-e --rsh --rsync-path': 'data', [TRANSFER_VALUES]: 'data' },
    run: transferFiles,
    examples: [
      'scp a.txt me@x.example:/tmp => fs.read a.txt, net.send x.example',
      'scp me@x.example:a . => net.fetch x.example, fs.write .',
      'rsync -av src/ out/ => fs.read src, fs.write out',
      'rsync -a ~/.ssh x.example: => fs.read ~/.ssh, secret.read ~/.ssh, net.send x.example, secret.send x.example',
      'rsync -a --delete a/ b/ => fs.read a, fs.delete b',
      'rsync -e "sh -c x" a h: => exec x, opaque unknown-program, fs.read a, fs.write h:',
    ],
  },
  {
    names: 'ssh-keygen',
    options: { '-f': 'data', '-t -b -C -N -P -m -O -R -F -E -I -n -V -s -a -z -Y': 'data' },
    run: keys,
    examples: [
      'ssh-keygen -t ed25519 -f k => fs.write k',
      'ssh-keygen -lf k => fs.read k',
      'ssh-keygen => fs.write ~/.ssh/id_ed25519',
    ],
  },
  {
    names: 'ssh-add ssh-agent',
    operands: ['read'],
    examples: [
      'ssh-add -l =>',
      'ssh-add ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
    ],
  },
  {
    names: 'openssl',
    style: 'long',
    options: {
      '-out -keyout -CAout': 'write',
      '-subj -days -config -extfile -pass -passin -passout -newkey -servername -connect -checkend -CApath':
        'data',
    },
    sub: {
      // Certificates are public, whatever their file is called.
      'x509 crl verify asn1parse crl2pkcs7 ts': {
        options: { '-in -CAfile -certfile -CA -untrusted': 'list' },
        operands: ['list'],
      },
      's_client s_time': {
        run: (call) => {
          const target = call.value('-connect')
          if (target === undefined) call.effect('net.send')
          else call.take('send', target)
        },
      },
      s_server: { does: ['spawn'] },
    },
    other: { options: { '-in -inkey -key -CAfile -cert -certfile -sign -kfile': 'read' } },
    examples: [
      'openssl x509 -in c.pem -text => fs.read c.pem',
      'openssl s_client -connect x.example:443 => net.send x.example',
      'openssl rsa -in server.key => fs.read server.key, secret.read server.key',
      'openssl rand -hex 8 =>',
    ],
  },
  {
    names: 'gpg gpg2 age sops',
    options: {
      '-o --output': 'write',
      '-r --recipient -u --local-user --keyserver -i --identity': 'data',
    },
    operands: ['read'],
    flags: {
      '--export-secret-keys --export-secret-subkeys -d --decrypt': ['secret.read'],
      '--send-keys': ['net.send'],
      '--recv-keys --search-keys': ['net.fetch'],
      '--delete-secret-keys': ['destroy.data'],
    },
    examples: [
      'gpg --export-secret-keys => secret.read',
      'gpg --verify a.sig a => fs.read a.sig, fs.read a',
    ],
  },
]
