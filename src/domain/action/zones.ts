// Which paths are special to the gate wherever the project is: its own and the client's controls
// (`gate`), credentials (`secret`), files that start something later (`persist`). Data first; a path
// is compared without regard to case, because file systems on macOS and Windows are.

export type SpecialZone = 'gate' | 'secret' | 'persist'

export interface ZoneRule {
  readonly zone: SpecialZone
  /** `~/` the home directory · leading `**` any folder · trailing `/**` it and all below · `*` in a name. */
  readonly paths: ReadonlyArray<string>
  /** Paths of this rule that are ordinary after all. */
  readonly except?: ReadonlyArray<string>
  /** Paths that are in the zone, and paths that look alike and are not. Run as tests. */
  readonly examples: ReadonlyArray<string>
  readonly ordinary?: ReadonlyArray<string>
}

/** First match wins, gate before persist before secret: `~/.ssh/authorized_keys` lets someone in. */
export const ZONE_RULES: ReadonlyArray<ZoneRule> = [
  {
    zone: 'gate',
    paths: [
      '**/.claude/settings*.json',
      '~/.claude.json',
      '~/.claude/plugins/**',
      '~/.claude/projects/**',
      '/etc/claude-code/**',
      '/Library/Application Support/ClaudeCode/**',
      '**/managed-settings.json',
      '**/managed-settings.d/**',
    ],
    // The client keeps its own notes there, and writes them with its ordinary file tools.
    except: ['~/.claude/projects/*/memory/**'],
    examples: [
      '/work/app/.claude/settings.local.json',
      '/work/app/.claude/settings.json',
      '~/.claude/settings.json',
      '~/.claude.json',
      '~/.claude/plugins/cache/x/hooks.json',
      '~/.claude/projects/-work-app/1.jsonl',
      '/etc/claude-code/managed-settings.json',
      '/work/app/.CLAUDE/Settings.json',
    ],
    ordinary: [
      '/work/app/.claude/commands/x.md',
      '/work/app/settings.json',
      '~/.claude/CLAUDE.md',
      '~/.claude/projects/-work-app/memory/notes.md',
    ],
  },
  {
    zone: 'persist',
    paths: [
      '~/.{bashrc,bash_profile,bash_login,bash_logout,bash_aliases,profile,kshrc,cshrc,tcshrc,login}',
      '~/.{zshrc,zshenv,zprofile,zlogin,zlogout,xinitrc,xprofile,xsession,xsessionrc,inputrc}',
      '~/.{vimrc,emacs,tmux.conf,pam_environment,gitconfig,hgrc,gdbinit,pythonrc,forward}',
      '~/.config/{fish,nvim,autostart,systemd,git,environment.d,direnv,powershell}/**',
      '~/.local/share/systemd/**',
      '~/Library/Launch{Agents,Daemons}/**',
      '~/.ssh/{authorized_keys,authorized_keys2,config,rc,environment}',
      '~/.claude/{skills,agents,commands,hooks}/**',
      '/root/.{bashrc,profile,bash_profile,zshrc}',
      '/{etc,var/spool}/cron*/**',
      '/etc/{crontab,anacrontab,rc.local,profile,bash.bashrc,bashrc,zshrc,zshenv,environment}',
      '/etc/{profile.d,zsh,init.d,systemd,sudoers.d,pam.d,ld.so.conf.d,xdg/autostart,udev/rules.d}/**',
      '/etc/{sudoers,ld.so.preload,ld.so.conf,inittab}',
      '/{lib,usr/lib}/systemd/**',
      '/{,System/}Library/Launch{Agents,Daemons}/**',
    ],
    examples: [
      '~/.bashrc',
      '~/.zshrc',
      '~/.config/autostart/x.desktop',
      '~/.config/systemd/user/x.service',
      '~/Library/LaunchAgents/x.plist',
      '~/.ssh/authorized_keys',
      '/etc/cron.d/x',
      '/etc/crontab',
      '/var/spool/cron/crontabs/dev',
      '/etc/profile.d/x.sh',
      '/etc/sudoers',
    ],
    ordinary: ['~/notes/bashrc', '/work/app/crontab', '/etc/hosts'],
  },
  {
    zone: 'persist',
    paths: [
      '**/.git/hooks/**',
      '**/.git/{config,info/attributes}',
      '**/.git/modules/**/hooks/**',
      '**/.{husky,githooks,circleci,buildkite,teamcity,woodpecker}/**',
      '**/.github/{workflows,actions}/**',
      '**/.{gitlab-ci,travis,drone,woodpecker,cirrus,appveyor,pre-commit-config}.{yml,yaml}',
      '**/{azure-pipelines,bitbucket-pipelines,lefthook,cloudbuild,buildspec}.{yml,yaml}',
      '**/jenkinsfile',
      '**/.vscode/tasks.json',
      '**/.envrc',
      '**/.mcp.json',
      '**/.claude/hooks/**',
      '**/{sitecustomize,usercustomize}.py',
      '**/site-packages/*.pth',
    ],
    except: ['**/.git/hooks/*.sample'],
    examples: [
      '/work/app/.git/hooks/pre-commit',
      '/work/app/.husky/pre-push',
      '/work/app/.github/workflows/ci.yml',
      '/work/app/.gitlab-ci.yml',
      '/work/app/.git/config',
      '/work/app/.envrc',
      '/work/app/.mcp.json',
    ],
    ordinary: [
      '/work/app/.github/ISSUE_TEMPLATE/bug.md',
      '/work/app/.vscode/settings.json',
      '/work/app/src/hooks/useThing.ts',
      '/work/app/.git/HEAD',
    ],
  },
  {
    zone: 'secret',
    paths: [
      '**/.{ssh,gnupg,password-store}/**',
      '**/.aws/**',
      '**/.kube/**',
      '**/.docker/config.json',
      '~/.azure/**',
      '~/.oci/**',
      '~/.config/{gcloud,op,doctl,hub,containers,rclone,sops,age}/**',
      '~/.config/gh/hosts.yml',
      '~/.{netrc,npmrc,yarnrc.yml,pypirc,pgpass,my.cnf,s3cfg,boto,git-credentials,vault-token}',
      '~/.cargo/credentials*',
      '~/.gem/credentials',
      '~/.terraform.d/credentials.tfrc.json',
      '~/.*_history',
      '~/.claude/.credentials.json',
      '~/.{codex,gemini,cursor,local/share/opencode}/{auth,oauth_creds,credentials}.json',
      '~/.local/share/keyrings/**',
      '**/Library/Keychains/**',
      '**/Library/Application Support/{Google/Chrome,Firefox,BraveSoftware,Chromium,Arc}/**',
      '**/Library/{Safari,Cookies}/**',
      '~/.mozilla/firefox/**',
      '~/.config/{google-chrome,chromium,BraveSoftware,microsoft-edge,vivaldi,opera}/**',
    ],
    except: ['**/.ssh/known_hosts', '**/.ssh/*.pub', '**/.aws/cli/**', '~/.kube/cache/**'],
    examples: [
      '~/.ssh',
      '~/.ssh/id_ed25519',
      '~/.aws/credentials',
      '~/.config/gcloud/application_default_credentials.json',
      '~/.kube/config',
      '~/.gnupg/private-keys-v1.d/x.key',
      '~/.netrc',
      '~/.npmrc',
      '~/.pypirc',
      '~/.docker/config.json',
      '~/.bash_history',
      '~/.mozilla/firefox/x.default/logins.json',
      '/home/other/.ssh/id_rsa',
      '~/.SSH/id_rsa',
    ],
    ordinary: [
      '~/.ssh/id_ed25519.pub',
      '~/.ssh/known_hosts',
      '/work/app/.npmrc',
      '~/aws/notes.txt',
    ],
  },
  {
    zone: 'secret',
    paths: [
      '**/.env',
      '**/.env.*',
      '**/*.env',
      '**/.{netrc,pgpass,git-credentials,htpasswd,vault-token,dev.vars}',
      '**/*.{pem,key,p12,pfx,ppk,jks,keystore,kdbx,keytab,asc}',
      '**/id_{rsa,dsa,ecdsa,ed25519,ed25519_sk,ecdsa_sk}*',
      '**/{,.}credentials',
      '**/{,.}credentials.{json,yml,yaml,toml,ini,csv,xml,db,properties}',
      '**/{,.}{secret,secrets,token,tokens}.{json,yml,yaml,toml,ini,env,txt}',
      '**/.secrets',
      '**/{service-account,service_account,serviceaccount}*.json',
      '**/{master.key,wp-config.php}',
      '/etc/{shadow,gshadow,shadow-,gshadow-,krb5.keytab}',
      '/etc/ssh/ssh_host_*_key',
      '/proc/*/{environ,mem}',
      '/run/secrets/**',
      '/var/run/secrets/**',
    ],
    except: [
      '**/*.{example,sample,template,dist,defaults,pub,md}',
      '**/.env.{example,sample,template,dist,defaults,schema}.*',
      '**/{example,sample,template}.env',
      '**/node_modules/**',
    ],
    examples: [
      '/work/app/.env',
      '/work/app/.env.local',
      '/work/app/.env.production',
      '/work/app/config/prod.env',
      '/work/app/server.pem',
      '/work/app/tls/server.key',
      '/work/app/id_rsa',
      '/work/app/credentials.json',
      '/work/app/secrets.yaml',
      '/work/app/.ENV',
      '/etc/shadow',
      '/proc/1/environ',
      '/proc/self/environ',
    ],
    ordinary: [
      '/work/app/.env.example',
      '/work/app/.env.sample',
      '/work/app/.env.template',
      '/work/app/src/credentials.ts',
      '/work/app/id_rsa.pub',
      '/work/app/src/token.ts',
      '/work/app/environment.ts',
      '/etc/passwd',
    ],
  },
]

const escaped = (text: string): string => text.replace(/[.+^$()|[\]\\]/g, '\\$&')

/** One rule's pattern as the source of a regular expression over a lower-cased path. */
const sourceOf = (pattern: string): string => {
  let text = pattern.toLowerCase()
  let head = '^'
  if (text.startsWith('**/')) {
    head = '(?:^|/)'
    text = text.slice(3)
  }
  let tail = '$'
  if (text.endsWith('/**')) {
    tail = '(?:/|$)'
    text = text.slice(0, -3)
  }
  const body = escaped(text)
    .replaceAll('{', '(?:')
    .replaceAll('}', ')')
    .replaceAll(',', '|')
    .replaceAll('/**/', '/(?:[^/]+/)*')
    .replaceAll(/(?<!\))\*/g, '[^/]*')
  return head + body + tail
}

const anyOf = (patterns: ReadonlyArray<string>): RegExp =>
  new RegExp(patterns.map(sourceOf).join('|'))

const COMPILED = ZONE_RULES.map((rule) => ({
  zone: rule.zone,
  paths: anyOf(rule.paths),
  except: rule.except === undefined ? undefined : anyOf(rule.except),
}))

/** The path with the home directory written `~`, lower-cased: the form that the rules speak of. */
const ruleForm = (absolute: string, home: string): string => {
  const lower = absolute.toLowerCase()
  const root = home.toLowerCase()
  if (lower === root) return '~'
  return root !== '/' && lower.startsWith(`${root}/`) ? `~${lower.slice(root.length)}` : lower
}

const LONGEST = 8192

/** The special zone of an absolute, normalised path, by its location and name alone. */
export const specialZoneOf = (absolute: string, home: string): SpecialZone | undefined => {
  // No system opens a path this long (PATH_MAX is 4,096 bytes).
  if (absolute.length > LONGEST) return undefined
  const path = ruleForm(absolute, home)
  for (const rule of COMPILED)
    if (rule.paths.test(path) && rule.except?.test(path) !== true) return rule.zone
  return undefined
}

const GRAVITY: Record<SpecialZone, number> = { persist: 0, secret: 1, gate: 2 }

const EXAMPLES = ZONE_RULES.flatMap((rule) =>
  rule.examples.map((path) => ({
    zone: rule.zone,
    inHome: path.startsWith('~/'),
    levels: path.toLowerCase().split('/'),
  })),
)

const headFits = (level: string, name: string): boolean => {
  const wild = level.search(/[*?[]/)
  if (wild < 0) return level === name
  return wild >= 2 && name.startsWith(level.slice(0, wild))
}

/**
 * The special zone that a glob pattern may reach: that of the pattern read as a path, else the
 * gravest of the known examples whose every level the pattern's level names by its first characters
 * (two at least): `~/.s*` and `.e*` are found, `*.ts` and `*` are not.
 */
export const patternZoneOf = (pattern: string, home: string): SpecialZone | undefined => {
  const direct = specialZoneOf(pattern, home)
  if (direct !== undefined) return direct
  const levels = ruleForm(pattern, home).split('/')
  const base = levels.at(-1)!
  let found: SpecialZone | undefined
  for (const example of EXAMPLES) {
    const fits = example.inHome
      ? levels.length <= example.levels.length &&
        levels.every((level, at) => headFits(level, example.levels[at]!))
      : /[*?[]/.test(base) && headFits(base, example.levels.at(-1)!)
    if (fits && (found === undefined || GRAVITY[example.zone] > GRAVITY[found]))
      found = example.zone
  }
  return found
}
