// Command lines of code hosts: what they show is fetched, what they change is changed for everybody.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, literalWord, textOf } from '../word.ts'
import { GIT } from './git.ts'
import { inFolder } from './packageRunners.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const DESTROYS: Behaviour = { does: ['destroy.infra'] }

/** Files whose content is sent along. */
const SENT_FILES: Behaviour['options'] = {
  '-F --body-file --notes-file --input -f --filename': 'read',
  '-t --title -b --body -B --base -H --head -l --label -a --assignee -r --reviewer -m --milestone -p --project --notes -n --target -d --description --desc -R --repo -c --comment -q --jq --json --ref --color -L --limit -s --state -A --author -S --search --add-label --remove-label':
    'data',
}

const changes: Behaviour = {
  options: SENT_FILES,
  run: (call) => {
    call.effect(call.has('--dry-run') ? 'net.fetch' : 'net.send')
    if (call.has('--delete-branch')) call.effect('destroy.infra', { certainty: 'possible' })
  },
}

/** Files that are sent are operands: `gh gist create a`, `gh release upload v1 a`. */
const uploads = (from: number): Behaviour => ({
  options: SENT_FILES,
  run: (call) => {
    for (const word of call.operands.slice(from)) if (textOf(word) !== '-') call.take('read', word)
    call.effect('net.send')
  },
})

/** One kind of thing that the host keeps: listed, shown, changed, deleted. */
const THING: Behaviour = {
  sub: {
    'list view status diff checks watch search browse show trace get logs ports item-list field-list ls verify verify-asset check rev stats note-list lint describe trusted-root files commits approvers':
      {
        options: {
          '--json --jq -q -t --template -L --limit -s --state -l --label -A --author -a --assignee -S --search -B --base -H --head -R --repo -c --codespace':
            'data',
        },
        does: ['net.fetch'],
      },
    clone: {
      does: ['net.fetch'],
      run: (call) => {
        const [, folder] = call.operands
        if (folder === undefined) call.takeDirectory('write')
        else call.take('write', folder)
      },
    },
    'download checkout artifact': {
      options: { '-D --dir -O --output': 'write', '-n --name -p --pattern': 'data' },
      does: ['net.fetch', 'writes .'],
    },
    'delete archive disable cancel delete-asset item-delete field-delete remove rm purge': DESTROYS,
    'close unlink': changes,
  },
  other: changes,
  does: ['net.fetch'],
}

const gist: Behaviour = {
  sub: { ...THING.sub!, create: uploads(0) },
  other: changes,
  does: ['net.fetch'],
}

const release: Behaviour = {
  sub: { ...THING.sub!, create: uploads(1), upload: uploads(1) },
  other: changes,
  does: ['net.fetch'],
}

/** A session on another machine. */
const codespace: Behaviour = {
  sub: {
    ...THING.sub!,
    'ssh code jupyter cp': { does: ['exec', 'remote-host', 'net.send'] },
    stop: SENDS,
    ports: {
      options: { '-c --codespace --json -q --jq -t --template': 'data' },
      run: (call) => call.effect(call.operands.length > 0 ? 'net.send' : 'net.fetch'),
    },
  },
  other: changes,
  does: ['net.fetch'],
}

const request = (call: ProgramCall): void => {
  const method = textOf(call.value('-X', '--method'))?.toUpperCase()
  const dynamic = call.value('-X', '--method')?.is === 'dynamic'
  const fields = call.valuesOf('-f', '-F', '--field', '--raw-field')
  const input = call.value('--input')
  const typed = new Set(call.valuesOf('-F', '--field'))
  for (const field of fields) {
    const file = /=@(.+)$/s.exec(field.text)
    if (file !== null && file[1] !== '-' && typed.has(field))
      call.take('read', { ...field, text: file[1]! })
  }
  const endpoint = headOf(call.operands[0] ?? literalWord(''))
  if (endpoint === 'graphql' || endpoint.endsWith('/graphql')) {
    const query = fields.find((field) => field.text.startsWith('query='))
    const text = query?.text.slice(6).trimStart() ?? ''
    const asks =
      query?.is === 'literal' &&
      !text.startsWith('@') &&
      !/\b(?:mutation|subscription)\b/.test(text)
    if (asks && input === undefined) call.effect('net.fetch')
    else call.effect(/\bdelete\w*\s*\(/i.test(text) ? 'destroy.infra' : 'net.send')
    return
  }
  const sends = fields.length > 0 || input !== undefined
  if (method === 'DELETE') call.effect('destroy.infra')
  else if (dynamic) call.effect('net.send', { certainty: 'possible' })
  else if (method === 'GET' || method === 'HEAD' || (method === undefined && !sends))
    call.effect('net.fetch')
  else call.effect('net.send')
}

const authorised = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.has('--show-token') || call.hasExactly('-t')) call.effect('secret.read')
}

/** An alias of shell text is code that later calls run. */
const alias: Behaviour = {
  sub: {
    list: NOTHING,
    'set import': {
      options: {},
      run: (call) => {
        const shell = call.has('--shell') || call.hasExactly('-s')
        const text = call.operands[1]?.text ?? '!'
        inFolder(call, 'fs.write', `~/.config/${call.name}`)
        if (shell || text.startsWith('!')) call.effect('persist', { name: 'alias' })
      },
    },
    delete: { run: (call) => inFolder(call, 'fs.write', `~/.config/${call.name}`) },
  },
}

const settings: Behaviour = {
  sub: { 'list get ls': NOTHING, 'clear-cache': NOTHING },
  other: { run: (call) => inFolder(call, 'fs.write', `~/.config/${call.name}`) },
}

const extension: Behaviour = {
  sub: {
    'list search browse': FETCHES,
    'install upgrade': {
      does: ['net.fetch', 'writes ~/.local/share/gh/extensions', 'exec', 'new-package'],
    },
    remove: { run: (call) => inFolder(call, 'fs.delete', '~/.local/share/gh/extensions') },
    exec: { style: 'posix', does: ['exec', 'unknown-program'] },
    create: { does: ['writes .'] },
  },
}

export const FORGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'gh glab',
    options: { '-R --repo --hostname': 'data' },
    sub: {
      'pr issue mr run workflow project ruleset rs cache org variable ssh-key gpg-key deploy-key ci pipeline pipe snippet schedule incident iteration milestone token securefile cluster changelog todo user attestation at agent-task discussion job':
        THING,
      label: { sub: { ...THING.sub!, clone: changes }, other: changes, does: ['net.fetch'] },
      repo: {
        sub: { ...THING.sub!, 'deploy-key autolink gitignore license': THING },
        other: changes,
        does: ['net.fetch'],
      },
      'codespace cs': codespace,
      gist,
      release,
      auth: {
        sub: {
          status: { run: authorised },
          token: { does: ['secret.read'] },
          'git-credential': { does: ['secret.read'] },
          'setup-git configure-docker': { does: ['writes ~/.gitconfig'] },
          switch: { does: ['writes ~/.config/gh/hosts.yml'] },
          logout: { does: ['writes ~/.config/gh/hosts.yml'] },
        },
        other: { does: ['net.send', 'writes ~/.config/gh/hosts.yml'] },
      },
      secret: {
        sub: { list: FETCHES, 'delete remove': DESTROYS },
        other: { options: { '-f --env-file': 'read', '-b --body': 'data' }, does: ['net.send'] },
      },
      api: {
        options: {
          '-X --method -H --header -f --raw-field -F --field -q --jq -t --template --cache -p --preview':
            'data',
          '--input': 'read',
        },
        run: request,
      },
      config: settings,
      alias,
      'extension extensions ext': extension,
      'search status browse licenses': FETCHES,
      copilot: { does: ['spawn', 'nested-agent'] },
      duo: { does: ['net.send'] },
      'help version completion reference check-update preview': NOTHING,
    },
    examples: [
      'gh pr list => net.fetch',
      'gh pr view 1 --json title -q .title => net.fetch',
      'gh pr create --fill => net.send',
      'gh pr merge 1 --delete-branch => net.send, destroy.infra',
      'gh pr checkout 1 => net.fetch, fs.write .',
      'gh repo delete a/b --yes => destroy.infra',
      'gh repo clone a/b => net.fetch, fs.write .',
      'gh run download 1 -D out => fs.write out, net.fetch, fs.write .',
      'gh gist create .env => fs.read .env, secret.read .env, net.send, secret.send',
      'gh release verify v1 => net.fetch',
      'gh rs list => net.fetch',
      'gh repo deploy-key list => net.fetch',
      'gh label clone a/b => net.send',
      'gh api repos/a/b => net.fetch',
      'gh api -X DELETE repos/a/b => destroy.infra',
      'gh api -X POST repos/a/b -f x=1 => net.send',
      'gh api repos/a/b -F body=@a.txt => fs.read a.txt, net.send',
      "gh api graphql -f query='{ viewer { login } }' => net.fetch",
      "gh api graphql -f query='mutation { addStar(x: 1) { id } }' => net.send",
      "gh api graphql -f query='mutation { deleteIssue(x: 1) { id } }' => destroy.infra",
      'gh auth token => secret.read',
      'gh auth status => net.fetch',
      'gh auth status -t => net.fetch, secret.read',
      'gh secret set A --body b => net.send',
      'gh extension install a/b => net.fetch, fs.write ~/.local/share/gh/extensions, exec gh, opaque new-package',
      "gh alias set x '!rm a' => fs.write ~/.config/gh, persist alias",
      'gh alias set co "pr checkout" => fs.write ~/.config/gh',
      'gh codespace ssh => exec gh, opaque remote-host, net.send',
      'gh frob => exec gh, opaque unknown-subcommand',
    ],
  },
  {
    names: 'hub',
    ...hubOf(),
    examples: [
      'hub status =>',
      'hub push --force => net.send, destroy.vcs',
      'hub pull-request -m x => net.send',
      'hub delete a/b => destroy.infra',
    ],
  },
  {
    names: 'tea',
    options: { '-r --repo -l --login -R --remote -o --output': 'data' },
    sub: {
      'pulls pull pr issues issue i releases release r labels label milestones milestone repos repo times time organizations organization branches branch notifications notification admin webhooks':
        {
          sub: {
            'list ls checkout search view': FETCHES,
            'delete rm remove clean': DESTROYS,
          },
          other: SENDS,
          does: ['net.fetch'],
        },
      'clone c': { does: ['net.fetch', 'writes .'] },
      'open o whoami': FETCHES,
      'login logins logout': { does: ['writes ~/.config/tea'] },
    },
    examples: ['tea pulls => net.fetch', 'tea issues create -t x => net.send'],
  },
]

/** hub is git with commands of its own. */
function hubOf(): Behaviour {
  const { names: _names, examples: _examples, ...git } = GIT[0]!
  return {
    ...git,
    sub: {
      ...git.sub,
      'pull-request fork create release gist sync issue': {
        sub: { 'show list': FETCHES },
        other: { does: ['net.send'] },
        run: (call) => call.effect(call.name === 'hub' ? 'net.send' : 'net.fetch'),
      },
      'pr ci-status browse compare': { does: ['net.fetch'] },
      delete: DESTROYS,
      api: {
        options: {
          '-X --method -f --raw-field -F --field -H --header -t --template': 'data',
          '--input': 'read',
        },
        run: request,
      },
    },
  }
}
