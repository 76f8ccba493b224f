// The keychain of macOS and the signatures that its keys make. Attributes of an item are no secret;
// its password, asked for with -w or -g, is one.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { names, verbOf } from './showing.ts'

const SHOWS = names(
  'show-keychain-info find-certificate find-identity find-key dump-trust-settings verify-cert error help list-smartcards smartcard smartcards ' +
    'requirement-evaluate leaks translocate-status-check translocate-policy-check translocate-original-path get-identity-preference ' +
    'trust-settings-export check-trust',
)

const keychain = (call: ProgramCall): void => {
  const verb = verbOf(call)
  if (SHOWS.has(verb)) return
  if (verb === '') {
    if (call.hasExactly('-i', '-p')) call.exec('dynamic-command')
    return
  }
  if (/^(?:list-keychains|default-keychain|login-keychain)$/.test(verb)) {
    if (call.hasExactly('-s')) call.effect('privilege', { name: 'security' })
    return
  }
  if (/^find-(?:generic|internet)-password$/.test(verb)) {
    if (call.hasExactly('-w', '-g')) call.effect('secret.read', { name: 'keychain' })
    return
  }
  if (/^(?:dump-keychain|export|get-identity)$/.test(verb)) {
    call.effect('secret.read', { name: 'keychain' })
    return
  }
  if (verb === 'authorizationdb' && verbOf(call, 1) === 'read') return
  if (verb === 'cms' && call.hasExactly('-D') && !call.hasExactly('-S', '-E')) return
  if (verb.startsWith('delete-')) call.effect('destroy.data', { name: 'keychain' })
  call.effect('privilege', { name: 'security' })
}

const signature = (call: ProgramCall): void => {
  const signs = call.has('-s', '--sign', '--remove-signature')
  for (const word of call.operands) call.take(signs ? 'write' : 'read', word)
}

export const KEYCHAINS: ReadonlyArray<ProgramRow> = [
  {
    names: 'security',
    options: {
      '-a -s -l -c -C -D -G -j -r -p -t -k -u -n -e -f -P -T': 'data',
      '-o': 'write',
    },
    run: keychain,
    examples: [
      'security find-generic-password -s x =>',
      'security find-generic-password -s x -w => secret.read keychain',
      'security find-generic-password -ws x => secret.read keychain',
      'security find-identity -v -p codesigning =>',
      'security dump-keychain -d => secret.read keychain',
      'security delete-keychain x => destroy.data keychain, privilege security',
      'security list-keychains =>',
      'security list-keychains -s x => privilege security',
      'security -i => exec security, opaque dynamic-command',
      'security unlock-keychain -p x => privilege security',
    ],
  },
  {
    names: 'codesign',
    options: {
      '-s --sign -i --identifier -r --requirements -o --options --prefix --keychain --arch -a --timestamp --test-requirement -R --digest-algorithm --pagesize --signature-size':
        'data',
      '--entitlements': 'data',
      '--extract-certificates --file-list': 'data',
    },
    run: (call) => {
      signature(call)
      const list = call.value('--file-list')
      if (list !== undefined) call.take('write', list)
      if (call.has('--extract-certificates')) call.takeDirectory('write')
    },
    examples: [
      'codesign -dv a.app => fs.read a.app',
      'codesign -d --entitlements - a.app => fs.read a.app',
      'codesign -s me a.app => fs.write a.app',
      'codesign --verify --deep a.app => fs.read a.app',
    ],
  },
  {
    names: 'spctl',
    options: { '-t --type --context -v': 'data' },
    run: (call) => {
      const shows = ['-a', '--assess', '--status', '--disable-status', '--test-devid-status']
      const listed = verbOf(call) === 'kext-consent' && /^(?:list|status)$/.test(verbOf(call, 1))
      const changes = [...call.flagNames].some((flag) =>
        /^--(?:(?:master|global)-|add|remove|enable|disable$|reset)/.test(flag),
      )
      if (changes || !(listed || call.hasExactly(...shows)))
        call.effect('privilege', { name: 'spctl' })
    },
    examples: [
      'spctl -a -vv a.app =>',
      'spctl --status =>',
      'spctl --master-disable => privilege spctl',
      'spctl --add a.app => privilege spctl',
    ],
  },
]
