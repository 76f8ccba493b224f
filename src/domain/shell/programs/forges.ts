// Command lines of code hosts, and other version control than git.
import type { ProgramRow } from '../program.ts'
import { textOf } from '../word.ts'

const LOOKS = {}
const LOSES = { does: ['destroy.vcs'] } as const

export const FORGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'gh glab',
    options: { '-R --repo --hostname': 'data' },
    sub: {
      'pr issue mr release run workflow gist label project ruleset cache codespace cs org variable ssh-key gpg-key repo ci pipeline snippet':
        {
          sub: {
            'list view status diff checks watch search comments browse show trace get logs ports item-list field-list ls':
              { does: ['net.fetch'] },
            'download checkout clone': { does: ['net.fetch', 'writes .'] },
            'delete archive close disable cancel': { does: ['destroy.infra'] },
          },
          other: {
            options: {
              '-F --body-file -f': 'read',
              '-t --title -b --body -B --base -H --head -l --label -a': 'data',
            },
            does: ['net.send'],
          },
          does: ['net.fetch'],
        },
      auth: {
        sub: { status: { does: ['net.fetch'] }, token: { does: ['secret.read'] } },
        other: { does: ['net.send', 'secret.read'] },
      },
      secret: {
        sub: { list: { does: ['net.fetch'] }, 'delete remove': { does: ['destroy.infra'] } },
        other: { options: { '-f --env-file': 'read', '-b --body': 'data' }, does: ['net.send'] },
      },
      api: {
        options: {
          '-X --method -H --header -f --raw-field -F --field -q --jq -t --template --cache -p --preview':
            'data',
          '--input': 'read',
        },
        run: (call) => {
          const method = textOf(call.value('-X', '--method'))?.toUpperCase()
          const sends = call.values.some(({ option }) =>
            /^(?:-f|-F|--field|--raw-field|--input)$/.test(option),
          )
          if (method === 'DELETE') call.effect('destroy.infra')
          else
            call.effect(
              method === 'GET' || (method === undefined && !sends) ? 'net.fetch' : 'net.send',
            )
        },
      },
      'config alias extension ext': { sub: { 'list get': {} }, other: { does: ['package-code'] } },
      'search status browse attestation at': { does: ['net.fetch'] },
      'help version completion': {},
    },
    examples: [
      'gh pr list => net.fetch',
      'gh pr create --fill => net.send',
      'gh repo delete a/b --yes => destroy.infra',
      'gh api repos/a/b => net.fetch',
      'gh api -X DELETE repos/a/b => destroy.infra',
      'gh auth token => secret.read',
    ],
  },
  {
    names: 'svn hg jj bzr fossil',
    sub: {
      'status st log diff info list ls cat blame show annotate help': LOOKS,
      'revert clean purge strip rollback abandon undo restore': LOSES,
      'push commit ci': { does: ['net.send', 'repository'] },
    },
    other: { does: ['repository', 'writes .', 'net.fetch'] },
    examples: ['svn status =>', 'hg revert -a => destroy.vcs'],
  },
]
