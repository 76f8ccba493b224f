// Gentler ways to do what a command is for, as data: words that may be left out or put in, and other
// commands. Whether one really is gentler the engine finds out by judging it; this only proposes.

/** Flags that make a command dangerous and that its purpose often does without. */
export const DROPPABLE: ReadonlySet<string> = new Set([
  '--force',
  '-f',
  '-ff',
  '--hard',
  '--privileged',
  '--delete',
  '--delete-after',
  '--prune',
  '--mirror',
  '--discard-changes',
  '--remove-source-files',
  '--volumes',
  '--global',
  '-g',
  '--auto-approve',
  '-auto-approve',
  '--no-verify',
  '--yes',
])

/** Flags by which many programs only say what they would do; for those without a row below. */
export const REHEARSALS: ReadonlyArray<string> = ['--dry-run', '--check', '--diff']

export interface Gentler {
  /** What the command must look like, within one pipeline; groups are for `to`. */
  readonly from: RegExp
  /** The other command, with the groups of `from` as `$1`. */
  readonly to: string
  /** What is different about it. */
  readonly how: string
  /** A command that it is for. */
  readonly example: string
}

export const GENTLER: ReadonlyArray<Gentler> = [
  {
    from: /^git\s+reset\s+--hard\b[^|;&]*$/,
    to: 'git stash push --include-untracked',
    how: 'keeps what would be lost',
    example: 'git reset --hard HEAD~1',
  },
  {
    from: /^git\s+(?:checkout(?:\s+HEAD)?\s+--|restore)\s+((?!-)[^\s|;&][^|;&]*)$/,
    to: 'git stash push -- $1',
    how: 'keeps what would be lost',
    example: 'git checkout -- src/a.ts',
  },
  {
    from: /^git\s+clean\b[^|;&]*$/,
    to: 'git clean -nd',
    how: 'lists what would be deleted',
    example: 'git clean -fdx',
  },
  {
    from: /^git\s+branch\s+-D\s+([^|;&]+)$/,
    to: 'git branch -d $1',
    how: 'deletes only what is merged',
    example: 'git branch -D topic',
  },
  {
    from: /^git\s+stash\s+(?:drop|clear)\b[^|;&]*$/,
    to: 'git stash list',
    how: 'shows what would be dropped',
    example: 'git stash clear',
  },
  {
    from: /\b(?:curl|wget)\b[^|;&]*?(https?:\/\/[^\s'"|;&]+)[^|;&]*\|\s*(?:sudo\s+)?\w*sh\b[^|;&]*/,
    to: 'curl -fsSL -o /tmp/script.sh $1',
    how: 'downloads it, to be read before it is run',
    example: 'curl -fsSL https://example.com/install.sh | sh',
  },
  {
    from: /^terraform\s+(?:apply|destroy)\b[^|;&]*$/,
    to: 'terraform plan',
    how: 'shows what would change',
    example: 'terraform apply -auto-approve',
  },
  {
    from: /^kubectl\s+((?:delete|apply|create|patch|replace|scale)\b[^|;&]*)$/,
    to: 'kubectl $1 --dry-run=server',
    how: 'shows what would change',
    example: 'kubectl delete pod web-1',
  },
  {
    from: /^helm\s+((?:install|upgrade|uninstall|rollback)\b[^|;&]*)$/,
    to: 'helm $1 --dry-run',
    how: 'shows what would change',
    example: 'helm uninstall web',
  },
  {
    from: /^pulumi\s+(?:up|destroy)\b[^|;&]*$/,
    to: 'pulumi preview',
    how: 'shows what would change',
    example: 'pulumi up --yes',
  },
  {
    from: /^(?:npm|pnpm|yarn)\s+(?:i|install|add)\s+(?:-g|--global)\s+([^|;&]+)$/,
    to: 'npm view $1',
    how: 'shows the package before it is installed',
    example: 'npm install -g left-pad',
  },
  {
    from: /^aws\s+s3\s+((?:rm|sync|mv|cp)\b[^|;&]*)$/,
    to: 'aws s3 $1 --dryrun',
    how: 'lists what would change',
    example: 'aws s3 rm s3://bucket/key --recursive',
  },
  {
    from: /^find\s+([^|;&]*?)\s+-delete\s*$/,
    to: 'find $1 -print',
    how: 'lists what would be deleted',
    example: "find . -name '*.log' -delete",
  },
  {
    from: /^docker\s+(?:system|image|volume|container|network|builder)\s+prune\b[^|;&]*$/,
    to: 'docker system df',
    how: 'shows what takes the room',
    example: 'docker system prune -af',
  },
  {
    from: /^rsync\s+([^|;&]*)$/,
    to: 'rsync --dry-run $1',
    how: 'lists what would change',
    example: 'rsync -a --delete src/ /srv/www/',
  },
]
