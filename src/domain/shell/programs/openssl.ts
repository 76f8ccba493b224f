// openssl: certificates are public, keys are not; a connection only asks, unless something is fed to it.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { tailOf, textOf } from '../word.ts'

/** Commands that say no more to a server than hello. */
const SILENT = /^(?:echo|printf|true|:|sleep|yes)$/

const connects = (call: ProgramCall): void => {
  const target = call.value('-connect', '-host', '-proxy') ?? call.operands[0]
  const { stdin } = call.around.command
  const fed =
    stdin.from === 'text'
      ? stdin.text.trim().length > 4
      : stdin.from === 'file'
        ? textOf(stdin.file) !== '/dev/null'
        : call
            .upstream()
            .some(
              (one) =>
                !SILENT.test(textOf(one.words[0]) ?? '') ||
                one.words.some((word) => word.text.length > 8),
            )
  if (target === undefined) call.effect(fed ? 'net.send' : 'net.fetch')
  else call.take(fed ? 'send' : 'fetch', target)
}

/** `file:` of a password's source is read; `env:` is a variable's. */
const passwords = (call: ProgramCall): void => {
  for (const word of call.valuesOf('-pass', '-passin', '-passout', '-k'))
    if (word.text.startsWith('file:')) call.take('read', tailOf(word, 5))
    else if (word.text.startsWith('env:'))
      call.effect('secret.read', { name: 'environment', certainty: 'possible' })
}

const VALUES =
  '-subj -days -pass -passin -passout -newkey -servername -connect -host -port -proxy -checkend -CApath -set_serial ' +
  '-algorithm -pkeyopt -name -cipher -ciphersuites -starttls -alpn -verify -verify_depth -verify_hostname -macopt -mac -sigopt -iter -S -K -iv -k ' +
  '-inform -outform -keyform -addext -extensions -reqexts -nameopt -certopt -url -path -bits -group -curves ' +
  '-sess_id -purpose -caname -rand -md -digest -seconds -multi -bytes -startdate -enddate'

const PUBLIC =
  '-in -CAfile -certfile -CA -untrusted -trusted -cert -chainCAfile -crl_file -verify_other'

export const OPENSSL: ReadonlyArray<ProgramRow> = [
  {
    names: 'openssl libressl',
    style: 'long',
    options: {
      '-out -keyout -CAout -signout -writerand -sess_out -respout -reqout -crl_out': 'write',
      [VALUES]: 'data',
      // A module of machine code, or the settings that load one.
      '-engine -provider -provider-path': 'data',
      '-config -extfile': 'read',
    },
    every: (call) => {
      passwords(call)
      for (const word of call.valuesOf('-engine', '-provider-path'))
        if (/[./]/.test(word.text)) call.runFile(word)
    },
    sub: {
      // Whatever a certificate's file is called.
      'x509 crl verify asn1parse crl2pkcs7 ts ocsp sess_id nseq storeutl': {
        options: { [PUBLIC]: 'list', '-signkey -CAkey -key -signer': 'read' },
        operands: ['list'],
        run: (call) => {
          const url = call.value('-url')
          if (url !== undefined) call.take('send', url)
        },
      },
      's_client s_time': {
        options: { '-CAfile -cert -key -sess_in': 'list' },
        run: connects,
      },
      s_server: { options: { '-accept': 'data' }, does: ['spawn', 'net.send'] },
      ca: { options: { '-in -ss_cert -spkac -cert -keyfile': 'read' }, does: ['writes .'] },
      'dgst md5 md4 sha1 sha224 sha256 sha384 sha512 sha3-256 sha3-512 sha512-256 blake2b512 blake2s256 rmd160 sm3':
        {
          options: { '-sign -verify -prverify -signature': 'read', '-hmac': 'data' },
          operands: ['read'],
        },
    },
    other: {
      options: {
        '-in -inkey -key -CAfile -cert -certfile -sign -kfile -inkey -peerkey -sigfile -signer -recip -secret':
          'read',
      },
    },
    examples: [
      'openssl x509 -in c.pem -text => fs.read c.pem',
      'openssl s_client -connect x.example:443 => net.fetch x.example',
      'echo | openssl s_client -connect x.example:443 => net.fetch x.example',
      'cat a | openssl s_client -connect x.example:443 => fs.read a, net.send x.example',
      'openssl rsa -in server.key => fs.read server.key, secret.read server.key',
      'openssl genrsa -out k.txt 2048 => fs.write k.txt',
      'openssl rand -hex 8 =>',
      'openssl dgst -sha256 a => fs.read a',
      'openssl enc -d -aes-256-cbc -in a -out b -pass file:p => fs.read a, fs.write b, fs.read p',
      'openssl dgst -engine ./x.so a => exec openssl, opaque unread-script, fs.read a',
    ],
  },
]
