// What git brings from and sends to other repositories. What is overwritten or deleted there is
// published history: lost for everybody, so `destroy.vcs` beside `net.send`.
import { settingRuns } from '../gitSettings.ts'
import type { Behaviour } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, joined, literalWord, type ShellWord, textOf, UNKNOWN } from '../word.ts'
import { namesSecret } from './gitConfig.ts'

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
  // `fd::` and helpers by name: a program `git-remote-<name>` that this reading cannot see.
  if (/^[\w-]+::/.test(text)) call.exec('environment-code')
  const host = call.remote(word)
  if (host !== undefined) call.effect(kind, { host })
  else if (/^[a-z+]+:\/\//.test(text)) call.take(kind === 'net.send' ? 'send' : 'fetch', word)
  else if (/^[./~]/.test(text)) call.take(kind === 'net.send' ? 'write' : 'read', word)
  else call.effect(kind, word.is === 'literal' ? { name: text } : {})
}

const push = (call: ProgramCall): void => {
  const [remote, ...refs] = call.operands
  if (call.has('--dry-run') || call.hasExactly('-n')) {
    remoteTarget(call, 'net.fetch', call.value('--repo') ?? remote)
    return
  }
  remoteTarget(call, 'net.send', call.value('--repo') ?? remote)
  const forced =
    call.hasExactly('-f', '--force', '--forc', '--for', '--prune', '-d') ||
    call.has('--mirror', '--delete', '--force-with-lease')
  if (forced || refs.some((ref) => /^[+:]|:\+/.test(ref.text))) call.effect('destroy.vcs')
  else if (call.open || refs.some((ref) => ref.text.startsWith(UNKNOWN)))
    call.effect('destroy.vcs', { certainty: 'possible' })
}

/** The folder that a clone makes when none is named: the last part of its source. */
const folderOf = (source: ShellWord, bare: boolean): ShellWord | undefined => {
  const text = textOf(source)
  if (text === undefined || text.includes('::')) return undefined
  const base = /([^/:]+?)(?:\.git|\.bundle)?\/*$/.exec(text.slice(-512))?.[1]
  return base === undefined || base === '.' || base === '..'
    ? undefined
    : literalWord(bare ? `${base}.git` : base, source.start, source.end)
}

const clone = (call: ProgramCall): void => {
  const [source, target] = call.operands
  if (source === undefined) return
  remoteTarget(call, 'net.fetch', source)
  const folder = target ?? folderOf(source, call.has('--bare', '--mirror'))
  if (folder === undefined) call.takeDirectory('write')
  else call.take('write', folder)
  for (const value of call.valuesOf('--upload-pack', '-u')) call.shellText(value)
  for (const value of call.valuesOf('--config', '-c'))
    if (settingRuns(headOf(value).split('=')[0]!) !== undefined) call.exec('environment-code')
  for (const value of call.valuesOf('--template')) {
    call.take('read', value)
    call.effect('persist', { name: 'git-template' })
  }
}

const remote = (call: ProgramCall): void => {
  const [verb, , address] = call.operands
  const word = textOf(verb)
  if (word === undefined || word === 'get-url') return
  if (word === 'show' || word === 'update') {
    call.effect('net.fetch')
    return
  }
  if (word === 'prune') call.effect('net.fetch')
  call.facts(['repository'])
  // What is pushed from now on goes elsewhere, whatever name it is pushed to.
  if (word === 'set-url' || /^(?:ext|fd)::/.test(headOf(address ?? literalWord(''))))
    call.effect('persist', { name: 'git-remote' })
}

const submodule = (call: ProgramCall): void => {
  const [verb, ...rest] = call.operands
  const word = textOf(verb)
  if (word === undefined || word === 'status' || word === 'summary') return
  if (word === 'foreach') {
    // The options among its words are the command's own.
    const words = call.args.slice(call.args.indexOf(verb!) + 1)
    while (/^(?:--recursive|--quiet|-q|--)$/.test(words[0]?.text ?? '')) words.shift()
    const line = joined(words)
    if (line !== undefined) call.shellText(line)
    return
  }
  if (word === 'deinit' && call.has('-f', '--force')) call.effect('destroy.vcs')
  if (word === 'add' && rest[0] !== undefined) remoteTarget(call, 'net.fetch', rest[0])
  else if (/^(?:update|init|sync)$/.test(word)) call.effect('net.fetch')
  call.facts(['repository', 'writes .'])
}

export const LARGE: Readonly<Record<string, Behaviour>> = {
  'ls-files status env version logs pointer locks fsck ext standalone-file': {},
  'track untrack checkout dedup prune post-checkout post-commit post-merge merge-driver clean smudge filter-process':
    { does: ['repository', 'writes .'] },
  'pull fetch clone': { does: ['net.fetch', 'repository', 'writes .'] },
  'push pre-push lock unlock': { does: ['net.send'] },
  'install update uninstall': {
    run: (call) => {
      call.effect('persist', { name: 'git-hooks' })
      if (!call.has('--local', '--worktree')) call.facts(['writes ~/.gitconfig'])
    },
  },
  migrate: {
    sub: { info: {} },
    other: { does: ['repository', 'destroy.vcs'] },
  },
}

/** `+main:main`, or forced: what the branch held here is no longer reached. */
const fetched = (call: ProgramCall): void => {
  const [source, ...refs] = call.operands
  remoteTarget(call, 'net.fetch', source)
  if (call.has('--dry-run')) return
  const forced = call.has('--force') || call.hasExactly('-f')
  for (const { text } of refs) {
    const [from, to] = text.split(':', 2)
    const local = to !== undefined && to !== '' && !/^refs\/(?!heads\/)/.test(to)
    if (
      local &&
      (forced || from!.startsWith('+')) &&
      !/\/|^FETCH_HEAD$/.test(to.replace(/^refs\/heads\//, ''))
    )
      call.effect('destroy.vcs')
  }
}

export const REMOTE: Readonly<Record<string, Behaviour>> = {
  push: {
    options: { '--repo -o --push-option': 'data', '--receive-pack --exec': 'script' },
    run: push,
  },
  'fetch ls-remote fetch-pack http-fetch': {
    options: {
      '--upload-pack --exec': 'script',
      '--depth --deepen --shallow-since --shallow-exclude -j --jobs -o --server-option --refmap --filter --sort':
        'data',
    },
    run: fetched,
  },
  pull: {
    options: {
      '--upload-pack': 'script',
      '-s --strategy -X --strategy-option --depth --deepen -j --jobs -o --server-option --shallow-since':
        'data',
    },
    does: ['repository', 'writes .'],
    run: (call) => remoteTarget(call, 'net.fetch', call.operands[0]),
  },
  clone: {
    options: {
      '--upload-pack -u --config -c --template': 'data',
      '-b --branch --depth -o --origin --reference --reference-if-able -j --jobs --filter --shallow-since --shallow-exclude --server-option --bundle-uri --revision':
        'data',
      '--separate-git-dir': 'write',
    },
    run: clone,
  },
  remote: { options: { '-t -m': 'data' }, run: remote },
  submodule: {
    options: { '-b --branch --reference --depth --name -j --jobs': 'data' },
    run: submodule,
  },
  archive: {
    options: {
      '-o --output': 'write',
      '--remote --format --prefix --add-virtual-file --mtime': 'data',
      '--add-file': 'read',
      '--exec': 'script',
    },
    run: (call) => {
      const from = call.value('--remote')
      if (from !== undefined) remoteTarget(call, 'net.fetch', from)
      for (const word of call.operands) if (namesSecret(call, word)) call.take('read', word)
    },
  },
  'send-email imap-send': {
    options: {
      '--to --cc --bcc --from --subject --smtp-server --smtp-user --smtp-pass': 'data',
      '--to-cmd --cc-cmd --header-cmd --sendmail-cmd': 'script',
    },
    run: (call) => {
      if (!call.has('--dry-run')) call.effect('net.send')
    },
  },
  'send-pack http-push': { does: ['net.send'] },
  'daemon instaweb http-backend upload-pack receive-pack upload-archive shell gui citool gitk': {
    options: { '-d --httpd -b --browser --access-hook': 'script' },
    does: ['spawn'],
  },
  lfs: { sub: LARGE, other: { does: ['net.fetch', 'repository', 'writes .'] } },
  'svn p4 cvsimport cvsexportcommit': {
    sub: {
      'log info find-rev blame show-ignore show-externals proplist propget gc changes': {},
      'dcommit commit-diff set-tree branch tag submit': { does: ['net.send'] },
    },
    other: { does: ['net.fetch', 'repository', 'writes .'] },
  },
  'credential credential-store credential-cache credential-osxkeychain credential-manager': {
    does: ['secret.read'],
  },
}
