// Where one scenario plays: a fresh home and project folder, the product wired into the real client
// there by `hook up`, and the two ways in: the command line from outside, the client from inside.
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { QueryItem, Verification } from '../../src/domain/control/methods.ts'
import { startApi, type Thread, type Turn } from './api.ts'
import { type OwnMachine, USER } from './machine.ts'
import { type Ran, run } from './processes.ts'
import { type Session, sessionOf, toldOf } from './session.ts'
import { onTerminal } from './terminal.ts'

export interface StageOptions {
  /** A folder of this scenario's own, not there yet. */
  readonly dir: string
  readonly client: string
  readonly product: string
  readonly uid: number | undefined
  readonly machine?: OwnMachine | undefined
}

export interface Conversation {
  /** What the user says: `go` where it is of no account. */
  readonly prompt?: string
  readonly turns: ReadonlyArray<Turn>
  readonly threads?: ReadonlyArray<Thread>
  /** More of the client's arguments. */
  readonly args?: ReadonlyArray<string>
}

export interface Interaction {
  readonly drawn: string
  readonly told: Session['told']
}

export interface Stage {
  readonly home: string
  readonly work: string
  /** The client's settings of the user, as they were before the product came. */
  readonly settings: unknown
  readonly hookSocket: string
  /** Whether the client would take `--dangerously-skip-permissions` from this user. */
  readonly maySkipPermissions: boolean
  /** A command line of the agent's own, for its Bash: the product's program is in it. */
  readonly cli: string
  /** `isonapse hook …` from outside the client; its output where it succeeded. */
  readonly hook: (...args: ReadonlyArray<string>) => Promise<string>
  /** The same with more in its environment. */
  readonly hookWith: (
    env: Readonly<Record<string, string>>,
    ...args: ReadonlyArray<string>
  ) => Promise<string>
  /** The same by root, as sudo runs it, on a machine of the scenario's own; its output. */
  readonly asRoot: (...args: ReadonlyArray<string>) => Promise<string>
  /** The same, whatever it comes to. */
  readonly tryHook: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** Entries of the witness, oldest first. */
  readonly witnessed: (...args: ReadonlyArray<string>) => Promise<ReadonlyArray<QueryItem>>
  readonly verify: () => Promise<Verification>
  readonly daemonPid: () => Promise<number>
  /** Plays the script to the client in print mode. */
  readonly converse: (conversation: Conversation) => Promise<Session>
  /**
   * Plays the script to the client on a terminal, in the state that a user who has used it before finds
   * it in; left as soon as `done` holds of what was drawn.
   */
  readonly interact: (
    conversation: Conversation,
    done: (drawn: string) => boolean,
  ) => Promise<Interaction>
  /** Writes a file below the project folder. */
  readonly write: (name: string, text: string, mode?: number) => void
  readonly exists: (name: string) => boolean
  readonly read: (name: string) => string
}

const CLIENT_SETTINGS = { permissions: { allow: ['Bash', 'Write', 'Edit', 'Read'] } }

const STREAMED = ['--output-format', 'stream-json', '--verbose', '--include-hook-events']

const CONVERSATION_MS = 180_000

export const setStage = async (options: StageOptions): Promise<Stage> => {
  const { dir, uid } = options
  const at = (name: string): string => path.join(dir, name)
  const [home, work, runtime, bin] = [at('home'), at('project'), at('run'), at('bin')]
  for (const folder of [dir, home, work, runtime, bin, at('tmp'), path.join(home, '.claude')])
    fs.mkdirSync(folder, { mode: 0o700 })
  fs.mkdirSync(path.join(work, '.git'))
  fs.writeFileSync(path.join(home, '.claude/settings.json'), JSON.stringify(CLIENT_SETTINGS))
  fs.symlinkSync(options.client, path.join(bin, 'claude'))
  if (uid !== undefined) own(dir, uid)

  const env = {
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    USER: 'e2e',
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TMPDIR: at('tmp'),
    XDG_RUNTIME_DIR: runtime,
  }
  const place = { cwd: work, env, uid, within: options.machine?.within }
  const tryHook: Stage['tryHook'] = (...args) =>
    run(process.execPath, [options.product, 'hook', ...args], { ...place, cwd: home })
  const hookWith: Stage['hookWith'] = async (more, ...args) => {
    const ran = await run(process.execPath, [options.product, 'hook', ...args], {
      ...place,
      env: { ...env, ...more },
      cwd: home,
    })
    assert.equal(ran.status, 0, `isonapse hook ${args.join(' ')}: ${ran.stderr}${ran.stdout}`)
    return ran.stdout
  }
  const hook: Stage['hook'] = (...args) => hookWith({}, ...args)
  const asRoot: Stage['asRoot'] = async (...args) => {
    const sudo = { SUDO_USER: USER, SUDO_UID: String(uid), XDG_RUNTIME_DIR: runtime }
    const ran = await run(process.execPath, [options.product, 'hook', ...args], {
      ...place,
      env: { PATH: env.PATH, HOME: '/root', ...sudo },
      uid: undefined,
      cwd: '/',
    })
    assert.equal(ran.status, 0, `isonapse hook ${args.join(' ')} by root: ${ran.stderr}`)
    return ran.stdout
  }
  await hook('up', '--yes')

  return {
    home,
    work,
    settings: CLIENT_SETTINGS,
    hookSocket: path.join(runtime, 'isonapse/hook.sock'),
    maySkipPermissions: uid !== undefined || process.getuid?.() !== 0,
    cli: `${process.execPath} ${options.product}`,
    hook,
    hookWith,
    asRoot,
    tryHook,
    witnessed: async (...args) =>
      (await hook('witness', 'query', '--json', ...args))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as QueryItem),
    verify: async () =>
      JSON.parse((await tryHook('witness', 'verify', '--json')).stdout) as Verification,
    daemonPid: async () => {
      const { pid } = JSON.parse(await hook('status', '--json')) as { readonly pid: number | null }
      assert.ok(pid, 'status names the pid of the control plane')
      return pid
    },
    converse: async ({ prompt = 'go', turns, threads = [], args = [] }) => {
      const api = await startApi(turns, threads)
      try {
        const ran = await run(
          options.client,
          ['-p', prompt, ...STREAMED, '--model', 'claude-sonnet-4-5', ...args],
          { ...place, env: { ...env, ...clientEnv(api.url) }, timeoutMs: CONVERSATION_MS },
        )
        fs.writeFileSync(at('client.jsonl'), ran.stdout, { flag: 'a' })
        assert.equal(
          ran.status,
          0,
          `the client ended with ${ran.status ?? ran.signal}: ${ran.stderr}`,
        )
        const session = sessionOf(ran, api)
        assert.deepEqual(session.problems, [], 'the script was played as written')
        return session
      } finally {
        await api.close()
      }
    },
    interact: async ({ prompt = 'go', turns, threads = [], args = [] }, done) => {
      const state = path.join(home, '.claude.json')
      const known = fs.existsSync(state)
        ? (JSON.parse(fs.readFileSync(state, 'utf8')) as object)
        : {}
      fs.writeFileSync(state, JSON.stringify({ ...known, ...usedBefore(work) }))
      if (uid !== undefined) fs.lchownSync(state, uid, uid)
      const api = await startApi(turns, threads)
      try {
        const drawn = await onTerminal(
          [options.client, '--model', 'claude-sonnet-4-5', ...args, prompt],
          { ...place, env: { ...env, ...clientEnv(api.url), TERM: 'xterm-256color' } },
          done,
        )
        fs.writeFileSync(at('client.txt'), drawn, { flag: 'a' })
        assert.ok(done(drawn), `the client drew:\n${drawn.slice(-3000)}`)
        assert.deepEqual(api.problems, [], 'the script was played as written')
        return { drawn, told: (call) => toldOf(api.requests, call) }
      } finally {
        await api.close()
      }
    },
    write: (name, text, mode = 0o644) => {
      const file = path.join(work, name)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, text)
      fs.chmodSync(file, mode)
      if (uid !== undefined) own(work, uid)
    },
    exists: (name) => fs.existsSync(path.join(work, name)),
    read: (name) => fs.readFileSync(path.join(work, name), 'utf8'),
  }
}

/** No questions at its start: of the theme, the key, the folder. */
const usedBefore = (work: string): object => ({
  hasCompletedOnboarding: true,
  theme: 'dark',
  customApiKeyResponses: { approved: ['none'], rejected: [] },
  projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
})

const clientEnv = (url: string): Readonly<Record<string, string>> => ({
  ANTHROPIC_BASE_URL: url,
  ANTHROPIC_API_KEY: 'none',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
})

const own = (root: string, uid: number): void => {
  fs.lchownSync(root, uid, uid)
  if (fs.lstatSync(root).isDirectory())
    for (const name of fs.readdirSync(root)) own(path.join(root, name), uid)
}

/** A Bash call. */
export const bash = (id: string, command: string) => ({
  id,
  tool: 'Bash',
  input: { command, description: 'a step of the script' },
})
