// Every command as the bundle's own table has it: none is listed here by hand, so that none is forgotten.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command } from '@oclif/core/command'
import { Config } from '@oclif/core/config'
import { Help } from '@oclif/core/help'
import { parse as parseArguments } from '@oclif/core/parser'
import { parse as parseShell } from 'unbash'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const pkg = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly name: string
  readonly version: string
  readonly oclif: { readonly topics: Readonly<Record<string, { readonly description?: string }>> }
}
const config = await Config.load({
  root: path.join(root, 'dist'),
  pjson: {
    ...pkg,
    oclif: { ...pkg.oclif, commands: { strategy: 'pattern', target: './commands' } },
  } as never,
})
const { commands } = config
const byId = new Map(commands.map((command) => [command.id, command]))

class Shown extends Help {
  of(command: Command.Loadable): string {
    // It writes the id as it shows it into what it is given.
    return this.formatCommand({ ...command })
  }
}
const help = new Shown(config, { stripAnsi: true, maxWidth: 1000 })

/** The words of each simple command in a line, as a shell has them. */
const wordsIn = (line: string): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<ReadonlyArray<string>> = []
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null) return
    const { type, name, suffix } = node as {
      type?: string
      name?: { value: string }
      suffix?: ReadonlyArray<{ type: string; value: string }>
    }
    if (type === 'Command' && name !== undefined)
      found.push([
        name.value,
        ...(suffix ?? []).flatMap((one) => (one.type === 'Word' ? [one.value] : [])),
      ])
    Object.values(node).forEach(visit)
  }
  visit(parseShell(line))
  return found
}

/** The command that the words name, and what is left for its parser. */
const commandOf = (words: ReadonlyArray<string>) => {
  for (let length = words.length; length > 0; length--) {
    const command = byId.get(words.slice(0, length).join(':'))
    if (command !== undefined) return { command, rest: words.slice(length) }
  }
  return undefined
}

/** Why a line of ours would be refused before anything is done; undefined: it would not. */
const refusalOf = async (words: ReadonlyArray<string>): Promise<string | undefined> => {
  const named = commandOf(words)
  if (named === undefined) return `there is no command ${words.join(' ')}`
  const { args, flags, baseFlags, strict } = (await named.command.load()) as Command.Class
  return parseArguments([...named.rest], {
    args,
    flags: { ...baseFlags, ...flags } as never,
    strict,
  }).then(
    () => undefined,
    (error: unknown) => String(error),
  )
}

const ours = (line: string): ReadonlyArray<ReadonlyArray<string>> =>
  wordsIn(line).flatMap((all) => {
    const [program, ...words] = all[0] === 'sudo' ? all.slice(1) : all
    return program === 'isonapse' ? [words] : []
  })

describe('the table of commands', () => {
  it('has them all', () => {
    expect(commands.length).toBeGreaterThan(60)
    expect(byId.has('hook:status')).toBe(true)
  })

  it.each(commands.map((command) => [command.id.replaceAll(':', ' '), command] as const))(
    '%s has a summary, --json, and examples that its parser takes',
    async (id, command) => {
      expect(command.summary).toMatch(/^[a-z]/)
      expect(command.summary).not.toMatch(/\.$/)
      expect(command.flags).toHaveProperty('json')
      for (const [name, flag] of Object.entries(command.flags))
        if (flag.hidden !== true) expect(flag.description, `--${name}`).toMatch(/\S/)
      for (const [name, arg] of Object.entries(command.args))
        expect(arg.description, name).toMatch(/\S/)

      const shown = help.of(command)
      expect(shown).toContain('EXAMPLES')
      expect(shown).not.toContain('<%')
      const examples = (command.examples ?? []).map((example) =>
        String(example).replaceAll('<%= config.bin %>', 'isonapse'),
      )
      // It is called in one of them, and not merely a command below it.
      expect(
        examples.flatMap(ours).map((words) => commandOf(words)?.command.id.replaceAll(':', ' ')),
      ).toContain(id)
      for (const example of examples) {
        expect(shown).toContain(example)
        expect(ours(example).length + Number(/^echo .* > /.test(example)), example).toBeGreaterThan(
          0,
        )
        for (const words of ours(example)) expect(await refusalOf(words), example).toBeUndefined()
      }
    },
  )

  it('describes every topic, and no topic that is none', () => {
    const parents = new Set(
      commands.flatMap(({ id }) => {
        const parts = id.split(':')
        return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(':'))
      }),
    )
    expect(Object.keys(pkg.oclif.topics).sort()).toEqual([...parents].sort())
    for (const [topic, { description }] of Object.entries(pkg.oclif.topics))
      expect(description, topic).toMatch(/^[a-z]/)
  })

  it('would refuse an example that is wrong', async () => {
    expect(await refusalOf(['hook', 'status', '--no-such'])).toMatch(/no-such/)
    expect(await refusalOf(['hook', 'mode', 'strict'])).toMatch(/strict/)
    expect(await refusalOf(['hook', 'witness', 'receipts'])).toMatch(/out/)
    expect(await refusalOf(['hook', 'nothing'])).toMatch(/no command/)
    expect(await refusalOf(['hook', 'status', 'more'])).toMatch(/more/)
  })

  it('takes every line that the README shows', async () => {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8')
    const lines = readme.split('\n').flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? [])
    const shown = lines.flatMap((line) => ours(line).map((words) => [line, words] as const))
    expect(shown.length).toBeGreaterThan(20)
    for (const [line, words] of shown) expect(await refusalOf(words), line).toBeUndefined()
  })
})

const sources = fs
  .readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map(({ parentPath, name }) => path.join(parentPath, name))

describe('what the program says of its own commands', () => {
  it('names none that there is not, and no flag that it does not have', () => {
    const wrong: Array<string> = []
    let named = 0
    for (const file of sources)
      for (const [text] of fs
        .readFileSync(file, 'utf8')
        .matchAll(/isonapse hook(?: +(?:[a-z][a-z-]*|--[a-z][a-z-]*|[A-Z]+|\.{3}|…))+/g)) {
        named++
        const words = text.split(/ +/).slice(1)
        // Any command of it.
        if (words[1] === '…') continue
        const found = commandOf(words)
        const topic = words.slice(0, 2).join(':')
        if (found === undefined) {
          if (!Object.hasOwn(pkg.oclif.topics, topic))
            wrong.push(`${path.relative(root, file)}: ${text}`)
          continue
        }
        for (const flag of found.rest.filter((word) => word.startsWith('--') && word !== '--help'))
          if (!Object.hasOwn(found.command.flags, flag.slice(2)))
            wrong.push(`${path.relative(root, file)}: ${text}`)
      }
    expect(wrong).toEqual([])
    expect(named).toBeGreaterThan(100)
  })

  it('prints nothing that --json could not have', () => {
    const commandFiles = sources.filter((file) => /\/commands\/(hook\/|completion)/.test(file))
    expect(commandFiles.length).toBe(commands.length)
    const silent = commandFiles.filter((file) => {
      const text = fs.readFileSync(file, 'utf8')
      const prints = /\bthis\.print\(|terminal\.out\(/.test(text)
      const asJson = /\bthis\.(?:result|printJson|wired|showJson)\b|\bflags\.json\b/.test(text)
      return prints ? !asJson : !asJson
    })
    expect(silent).toEqual([])
  })
})
