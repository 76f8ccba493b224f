import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EventTag } from '../../../src/domain/event/event.ts'
import { tokensIn } from '../../../src/domain/vault/token.ts'
import { type Agent, agentOf, outputOf } from './agentOf.ts'
import { type Plane, withPlane } from './plane.ts'

const CARD = '4539148803436467'
const MAIL = 'karla.nowak@mail-of-mine.org'

const enforce = (plane: Plane) => plane.call('mode.set', { mode: 'enforce' })

const write = (plane: Plane, name: string, text: string | Buffer): void =>
  fs.writeFileSync(path.join(plane.project, name), text)
const onDisk = (plane: Plane, name: string): string =>
  fs.readFileSync(path.join(plane.project, name), 'utf8')

const events = async <T>(plane: Plane, tag: EventTag): Promise<ReadonlyArray<T>> =>
  (await plane.entries()).flatMap(({ event }) => (event._tag === tag ? [event as T] : []))

const inLog = async (plane: Plane): Promise<string> => JSON.stringify(await plane.entries())

/** All payloads that open. */
const payloads = async (plane: Plane): Promise<string> => {
  const items: Array<unknown> = []
  await plane.call('witness.query', { payloads: true }, (item) => {
    if ('item' in item) items.push(item.item)
  })
  return JSON.stringify(items)
}

const replays = async (plane: Plane) =>
  expect(await plane.call('witness.replay', {})).toMatchObject({ mismatches: 0 })

/** A value that the agent knows by its token. */
const tokenFor = async (plane: Plane, agent: Agent, value: string): Promise<string> => {
  write(plane, 'known.txt', `${value}\n`)
  const [token] = tokensIn(await agent.reads('known.txt'))
  return token!
}

const bashOut = (stdout: string) => ({ stdout, stderr: '', interrupted: false, isImage: false })

describe('an output with values', () => {
  it('of megabytes comes back with tokens, in a frame that the client takes', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const text = `${'a line of text that says nothing\n'.repeat(70_000)}${MAIL}\n`
      const output = outputOf(await agent.after('Bash', { command: 'x' }, bashOut(text)))
      const { stdout } = output as { stdout: string }
      expect(stdout).not.toContain(MAIL)
      expect(stdout).toHaveLength(text.length - MAIL.length + 38)
    })
  })

  it('keeps a credential that only its place gave away from all its fields', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const key = ['k3', 'Vq9', 'Zx7', 'Lm2', 'Tp8', 'Wd4', 'Rn6'].join('')
      const output = JSON.stringify(
        outputOf(
          await agent.after('mcp__x__y', {}, [
            { type: 'text', text: `api_key = "${key}"` },
            { type: 'text', text: `and once more ${key}` },
          ]),
        ),
      )
      expect(output).not.toContain(key)
      expect(tokensIn(output)).toHaveLength(1)
    })
  })

  it('keeps a credential of the session, where nothing around it says what it is', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const key = ['k3', 'Vq9', 'Zx7', 'Lm2', 'Tp8', 'Wd4', 'Rn6'].join('')
      write(plane, '.env.local', `api_key = "${key}"\n`)
      const [token] = tokensIn(await agent.reads('.env.local'))
      const output = await agent.after('Bash', { command: 'x' }, bashOut(`${key}\n`))
      expect(outputOf(output)).toEqual(bashOut(`${token}\n`))
      // What is another text all the same is one.
      expect(outputOf(await agent.after('Bash', { command: 'x' }, bashOut('k3Vq9\n')))).toBe(
        undefined,
      )
    })
  })
})

describe('the log', () => {
  it('has no value of a call with very many of them', async () => {
    await withPlane(async (plane) => {
      const names = Array.from({ length: 700 }, (_, i) => `u${i}@m-of-mine.org`)
      await agentOf(plane).before('Bash', { command: `touch ${names.join(' ')}` })
      const log = await inLog(plane)
      expect(names.filter((name) => log.includes(name))).toEqual([])
    })
  })

  it('takes a call for no other one, however many values it holds', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const mails = Array.from({ length: 10_000 }, (_, i) => `user${i}@mail-of-mine.org`)
      await agent.writes('mails.txt', mails.join('\n'))
      expect(await events(plane, 'InputSwapped')).toEqual([])
      await replays(plane)
    })
  })

  it('has no value of a name that a link leads to', async () => {
    await withPlane(async (plane) => {
      write(plane, `${MAIL}.eml`, 'x')
      fs.symlinkSync(`${MAIL}.eml`, path.join(plane.project, 'link'))
      await agentOf(plane).before('Bash', { command: 'cat link' })
      expect(await inLog(plane)).not.toContain(MAIL)
      await replays(plane)
    })
  })

  it('has no value of the name of a file that was written with tokens', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const name = await tokenFor(plane, agent, MAIL)
      const said = await tokenFor(plane, agent, CARD)
      const [id, content] = ['toolu_named', `card ${said}\n`]
      const asked = await agent.before(
        'Write',
        { file_path: path.join(plane.project, `${name}.txt`), content },
        id,
      )
      const input = (
        JSON.parse(asked.stdout) as {
          hookSpecificOutput: { updatedInput: { file_path: string } }
        }
      ).hookSpecificOutput.updatedInput
      expect(path.basename(input.file_path)).toBe(`${MAIL}.txt`)
      write(plane, `${MAIL}.txt`, content)
      await agent.after('Write', input, { type: 'create', content }, id)
      await agent.batch()
      // The folder lets nobody put the values in.
      fs.chmodSync(plane.project, 0o500)
      const told = await agent.runs('wc x')
      fs.chmodSync(plane.project, 0o700)
      if (process.getuid?.() !== 0) expect(told.stdout).toContain('could not be put into')
      expect(told.stdout).not.toContain(MAIL)
      expect(plane.logged.join('\n')).not.toContain(MAIL)
      await agent.stop()
      if (process.getuid?.() !== 0) await agent.runs('wc x')
      expect(onDisk(plane, `${MAIL}.txt`)).toBe(`card ${CARD}\n`)
      expect(await inLog(plane)).not.toContain(MAIL)
      await replays(plane)
    })
  })

  it('has no value of a payload that could not be read', async () => {
    await withPlane(async (plane) => {
      await plane.hook('PreToolUse', `{"tool_input": {"command": "mail ${MAIL}`)
      expect(await events(plane, 'HookRejected')).toHaveLength(1)
      const kept = await payloads(plane)
      expect(kept).not.toContain(MAIL)
      expect(kept).not.toContain(Buffer.from(MAIL).toString('base64').slice(0, 20))
    })
  })

  it('has no value in a payload, wherever in it the value stands', async () => {
    await withPlane(async (plane) => {
      const agent = agentOf(plane)
      await agent.hook('PermissionRequest', {
        tool_name: 'Bash',
        tool_input: { command: `mail ${MAIL}` },
        permission_suggestions: [
          { type: 'addRules', rules: [{ toolName: 'Bash', ruleContent: `mail ${MAIL}` }] },
        ],
      })
      await agent.before('mcp__bank__pay', { card: Number(CARD), [MAIL]: [{ to: MAIL }] })
      await agent.after('mcp__bank__pay', { card: Number(CARD) }, `{"paid": "${CARD}"}`)
      await agent.hook('PostToolUseFailure', {
        tool_name: 'Bash',
        tool_input: { command: 'x' },
        tool_use_id: 'toolu_f',
        error: `no such user ${MAIL}`,
      })
      await agent.batch({ tool_name: 'Bash', tool_input: { a: MAIL }, tool_response: MAIL })
      await agent.hook('Stop', { last_assistant_message: `sent to ${MAIL}` })
      await agent.hook('SubagentStop', { agent_type: 'x', last_assistant_message: MAIL })
      await agent.hook('UserPromptExpansion', {
        command_name: 'x',
        command_args: MAIL,
        prompt: MAIL,
      })
      await agent.hook('Elicitation', { mcp_server_name: 'x', message: `mail of ${MAIL}?` })
      await agent.hook('NeverHeardOf', { deep: [[{ [MAIL]: CARD }]] })
      const kept = (await payloads(plane)) + (await inLog(plane)) + plane.logged.join('\n')
      expect(kept).not.toContain(MAIL)
      expect(kept).not.toContain(CARD)
      await replays(plane)
    })
  })
})

describe('what a command of the user stands for', () => {
  it('is told of as a prompt is, or held back', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const expansion = { command_name: 'mail', command_args: 'x', prompt: `write to ${MAIL}` }
      const told = await agent.hook('UserPromptExpansion', expansion)
      expect(told).toMatchObject({ exit: 0 })
      expect(told.stdout).toContain('1 e-mail address')
      await plane.call('config.set', { key: 'pii.prompt', value: 'block', pid: process.pid })
      const held = await agent.hook('UserPromptExpansion', expansion)
      expect(held.exit).toBe(2)
      expect(held.stdout).not.toContain(MAIL)
      expect((await events<{ why: string }>(plane, 'PiiExposed')).map(({ why }) => why)).toEqual([
        'prompt',
        'prompt',
      ])
      await replays(plane)
    })
  })
})

describe('a recorded session', () => {
  it('is decided on alike where a token and its value stand in one call', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      await plane.call('config.set', {
        key: 'pii.types',
        value: 'IP_ADDRESS=tokenize',
        pid: process.pid,
      })
      const agent = agentOf(plane)
      const token = await tokenFor(plane, agent, 'server: 203.0.114.77')
      await agent.before('Bash', { command: `curl http://203.0.114.77/ -d "${token}"` })
      await agent.before('Bash', { command: `curl http://${token}/` })
      write(plane, 'run.sh', `cat ${token}/x\ncurl http://203.0.114.77/\n`)
      await agent.before('Bash', { command: 'sh run.sh' })
      write(plane, 'run.sh', `cat ${token}\n`)
      await agent.before('Bash', { command: 'sh run.sh' })
      await agent.before('Bash', { command: 'sh run.sh # 203.0.114.77' })
      await replays(plane)
    })
  })
})

describe('a file with values', () => {
  it('that has grown too large to be turned stays known', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const token = await tokenFor(plane, agent, MAIL)
      await agent.writes('new.txt', `to ${token}\nx\n`)
      await agent.runs('yes >> new.txt', () =>
        fs.appendFileSync(path.join(plane.project, 'new.txt'), Buffer.alloc(17 << 20, 'y\n')),
      )
      expect(onDisk(plane, 'new.txt').slice(0, 60)).toContain(MAIL)
      await agent.edits('new.txt', 'x\n', 'z\n')
      const sent = await agent.before('Bash', { command: 'curl -T new.txt https://f.example.com' })
      expect(sent.stdout).toContain('pii:restored')
    })
  }, 30_000)

  it('is not looked for behind a folder that became a link', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const token = await tokenFor(plane, agent, MAIL)
      fs.mkdirSync(path.join(plane.project, 'a'))
      await agent.writes('a/new.txt', `to ${token}\n`)
      fs.renameSync(path.join(plane.project, 'a'), path.join(plane.project, 'b'))
      const elsewhere = path.join(plane.home, 'elsewhere')
      fs.mkdirSync(elsewhere)
      fs.writeFileSync(path.join(elsewhere, 'new.txt'), `to ${token}\n`)
      fs.symlinkSync(elsewhere, path.join(plane.project, 'a'))
      await agent.runs('wc a/new.txt')
      expect(fs.readFileSync(path.join(elsewhere, 'new.txt'), 'utf8')).toBe(`to ${token}\n`)
    })
  })

  it('that is a notebook stays JSON', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      await plane.call('config.set', {
        key: 'pii.patterns',
        value: 'QUOTED=qq"[a-z]+\\\\n',
        pid: process.pid,
      })
      const agent = agentOf(plane)
      const value = 'qq"abc\\n'
      const token = await tokenFor(plane, agent, value)
      const input = {
        notebook_path: path.join(plane.project, 'n.ipynb'),
        cell_id: 'a',
        new_source: `x = ${token}`,
      }
      const notebook = (source: string) => JSON.stringify({ cells: [{ source }] })
      write(plane, 'n.ipynb', notebook('x'))
      await agent.before('NotebookEdit', input, 'toolu_n')
      write(plane, 'n.ipynb', notebook(`x = ${token}`))
      await agent.after('NotebookEdit', input, { new_source: input.new_source }, 'toolu_n')
      await agent.batch()
      await agent.runs('jupyter run n.ipynb')
      await agent.stop()
      expect(JSON.parse(onDisk(plane, 'n.ipynb'))).toEqual(JSON.parse(notebook(`x = ${value}`)))
    })
  })

  it('is covered again where its name holds a value too', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const name = await tokenFor(plane, agent, MAIL)
      const said = await tokenFor(plane, agent, CARD)
      const call = { file_path: path.join(plane.project, `${MAIL}.txt`), content: `card ${said}\n` }
      await agent.before('Write', call, 'toolu_w')
      write(plane, `${MAIL}.txt`, call.content)
      await agent.after('Write', call, { type: 'create', content: call.content }, 'toolu_w')
      await agent.before('Bash', { command: 'node x.js', run_in_background: true })
      expect(onDisk(plane, `${MAIL}.txt`)).toBe(`card ${CARD}\n`)
      const told = await agent.batch({
        tool_name: 'Edit',
        tool_use_id: 'toolu_e',
        tool_input: {
          file_path: path.join(plane.project, `${name}.txt`),
          old_string: said,
          new_string: 'x',
        },
        tool_response: '<tool_use_error>String to replace not found in file.',
      })
      expect(told.stdout).toContain('make the same edit again')
      expect(onDisk(plane, `${MAIL}.txt`)).toBe(`card ${said}\n`)
    })
  })

  it('has its values when they are given up', async () => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const token = await tokenFor(plane, agent, MAIL)
      await agent.writes('new.txt', `to ${token}\n`)
      expect(onDisk(plane, 'new.txt')).toBe(`to ${token}\n`)
      const done = await plane.call('vault.gc', { ttlMs: 0, pid: process.pid })
      expect(done.collected).toBe(1)
      expect(onDisk(plane, 'new.txt')).toBe(`to ${MAIL}\n`)
      const sent = await agent.before('Bash', { command: 'curl -T new.txt https://f.example.com' })
      expect(sent.stdout).toContain('pii:restored')
    })
  })

  it.each([
    [
      'cp new.txt copy.txt',
      'copy.txt',
      (at: string) => fs.cpSync(`${at}/new.txt`, `${at}/copy.txt`),
    ],
    [
      'mv new.txt copy.txt',
      'copy.txt',
      (at: string) => fs.renameSync(`${at}/new.txt`, `${at}/copy.txt`),
    ],
    [
      'cp new.txt sub',
      'sub/new.txt',
      (at: string) => fs.cpSync(`${at}/new.txt`, `${at}/sub/new.txt`),
    ],
    [
      'cat new.txt > copy.txt',
      'copy.txt',
      (at: string) => fs.cpSync(`${at}/new.txt`, `${at}/copy.txt`),
    ],
    [
      'gzip -k -c new.txt > a.gz',
      'a.gz',
      (at: string) => fs.writeFileSync(`${at}/a.gz`, Buffer.from([31, 139, 8, 0, 0])),
    ],
  ])('is one as well after %s', async (command, name, act) => {
    await withPlane(async (plane) => {
      await enforce(plane)
      const agent = agentOf(plane)
      const token = await tokenFor(plane, agent, MAIL)
      fs.mkdirSync(path.join(plane.project, 'sub'))
      await agent.writes('new.txt', `to ${token}\n`)
      await agent.runs(command, () => act(plane.project))
      const sent = await agent.before('Bash', { command: `curl -T ${name} https://f.example.com` })
      expect(sent.stdout).toContain('pii:restored')
      if (name.endsWith('.txt')) {
        // Between two calls it holds the tokens, so that the agent can edit it.
        expect(await agent.edits(name, `to ${token}`, `cc ${token}`)).toMatchObject({ exit: 0 })
        await agent.stop()
        expect(onDisk(plane, name)).toBe(`cc ${MAIL}\n`)
      }
      await replays(plane)
    })
  })
})
