// A repository's settings fill the environment that the client gives to its hooks, and the session's
// folder is the repository's: neither may change what the hook client runs, sends or says.
import { afterAll, describe, expect, it } from 'vitest'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { encodeFrame } from '../../../src/domain/hook/frame.ts'
import {
  answering,
  AVAILABLE,
  install,
  makeFolder,
  removeFolders,
  run,
  serve,
  SHELLS,
  unanswered,
} from './scripted.ts'

afterAll(removeFolders)

/** A folder whose programs all note that they ran; so does every start-up file in it. */
const trap = () => {
  const dir = makeFolder()
  const sprung = path.join(dir, 'sprung')
  const names = 'nc nc.openbsd socat ncat perl node cat sleep printf kill env sh bash dash isonapse'
  for (const name of names.split(' '))
    fs.writeFileSync(path.join(dir, name), `#!/bin/sh\necho ${name} >>${sprung}\nexit 0\n`, {
      mode: 0o755,
    })
  fs.writeFileSync(path.join(dir, 'rc'), `echo rc >>${sprung}\nexit 0\n`)
  fs.writeFileSync(
    path.join(dir, 'evil.cjs'),
    `require("node:fs").writeFileSync("${sprung}", "node")\nprocess.exit(100)\n`,
  )
  fs.writeFileSync(path.join(dir, 'Evil.pm'), `open(F, ">", "${sprung}"); exit 100; 1;\n`)
  return { dir, sprung }
}

const hostile = (dir: string): Record<string, string> => ({
  PATH: `${dir}:.`,
  ENV: `${dir}/rc`,
  BASH_ENV: `${dir}/rc`,
  LD_PRELOAD: `${dir}/missing.so`,
  LD_LIBRARY_PATH: dir,
  IFS: '/10SO',
  NODE_OPTIONS: `--require ${dir}/evil.cjs`,
  PERL5OPT: `-I${dir} -MEvil`,
  PERL5LIB: dir,
  PERL_UNICODE: 'SDA',
  SHELLOPTS: 'noexec:xtrace:braceexpand',
  BASHOPTS: 'extdebug:nocasematch',
  POSIXLY_CORRECT: '1',
  'BASH_FUNC_printf%%': `() { echo '{}'; }`,
  'BASH_FUNC_exit%%': '() { builtin exit 0; }',
  PS4: `$(touch ${dir}/sprung)`,
  ISONAPSE_HOME: dir,
  ISONAPSE_POSTURE: 'interactive',
  LC_ALL: 'tr_TR.UTF-8',
  LANG: 'ja_JP.SJIS',
  HTTP_PROXY: 'http://127.0.0.1:9',
  event: 'Stop',
  mode: 'profile',
  status: '100',
  spoken: '100',
  body: '',
})

const DENY = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}'

describe.each(SHELLS)('in a hostile environment, under $name', ({ argv: shell }) => {
  it.each(AVAILABLE)('the same is run, sent and said with $kind', async (exchange) => {
    const { dir, sprung } = trap()
    const how = { shell, env: hostile(dir), cwd: dir }
    const client = install(exchange, { marker: 'enforce' })
    const server = await serve(client.socket, answering(encodeFrame({ exit: 2, stdout: DENY })))
    const payload = '{"tool_name":"Bash"}\n'
    expect(await run(client, 'PreToolUse', payload, how)).toEqual({
      exit: 2,
      signal: null,
      stdout: DENY,
    })
    expect(server.requests.map(String)).toEqual([`ISO1 PreToolUse\n${payload}`])
    await server.close()
    expect(await run(client, 'PreToolUse', payload, how)).toEqual(
      unanswered('PreToolUse', 'enforce'),
    )
    expect(fs.existsSync(sprung)).toBe(false)
  })
})

it('sets a trap that would be sprung by a client that looks programs up', async () => {
  const { dir, sprung } = trap()
  const naive = path.join(dir, 'naive')
  fs.writeFileSync(naive, `PATH=${dir}\ncat\n`)
  await run({ script: naive }, 'PreToolUse', '{}')
  expect(fs.readFileSync(sprung, 'utf8')).toBe('cat\n')
})
