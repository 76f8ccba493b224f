// Version control other than git: what looks, what records here, what is sent to a server, and what
// loses changes that were never recorded.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

const LOOKS: Behaviour = {}
const LOSES: Behaviour = { does: ['destroy.vcs'] }
const SENDS: Behaviour = { does: ['net.send'] }
const FETCHES: Behaviour = { does: ['net.fetch', 'writes .'] }
const RECORDS: Behaviour = { does: ['writes .'] }

/** Mercurial takes settings for one command, and they name programs as those of git do. */
const settings = (call: ProgramCall): void => {
  const given = [...call.valuesOf('--config'), ...call.globalsOf('--config')]
  if (
    given.some((value) =>
      /alias\.|hooks?\.|extensions\.|editor|pager|ssh|merge-tools/i.test(value.text),
    )
  )
    call.exec('environment-code')
}

export const OTHER_VERSION_CONTROL: ReadonlyArray<ProgramRow> = [
  {
    names: 'svn svnadmin',
    every: (call) => {
      if (call.has('--config-option', '--diff-cmd', '--diff3-cmd', '--editor-cmd', '--config-dir'))
        call.exec('environment-code')
    },
    sub: {
      'status st log diff di info list ls cat blame praise annotate ann help propget pget pg proplist plist pl verify lstxns':
        { options: { '-r --revision -l --limit -c --change': 'data' } },
      'revert cleanup switch sw': LOSES,
      'commit ci import lock unlock': {
        options: { '-m --message': 'data', '-F --file': 'read' },
        does: ['net.send'],
      },
      'delete del remove rm': LOSES,
      'checkout co update up export': FETCHES,
      'rmtxns rmlocks': LOSES,
    },
    other: RECORDS,
    examples: ['svn status =>', 'svn revert a => destroy.vcs', 'svn commit -m x => net.send'],
  },
  {
    names: 'hg',
    options: { '-R --repository --cwd --config -m --message -r --rev -u --user -d --date': 'data' },
    every: settings,
    sub: {
      'status st log history diff summary sum heads id identify cat annotate blame show help grep files manifest paths parents tip root incoming in outgoing out branches tags bookmarks resolve-list verify config showconfig bisect-log':
        LOOKS,
      'revert purge clean strip rollback abort prune histedit uncommit': LOSES,
      'update up checkout co merge': {
        does: ['writes .'],
        flags: { '-C --clean': ['destroy.vcs'] },
      },
      push: { does: ['net.send'], flags: { '-f --force': ['destroy.vcs'] } },
      'pull clone': FETCHES,
      'email patchbomb': SENDS,
    },
    other: RECORDS,
    examples: [
      'hg status =>',
      'hg revert -a => destroy.vcs',
      'hg commit -m x => fs.write .',
      'hg push -f => destroy.vcs, net.send',
      'hg update -C => destroy.vcs, fs.write .',
      'hg --config hooks.x=y log => exec hg, opaque environment-code',
    ],
  },
  {
    names: 'jj',
    options: {
      '-R --repository -r --revision --revisions -m --message --config -T --template': 'data',
    },
    sub: {
      'status st log diff show evolog obslog interdiff help version root': LOOKS,
      'op operation': {
        sub: { 'log show diff': LOOKS, abandon: LOSES },
        other: RECORDS,
      },
      file: { sub: { 'list show annotate search': LOOKS }, other: RECORDS },
      config: {
        sub: { 'list l get path': LOOKS },
        // Editors, pagers and tools are settings too.
        other: { does: ['persist'] },
      },
      'bookmark branch b tag workspace sparse': {
        sub: { 'list l get path root': LOOKS },
        other: RECORDS,
      },
      git: {
        sub: {
          push: { does: ['net.send'], flags: { '--deleted': ['destroy.vcs'] } },
          'fetch clone': FETCHES,
          remote: { sub: { list: LOOKS }, other: RECORDS },
        },
        other: RECORDS,
      },
      // What a change held stays in the log of operations.
      'abandon restore': { does: ['writes .', 'destroy.vcs'] },
      'fix util': { does: ['exec', 'project-code'] },
    },
    other: RECORDS,
    examples: [
      'jj st =>',
      'jj commit -m x => fs.write .',
      'jj git push => net.send',
      'jj abandon => fs.write ., destroy.vcs',
    ],
  },
  {
    names: 'bzr brz fossil cvs p4 darcs pijul sl',
    sub: {
      'status st stat log history diff info ls list cat blame annotate show help timeline whatsnew changes opened files describe sl smartlog':
        LOOKS,
      'revert clean purge undo rollback obliterate unrecord hide amend-undo uncommit': LOSES,
      'push commit ci submit send': SENDS,
      'pull update up checkout co clone get sync edit': FETCHES,
    },
    other: RECORDS,
    examples: ['fossil status =>', 'bzr revert => destroy.vcs', 'p4 submit => net.send'],
  },
]
