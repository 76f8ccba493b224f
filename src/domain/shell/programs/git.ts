// git and its neighbours. What can lose committed or uncommitted work is `destroy.vcs`, what leaves
// the machine `net.send`; the rest reads, or writes the repository's own folder.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, joined, literalWord, type ShellWord, textOf } from '../word.ts'

const LOOKS: Behaviour = {
  options: {
    '--output': 'write',
    '-n --max-count --format --pretty --since --until --author --grep -S -G': 'data',
  },
}
const RECORDS: Behaviour = { does: ['repository'] }
const REWORKS: Behaviour = {
  does: ['repository', 'writes .'],
  options: { '-m --message -s -X': 'data', '-x --exec': 'script' },
}
const LOSES: Behaviour = { does: ['destroy.vcs'] }

/** Settings that name a program to run. */
const RUNS =
  /^(?:core\.(?:pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy)|alias\.|pager\.|credential\.(?:.*\.)?helper|diff\.(?:external|.*\.(?:command|textconv))|merge\..*\.driver|filter\.|sequence\.editor|gpg\.(?:.*\.)?program|uploadpack\.|remote\..*\.(?:uploadpack|receivepack|proxy|vcs)|protocol\.ext|init\.templatedir|include\.path|includeif\.|man\..*\.cmd|browser\..*\.cmd|difftool\.|mergetool\.|url\..*\.insteadof)/i

const IDLE_VALUE = /=(?:|cat|less|true|false|never|always)$/

/** `git -c key=value`, on any subcommand. */
const settings = (call: ProgramCall): void => {
  for (const value of call.globalsOf('-c', '--config-env'))
    if (
      (value.is === 'dynamic' && RUNS.test(headOf(value))) ||
      (RUNS.test(value.text) && !IDLE_VALUE.test(value.text))
    )
      call.exec('environment-code')
}

const remoteTarget = (
  call: ProgramCall,
  kind: 'net.fetch' | 'net.send',
  word: ShellWord | undefined,
): void => {
  if (word === undefined) {
    call.effect(kind)
    return
  }
  const text = headOf(word)
  if (text.startsWith('ext::')) {
    call.shellText({ ...word, text: word.text.slice(5) })
    return
  }
  const host = call.remote(word)
  if (host !== undefined) call.effect(kind, { host })
  else if (/^[a-z+]+:\/\//.test(text)) call.take(kind === 'net.send' ? 'send' : 'fetch', word)
  else if (/^[./~]/.test(text)) call.take(kind === 'net.send' ? 'write' : 'read', word)
  else call.effect(kind, word.is === 'literal' ? { name: text } : {})
}

const push = (call: ProgramCall): void => {
  const [remote, ...refs] = call.operands
  remoteTarget(call, 'net.send', call.value('--repo') ?? remote)
  if (call.has('--dry-run') || call.hasExactly('-n')) return
  const forced =
    call.hasExactly('-f', '--force', '--forc', '--for', '--mirror', '--prune', '--delete', '-d') ||
    call.has('--mirror', '--delete')
  if (forced || refs.some((ref) => /^[+:]/.test(ref.text))) call.effect('destroy.vcs')
  else if (call.open) call.effect('destroy.vcs', { certainty: 'possible' })
}

const checkout = (call: ProgramCall): void => {
  call.facts(['repository', 'writes .'])
  if (call.has('-f', '--force', '--ours', '--theirs')) call.effect('destroy.vcs')
  if (call.has('-B')) call.effect('destroy.vcs', { certainty: 'possible' })
  if (call.has('-b', '-B', '--orphan', '-t', '--track', '-p', '--patch')) return
  const dashes = call.args.some((word) => word.text === '--')
  const [first] = call.operands
  const alone = first !== undefined && /^\.{1,2}(?:\/|$)|\.[a-z]{1,5}$|[*?]/i.test(first.text)
  if ((dashes && call.operands.length > 0) || call.operands.length > 1) call.effect('destroy.vcs')
  else if (alone)
    call.effect('destroy.vcs', { certainty: first.text === '.' ? 'certain' : 'possible' })
}

const restore = (call: ProgramCall): void => {
  if (call.operands.length === 0 && !call.has('--pathspec-from-file', '-p', '--patch')) return
  call.facts(['repository'])
  if (!call.has('-S', '--staged') || call.has('-W', '--worktree')) call.effect('destroy.vcs')
}

const reset = (call: ProgramCall): void => {
  call.facts(['repository'])
  if (call.has('--hard', '--merge', '--keep')) call.effect('destroy.vcs')
}

const clean = (call: ProgramCall): void => {
  if (call.has('-n', '--dry-run')) return
  const unasked = call
    .globalsOf('-c')
    .some((value) => /^clean\.requireforce=(?:false|0|no|off)/i.test(value.text))
  if (call.has('-f', '--force', '-i', '--interactive') || unasked || call.open)
    call.effect('destroy.vcs')
}

const branch = (call: ProgramCall): void => {
  const { operands } = call
  const deletes = call.has('-d', '--delete', '-D')
  if (call.hasExactly('-D', '-M', '-C') || call.has('-f', '--force')) call.effect('destroy.vcs')
  else if (
    deletes ||
    operands.length > 0 ||
    call.has('-m', '-c', '--move', '--copy', '-u', '--set-upstream-to', '--unset-upstream')
  )
    call.facts(['repository'])
}

const tag = (call: ProgramCall): void => {
  if (call.has('-d', '--delete', '-f', '--force')) call.effect('destroy.vcs')
  else if (call.operands.length > 0 && !call.has('-l', '--list', '-v', '--verify'))
    call.facts(['repository'])
}

const clone = (call: ProgramCall): void => {
  const [source, target] = call.operands
  if (source !== undefined) remoteTarget(call, 'net.fetch', source)
  if (target === undefined) call.takeDirectory('write')
  else call.take('write', target)
  for (const value of call.valuesOf('--upload-pack', '-u')) call.shellText(value)
  for (const value of call.valuesOf('--config'))
    if (RUNS.test(value.text)) call.exec('environment-code')
}

const config = (call: ProgramCall): void => {
  const [verb] = call.operands
  const word = textOf(verb) ?? ''
  if (
    call.has('--get', '--get-all', '--get-regexp', '-l', '--list', '--get-urlmatch') ||
    word === 'get' ||
    word === 'list'
  )
    return
  const operands =
    word === 'set' || word === 'unset' || word === 'edit' ? call.operands.slice(1) : call.operands
  const [key, value] = operands
  const removes = call.has(
    '--unset',
    '--unset-all',
    '--remove-section',
    '-e',
    '--edit',
    '--add',
    '--replace-all',
  )
  if (key === undefined && !removes && word !== 'edit') return
  if (value === undefined && !removes && word !== 'unset' && word !== 'edit') return
  const named = call.value('-f', '--file')
  if (named !== undefined) call.take('write', named)
  else if (call.has('--global')) call.take('write', literalWord(`${call.home}/.gitconfig`))
  else if (call.has('--system')) call.take('write', literalWord('/etc/gitconfig'))
  else call.facts(['repository'])
  if (key !== undefined && (key.is === 'dynamic' || RUNS.test(key.text)))
    call.effect('persist', { name: 'git-config' })
}

const stash = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0])
  if (verb === 'drop' || verb === 'clear') call.effect('destroy.vcs')
  else if (verb !== 'list' && verb !== 'show') call.facts(['repository', 'writes .'])
}

const show = (call: ProgramCall): void => {
  for (const word of call.operands) {
    const cut = word.text.indexOf(':')
    if (cut >= 0 && cut < word.text.length - 1)
      call.take('read', { ...word, text: word.text.slice(cut + 1) })
  }
}

const diff = (call: ProgramCall): void => {
  if (call.has('--no-index')) for (const word of call.operands) call.take('read', word)
}

const removeTracked = (call: ProgramCall): void => {
  call.facts(['repository'])
  if (call.has('--cached', '-n', '--dry-run')) return
  const role = call.has('-r') ? 'deleteAll' : 'delete'
  for (const word of call.operands) call.take(role, word)
}

const moveTracked = (call: ProgramCall): void => {
  call.facts(['repository'])
  for (const [at, word] of call.operands.entries())
    call.take(at === call.operands.length - 1 ? 'write' : 'delete', word)
}

const remote = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0])
  if (verb === 'update' || verb === 'prune') call.effect('net.fetch')
  if (verb !== undefined && !/^(?:show|get-url|update)$/.test(verb)) call.facts(['repository'])
}

const submodule = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  const word = textOf(verb)
  if (word === undefined || word === 'status' || word === 'summary') return
  if (word === 'foreach') {
    const line = joined(rest)
    if (line !== undefined) call.shellText(line)
    return
  }
  if (word === 'deinit' && call.has('-f', '--force')) call.effect('destroy.vcs')
  call.facts(['net.fetch', 'repository', 'writes .'])
}

const worktree = (call: ProgramCall): void => {
  const [verb, path] = call.operands
  const word = textOf(verb)
  if (word === 'add' && path !== undefined) {
    call.facts(['repository'])
    call.take('write', path)
  } else if (word === 'remove' && path !== undefined) {
    if (call.has('-f', '--force')) call.effect('destroy.vcs')
    call.take('delete', path)
  } else if (word !== 'list') call.facts(['repository'])
}

const reflog = (call: ProgramCall): void => {
  if (/^(?:expire|delete)$/.test(textOf(call.operands[0]) ?? '')) call.effect('destroy.vcs')
}

const collect = (call: ProgramCall): void => {
  if (call.has('--prune')) call.effect('destroy.vcs')
  else call.facts(['repository'])
}

const bisect = (call: ProgramCall): void => {
  call.facts(['repository', 'writes .'])
  if (textOf(call.operands[0]) === 'run')
    call.around.inner(call.args.slice(call.args.findIndex((word) => word.text === 'run') + 1))
}

const updateReference = (call: ProgramCall): void => {
  call.effect(call.has('-d', '--stdin') ? 'destroy.vcs' : 'fs.write')
}

const archive = (call: ProgramCall): void => {
  if (call.value('--remote') !== undefined) call.effect('net.fetch')
}

export const GIT: ReadonlyArray<ProgramRow> = [
  {
    names: 'git hub yadm',
    options: {
      '-C': 'chdir',
      '-c --config-env': 'data',
      '--git-dir --work-tree --namespace --exec-path --super-prefix': 'data',
    },
    globalsFirst: true,
    every: settings,
    sub: {
      'status log shortlog blame annotate describe rev-parse rev-list ls-files ls-tree name-rev merge-base for-each-ref show-ref whatchanged cherry count-objects var verify-commit verify-tag diff-tree diff-index diff-files check-ignore check-attr check-ref-format help version grep range-diff show-branch fsck column stripspace interpret-trailers patch-id get-tar-commit-id request-pull':
        LOOKS,
      diff: { ...LOOKS, run: diff },
      'show cat-file': { ...LOOKS, run: show },
      'add stage commit init notes pack-refs repack commit-graph multi-pack-index maintenance write-tree commit-tree hash-object mktree mktag read-tree update-index sparse-checkout rerere symbolic-ref pack-objects index-pack unpack-objects bundle fast-import':
        {
          ...RECORDS,
          options: {
            '-F --file -t --template': 'read',
            '-m --message --author --date -C --reuse-message --fixup': 'data',
          },
        },
      'merge rebase cherry-pick revert am apply merge-file merge-tree quiltimport checkout-index mergetool':
        REWORKS,
      'filter-branch filter-repo replace': { does: ['destroy.vcs', 'project-code'] },
      prune: LOSES,
      push: {
        options: { '--repo -o --push-option': 'data', '--receive-pack --exec': 'script' },
        run: push,
      },
      'fetch ls-remote': {
        options: { '--upload-pack --exec': 'script', '--depth -j --jobs -o': 'data' },
        run: (call) => remoteTarget(call, 'net.fetch', call.operands[0]),
      },
      pull: {
        options: { '--upload-pack': 'script', '-s -X --depth -j': 'data' },
        does: ['repository', 'writes .'],
        run: (call) => remoteTarget(call, 'net.fetch', call.operands[0]),
      },
      clone: {
        options: {
          '--upload-pack -u --config': 'data',
          '-b --branch --depth -o --origin --reference --template -j --jobs --filter': 'data',
        },
        run: clone,
      },
      checkout: {
        options: {
          '-b -B --orphan --conflict -U --unified --inter-hunk-context': 'data',
          '--pathspec-from-file': 'read',
        },
        run: checkout,
      },
      switch: {
        options: { '-c -C --create --force-create --orphan': 'data' },
        does: ['repository', 'writes .'],
        flags: { '-f --force --discard-changes -C --force-create': ['destroy.vcs'] },
      },
      restore: {
        options: {
          '-s --source --pathspec-from-file --conflict -U --unified --inter-hunk-context': 'data',
        },
        run: restore,
      },
      reset: { run: reset },
      clean: { options: { '-e --exclude': 'data' }, run: clean },
      branch: {
        options: {
          '-u --set-upstream-to --contains --no-contains --merged --format --sort --points-at':
            'data',
        },
        run: branch,
      },
      tag: {
        options: {
          '-m --message -F --file -u --local-user --sort --format -n --contains --points-at':
            'data',
        },
        run: tag,
      },
      stash: { options: { '-m --message': 'data' }, run: stash },
      rm: { run: removeTracked },
      mv: { run: moveTracked },
      config: { options: { '-f --file --blob --type --default': 'data' }, run: config },
      remote: { run: remote },
      submodule: { options: { '-b --branch --reference --depth': 'data' }, run: submodule },
      worktree: { options: { '-b -B': 'data' }, run: worktree },
      reflog: { options: { '--expire --expire-unreachable': 'data' }, run: reflog },
      gc: { run: collect },
      bisect: { run: bisect },
      'update-ref': { options: { '-m': 'data' }, run: updateReference },
      archive: {
        options: {
          '-o --output': 'write',
          '--remote --format --prefix': 'data',
          '--exec': 'script',
        },
        run: archive,
      },
      'format-patch': { options: { '-o --output-directory': 'write' }, does: ['writes .'] },
      'send-email imap-send': { does: ['net.send'] },
      'daemon instaweb': { does: ['spawn'] },
      'credential credential-store credential-cache': { does: ['secret.read'] },
      'lfs svn p4': { does: ['net.fetch', 'repository', 'writes .'] },
      difftool: { options: { '-x --extcmd': 'script', '-t --tool': 'data' } },
      flow: REWORKS,
    },
    examples: [
      'git status =>',
      'git -C src log --oneline -5 =>',
      'git commit -m "rm -rf / && git push --force" => fs.write .git',
      'git push origin main => net.send origin',
      'git push --force => net.send, destroy.vcs',
      'git push origin +main => net.send origin, destroy.vcs',
      'git push origin :old => net.send origin, destroy.vcs',
      'git reset --hard HEAD~1 => fs.write .git, destroy.vcs',
      'git reset HEAD a => fs.write .git',
      'git clean -fdx => destroy.vcs',
      'git clean -n =>',
      'git checkout -- a.txt => fs.write .git, fs.write ., destroy.vcs',
      'git checkout -b x => fs.write .git, fs.write .',
      'git checkout main => fs.write .git, fs.write .',
      'git checkout . => fs.write .git, fs.write ., destroy.vcs',
      'git restore a => fs.write .git, destroy.vcs',
      'git restore --staged a => fs.write .git',
      'git stash => fs.write .git, fs.write .',
      'git stash drop => destroy.vcs',
      'git branch -D x => destroy.vcs',
      'git branch =>',
      'git config core.hooksPath /tmp/h => fs.write .git, persist git-config',
      'git config user.name me => fs.write .git',
      'git config --get user.name =>',
      'git -c core.pager="sh x" log => exec git, opaque environment-code',
      'git clone https://h.example/a.git => net.fetch h.example, fs.write .',
      'git clone "ext::rm a" => fs.delete a, fs.write .',
      'git show HEAD:.env => fs.read .env, secret.read .env',
      'git rebase --exec "rm a" main => fs.delete a, fs.write .git, fs.write .',
      'git gc --prune=now => destroy.vcs',
      'git rm -r src => fs.write .git, fs.delete src',
      'git frob => exec git, opaque unknown-subcommand',
      'git submodule foreach "rm a" => fs.delete a',
      'git remote add o git@h.example:a/b => fs.write .git',
      'git reset --har => fs.write .git, destroy.vcs',
      'git $SUB x => exec git, opaque dynamic-command',
      'git -C "$D" commit -m x => fs.write',
      'git branch -C a b => destroy.vcs',
      'git clean -fd --help =>',
    ],
  },
]
