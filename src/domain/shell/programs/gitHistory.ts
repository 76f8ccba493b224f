// What moves branches and the working tree of a repository. Commits that no name leads to any more,
// and changes that were never committed, are work lost: `destroy.vcs`.
import type { Behaviour } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

/** Somebody set these hooks up as a check: a run without them is one that nothing looked at. */
const withoutHooks = (call: ProgramCall): void => {
  if (call.has('--no-verify') || switchedOff(call))
    call.effect('privilege', { name: 'skip-git-hooks' })
}

/** Managers of hooks are switched off by variables of their own. */
const switchedOff = (call: ProgramCall): boolean =>
  call.around.command.assignments.some(
    ({ name, value }) =>
      (/^(?:HUSKY|LEFTHOOK)$/.test(name) && /^(?:0|false)$/.test(value.text)) ||
      (/^(?:SKIP|HUSKY_SKIP_HOOKS|OVERCOMMIT_DISABLE|SKIP_SIMPLE_GIT_HOOKS)$/.test(name) &&
        value.text !== ''),
  )

const REWORKS: Behaviour = {
  does: ['repository', 'writes .'],
  options: { '-m --message -s --strategy -X --strategy-option --onto --cleanup -S': 'data' },
  run: withoutHooks,
}

/** Gives up what was resolved so far, and what was not committed before. */
const abandoning: Behaviour = {
  ...REWORKS,
  run: (call) => {
    withoutHooks(call)
    if (call.has('--abort')) call.effect('destroy.vcs')
  },
}

const commit = (call: ProgramCall): void => {
  if (call.has('--dry-run')) return
  call.facts(['repository'])
  // `-uno` and `-S<key>` are one option each; before them `n` among short ones skips the hooks.
  const short = call.args.some((word) => /^-[aeipqvoz]*n/.test(word.text))
  if (short) call.effect('privilege', { name: 'skip-git-hooks' })
  else withoutHooks(call)
}

const checkout = (call: ProgramCall): void => {
  call.facts(['repository', 'writes .'])
  const from = call.has('--pathspec-from-file')
  if (call.has('-f', '--force', '--ours', '--theirs') || from) call.effect('destroy.vcs')
  if (call.has('-b', '-B', '--orphan', '-t', '--track')) return
  const at = call.args.findIndex((word) => word.text === '--')
  const dashes = at >= 0
  const [first] = call.operands
  const alone = first !== undefined && /^\.{1,2}(?:\/|$)|\.[a-z]{1,5}$|[*?]/i.test(first.text)
  const named = dashes ? call.args.slice(at + 1) : call.operands.slice(alone ? 0 : 1)
  for (const word of named) if (word.text !== '.') call.take('change', word)
  if (call.has('-p', '--patch')) return
  if ((dashes && call.operands.length > 0) || call.operands.length > 1) call.effect('destroy.vcs')
  else if (alone)
    call.effect('destroy.vcs', { certainty: first.text === '.' ? 'certain' : 'possible' })
  else if (call.open) call.effect('destroy.vcs', { certainty: 'possible' })
}

const restore = (call: ProgramCall): void => {
  if (call.operands.length === 0 && !call.has('--pathspec-from-file', '-p', '--patch')) return
  call.facts(['repository'])
  if (call.has('-S', '--staged') && !call.has('-W', '--worktree', '--no-staged')) return
  // What an earlier commit had there, the client's settings too.
  for (const word of call.operands) if (word.text !== '.') call.take('change', word)
  call.effect('destroy.vcs')
}

const reset = (call: ProgramCall): void => {
  call.facts(['repository'])
  if (call.has('--hard', '--merge', '--keep')) call.effect('destroy.vcs')
  else if (call.open) call.effect('destroy.vcs', { certainty: 'possible' })
}

const clean = (call: ProgramCall): void => {
  if (call.has('-n', '--dry-run')) return
  const unasked = call
    .globalsOf('-c')
    .some((value) => /^clean\.requireforce=(?:false|0|no|off)/i.test(value.text))
  if (call.has('-f', '--force', '-i', '--interactive') || unasked || call.open)
    call.effect('destroy.vcs')
}

const LISTS_BRANCHES = [
  '--list',
  '--all',
  '--remotes',
  '--verbose',
  '--contains',
  '--no-contains',
  '--merged',
  '--no-merged',
  '--points-at',
  '--show-current',
]

const branch = (call: ProgramCall): void => {
  const { operands } = call
  const moved = call.hasExactly('-M', '-C') && operands.length > 1
  if (call.hasExactly('-D') || call.has('-f', '--force')) call.effect('destroy.vcs')
  // Onto a name that another branch may have, or with options that nobody can see yet.
  else if (moved || call.open) call.effect('destroy.vcs', { certainty: 'possible' })
  else if (
    call.hasExactly('-d', '-m', '-M', '-c', '-C', '-u') ||
    call.has(
      '--delete',
      '--move',
      '--copy',
      '--set-upstream-to',
      '--unset-upstream',
      '--edit-description',
    )
  )
    call.facts(['repository'])
  else if (
    operands.length > 0 &&
    !call.hasExactly('-l', '-a', '-r', '-v') &&
    !call.has(...LISTS_BRANCHES)
  )
    call.facts(['repository'])
}

const tag = (call: ProgramCall): void => {
  if (call.has('-d', '--delete', '-f', '--force')) call.effect('destroy.vcs')
  else if (
    call.operands.length > 0 &&
    !call.has(
      '-l',
      '--list',
      '-v',
      '--verify',
      '-n',
      '--contains',
      '--no-contains',
      '--points-at',
    ) &&
    !call.has('--merged', '--no-merged')
  )
    call.facts(['repository'])
}

const stash = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0])
  if (verb === 'drop' || verb === 'clear') call.effect('destroy.vcs')
  else if (call.operands[0]?.is === 'dynamic') call.effect('destroy.vcs', { certainty: 'possible' })
  else if (verb !== 'list' && verb !== 'show') call.facts(['repository', 'writes .'])
}

const removeTracked = (call: ProgramCall): void => {
  if (call.has('-n', '--dry-run')) return
  call.facts(['repository'])
  if (call.has('--cached')) return
  const role = call.hasExactly('-r') ? 'deleteAll' : 'delete'
  for (const word of call.operands) call.take(role, word)
}

const moveTracked = (call: ProgramCall): void => {
  if (call.has('-n', '--dry-run')) return
  call.facts(['repository'])
  for (const [at, word] of call.operands.entries())
    call.take(at === call.operands.length - 1 ? 'write' : 'delete', word)
}

const worktree = (call: ProgramCall): void => {
  const [verb, path, to] = call.operands
  const word = textOf(verb)
  if (word === undefined || word === 'list') return
  if (word === 'remove' && path !== undefined) {
    if (call.has('-f', '--force')) call.effect('destroy.vcs')
    else call.facts(['repository'])
    call.take('delete', path)
    return
  }
  call.facts(['repository'])
  if (word === 'add' && path !== undefined) call.take('write', path)
  if (word === 'move' && path !== undefined && to !== undefined) {
    call.take('delete', path)
    call.take('write', to)
  }
}

const reflog = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0]) ?? ''
  if (/^(?:expire|delete|drop)$/.test(verb) && !call.has('-n', '--dry-run'))
    call.effect('destroy.vcs')
}

/** What nothing leads to is kept for weeks, unless the call says otherwise. */
const collect = (call: ProgramCall): void => {
  const when = call.value('--prune')
  if (when !== undefined && !/^(?:\d+\.(?:weeks?|months?|days?)\.ago|never)$/.test(when.text))
    call.effect('destroy.vcs')
  else call.facts(['repository'])
}

const bisect = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0])
  if (verb === undefined || /^(?:log|view|visualize|terms|help)$/.test(verb)) return
  call.facts(['repository', 'writes .'])
  if (verb === 'run')
    call.around.inner(call.args.slice(call.args.findIndex((word) => word.text === 'run') + 1))
}

const rebase = (call: ProgramCall): void => {
  withoutHooks(call)
  if (call.has('--abort')) call.effect('destroy.vcs')
}

const applied = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  const looks = call.has('--stat', '--numstat', '--summary', '--check') && !call.has('--apply')
  if (looks) return
  call.facts(call.has('--cached') ? ['repository'] : ['repository', 'writes .'])
  if (call.has('--unsafe-paths')) call.effect('fs.write')
}

const rewritten = (call: ProgramCall): void => {
  for (const { value } of call.values) call.shellText(value)
  call.facts(['destroy.vcs', 'project-code'])
}

const overwrites = (...flags: ReadonlyArray<string>): Behaviour => ({
  run: (call) => {
    call.facts(['repository'])
    if (call.has(...flags)) call.effect('destroy.vcs')
  },
})

export const HISTORY: Readonly<Record<string, Behaviour>> = {
  commit: {
    options: {
      '-F --file -t --template --pathspec-from-file': 'read',
      '-m --message --author --date -C --reuse-message -c --reedit-message --fixup --squash --trailer --cleanup':
        'data',
    },
    run: commit,
  },
  'merge cherry-pick am': abandoning,
  revert: abandoning,
  rebase: {
    ...REWORKS,
    options: { ...REWORKS.options, '-x --exec': 'script' },
    run: rebase,
  },
  apply: {
    options: { '--directory --exclude --include -p -C --whitespace': 'data' },
    run: applied,
  },
  'merge-file quiltimport mergetool flow': REWORKS,
  'filter-branch': {
    options: {
      '--setup --env-filter --tree-filter --index-filter --parent-filter --msg-filter --commit-filter --tag-name-filter':
        'data',
    },
    run: rewritten,
  },
  'filter-repo': { does: ['destroy.vcs', 'project-code'] },
  checkout: {
    options: {
      '-b -B --orphan --conflict -U --unified --inter-hunk-context': 'data',
      '--pathspec-from-file': 'read',
    },
    run: checkout,
  },
  switch: {
    options: { '-c -C --create --force-create --orphan --conflict': 'data' },
    does: ['repository', 'writes .'],
    flags: { '-f --force --discard-changes': ['destroy.vcs'] },
  },
  restore: {
    options: {
      '-s --source --pathspec-from-file --conflict -U --unified --inter-hunk-context': 'data',
    },
    run: restore,
  },
  reset: { options: { '--pathspec-from-file': 'read' }, run: reset },
  clean: { options: { '-e --exclude': 'data' }, run: clean },
  branch: {
    options: {
      '-u --set-upstream-to --contains --no-contains --merged --no-merged --format --sort --points-at':
        'data',
    },
    run: branch,
  },
  tag: {
    options: {
      '-m --message -u --local-user --sort --format -n --contains --no-contains --merged --no-merged --points-at --cleanup --trailer':
        'data',
      '-F --file': 'read',
    },
    run: tag,
  },
  stash: { options: { '-m --message': 'data', '--pathspec-from-file': 'read' }, run: stash },
  rm: { options: { '--pathspec-from-file': 'read' }, run: removeTracked },
  mv: { run: moveTracked },
  worktree: { options: { '-b -B --reason --expire': 'data' }, run: worktree },
  reflog: { options: { '--expire --expire-unreachable': 'data' }, run: reflog },
  gc: { run: collect },
  prune: {
    options: { '--expire': 'data' },
    run: (call) => {
      if (!call.hasExactly('-n') && !call.has('--dry-run')) call.effect('destroy.vcs')
    },
  },
  bisect: { run: bisect },
  'update-ref': {
    options: { '-m': 'data' },
    run: (call) => {
      call.facts(['repository'])
      const certain = call.hasExactly('-d', '--stdin')
      call.effect('destroy.vcs', certain ? {} : { certainty: 'possible' })
    },
  },
  'checkout-index': {
    ...overwrites('-f', '--force'),
    options: { '--prefix': 'write', '--stage': 'data' },
  },
  'read-tree': overwrites('-u', '--reset'),
}
