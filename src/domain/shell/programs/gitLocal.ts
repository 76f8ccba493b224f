// What only looks into a repository, and what only adds to its own folder: nothing is lost by either.
import type { Behaviour } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { tailOf, textOf } from '../word.ts'
import { namesSecret } from './gitConfig.ts'

/** What is shown of a tracked file is the file's content. */
const content = (call: ProgramCall): void => {
  for (const word of call.operands) {
    const cut = word.text.indexOf(':')
    if (cut >= 0 && cut < word.text.length - 1) call.take('read', tailOf(word, cut + 1))
    else if (namesSecret(call, word)) call.take('read', word)
  }
}

const diff = (call: ProgramCall): void => {
  if (call.has('--no-index')) for (const word of call.operands) call.take('read', word)
  else content(call)
}

/** `-O<program>` hands the files that were found to a program. */
const grep = (call: ProgramCall): void => {
  content(call)
  if (call.has('--no-index')) for (const word of call.operands.slice(1)) call.take('scan', word)
  const opener = call.args.find((word) =>
    /^(?:-[ivwnlLhHcqzEFGPoWpar]*O.|--open-files-in-pager=)/.test(word.text),
  )
  if (opener === undefined) return
  const from = opener.text.startsWith('--') ? opener.text.indexOf('=') : opener.text.indexOf('O')
  const program = tailOf(opener, from + 1)
  call.shellText({ ...program, text: `${program.text} "$_file"` })
}

/** Looks with some of its verbs, and else records. */
const unless = (looks: RegExp, alone: boolean, more: Behaviour = {}): Behaviour => ({
  ...more,
  run: (call) => {
    const [verb] = call.operands
    if (verb === undefined ? alone : looks.test(textOf(verb) ?? '')) return
    call.facts(['repository'])
    more.run?.(call)
  },
})

const LOOKS: Behaviour = {
  options: {
    '--output --export-marks': 'write',
    '-n --max-count --format --pretty --since --until --after --before --author --committer --grep -S -G -L -U --diff-filter --skip --date --sort --count --contains --exclude --pathspec-from-file':
      'data',
  },
  run: content,
}

/** What is added is meant to be shared: a file of credentials is read to that end. */
const added = (call: ProgramCall): void => {
  if (call.has('--dry-run') || call.hasExactly('-n')) return
  for (const word of call.operands) if (namesSecret(call, word)) call.take('read', word)
  call.facts(['repository'])
}

const RECORDS: Behaviour = { does: ['repository'] }

const scheduled = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0])
  if (verb === 'start' || verb === 'stop') call.effect('persist', { name: 'git-maintenance' })
  if (verb === 'register' || verb === 'unregister' || verb === 'start')
    call.facts(['writes ~/.gitconfig'])
  else call.facts(['repository'])
}

const bundle = (call: ProgramCall): void => {
  const [verb, file] = call.operands
  if (file === undefined) return
  const word = textOf(verb)
  call.take(word === 'create' ? 'write' : 'read', file)
  if (word === 'unbundle') call.facts(['repository'])
}

const initialise = (call: ProgramCall): void => {
  const [folder] = call.operands
  if (folder === undefined) call.facts(['repository'])
  else call.take('write', folder)
  const template = call.value('--template')
  if (template === undefined || template.text === '') return
  call.take('read', template)
  call.effect('persist', { name: 'git-template' })
}

const object = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  if (call.hasExactly('-w')) call.facts(['repository'])
}

const symbolic = (call: ProgramCall): void => {
  if (call.operands.length > 1 || call.has('-d', '--delete')) call.facts(['repository'])
}

const sparse = (call: ProgramCall): void => {
  if (textOf(call.operands[0]) !== 'list') call.facts(['repository', 'writes .'])
}

export const LOCAL: Readonly<Record<string, Behaviour>> = {
  'status log shortlog blame annotate describe rev-parse rev-list ls-files ls-tree name-rev merge-base for-each-ref show-ref whatchanged cherry count-objects var verify-commit verify-tag verify-pack diff-tree diff-index diff-files diff-pairs last-modified check-ignore check-attr check-mailmap check-ref-format help version range-diff show-branch fsck column stripspace interpret-trailers patch-id get-tar-commit-id request-pull merge-tree mailinfo mailsplit fmt-merge-msg unpack-file fast-export bugreport diagnose':
    LOOKS,
  diff: { ...LOOKS, run: diff },
  difftool: {
    options: { ...LOOKS.options, '-x --extcmd': 'script', '-t --tool -r': 'data' },
    run: diff,
  },
  grep: {
    options: {
      '-e -m --max-count -A -B -C --after-context --before-context --context --threads --max-depth --color':
        'data',
      '-f': 'read',
    },
    run: grep,
  },
  'show cat-file': { options: LOOKS.options!, run: content },
  'add stage': {
    options: { '--pathspec-from-file': 'read', '--chmod': 'data' },
    run: added,
  },
  'pack-refs repack commit-graph multi-pack-index write-tree commit-tree mktree mktag update-index pack-objects index-pack unpack-objects fast-import update-server-info prune-packed refs backfill replay':
    { ...RECORDS, options: { '-F --pathspec-from-file': 'read', '-m --message': 'data' } },
  init: {
    options: {
      '--template -b --initial-branch --object-format --ref-format': 'data',
      '--separate-git-dir': 'write',
    },
    run: initialise,
  },
  notes: unless(/^(?:list|show|get-ref)$/, true, {
    options: { '-F --file': 'read', '-m --message -C -c --ref': 'data' },
  }),
  replace: unless(/^$/, true, { options: { '--format': 'data' } }),
  rerere: unless(/^(?:status|diff|remaining)$/, false),
  'sparse-checkout': { run: sparse },
  'symbolic-ref': { options: { '-m': 'data' }, run: symbolic },
  'hash-object': { options: { '-t --path': 'data' }, run: object },
  maintenance: { options: { '--task --schedule --scheduler': 'data' }, run: scheduled },
  bundle: { run: bundle },
  'format-patch': {
    options: {
      '-o --output-directory': 'write',
      '-v --reroll-count --subject-prefix --start-number --suffix --to --cc --from --in-reply-to --base --cover-letter-description':
        'data',
    },
    run: (call) => {
      if (!call.has('--stdout', '--output-directory') && !call.hasExactly('-o'))
        call.facts(['writes .'])
    },
  },
  hook: { sub: { list: {} }, other: { does: ['exec', 'project-code'] } },
  'for-each-repo': {
    options: { '--config': 'data' },
    run: (call) => {
      const [first, ...rest] = call.operands
      if (first !== undefined) call.around.inner([{ ...first, text: 'git' }, first, ...rest])
    },
  },
}
