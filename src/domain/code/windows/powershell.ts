// Reads PowerShell text to its effects: every command through the table of cmdlets, calls into .NET
// by the few that matter, other names as programs. What none of these explain is opaque.
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import {
  type Cmdlet,
  type CmdletRole,
  CMDLETS,
  PURE_CMDLET,
  PURE_NAMES,
  VALUED,
} from './cmdlets.ts'
import type { CodeCall, CodeReader } from '../codeCall.ts'
import { dotnet } from './dotnet.ts'
import { type PowerCommand, powerCommands, type PowerWord } from './powershellText.ts'
import { isSecretName } from '../secretNames.ts'
import { pathWord, registry, windowsPath } from './paths.ts'

export const powershell: CodeReader = (text, call) => new Script(text, call).read(text, 0)

const DEPTH_LIMIT = 8
const READ_LIMIT = 250_000

const BY_NAME = new Map(
  CMDLETS.flatMap((cmdlet) => cmdlet.names.split(' ').map((name) => [name, cmdlet] as const)),
)

/** The first words that PowerShell's own commands are named by. */
const VERBS = new Set(
  (
    'add clear close copy enter exit find format get hide join lock move new open optimize pop push redo remove rename reset resize ' +
    'search select set show skip split step switch undo unlock watch connect disconnect read receive send write backup checkpoint ' +
    'compare compress convert convertfrom convertto dismount edit expand export group import initialize limit merge mount out publish ' +
    'restore save sync unpublish update approve assert build complete confirm deny deploy disable enable install invoke register ' +
    'request restart resume start stop submit suspend uninstall unregister wait debug measure ping repair resolve test trace block ' +
    'grant protect revoke unblock unprotect use'
  ).split(' '),
)

/** Aliases that are programs of their own elsewhere, with options of another form. */
const ALSO_PROGRAMS = new Set(
  'rm cp mv ls cat curl wget mkdir kill tee ps rmdir man sort'.split(' '),
)

const KEYWORDS = new Set('return throw else do try finally begin process end trap'.split(' '))

const REGISTRY = /^(?:registry::|hk(?:lm|cu|cr|u|cc):|hkey_)/i

class Script {
  private readonly call: CodeCall
  private readonly known = new Map<string, string>()
  private readonly defined = new Set<string>()
  private readonly fromNetwork: boolean
  private read_ = 0
  private full = false
  /** What the commands before the pipe listed. */
  private listed: ReadonlyArray<ShellWord> = []
  private narrowed = false

  constructor(text: string, call: CodeCall) {
    this.call = call
    this.fromNetwork =
      /https?:|\biwr\b|\birm\b|invoke-(?:webrequest|restmethod)|webclient|download(?:string|data|file)|start-bitstransfer/i.test(
        text,
      )
    this.constants(text)
    for (const [, name] of text.matchAll(/\b(?:function|filter)\s+([\w-]{1,64})/gi))
      this.defined.add(name!.toLowerCase())
    for (const [, name] of text.matchAll(/\$\{?env:(\w{1,64})/gi))
      if (isSecretName(name!)) call.effect('secret.read', { name: name! })
  }

  /** Variables with one literal value throughout. */
  private constants(text: string): void {
    if (/set-variable|\bsv\b|\[ref\]|new-variable|foreach\s*\(|param\s*\(/i.test(text)) return
    const assigned = new Set<string>()
    const form =
      /\$(\w{1,64})\s{0,20}([-+*/.]?=)(?!=)\s{0,20}(?:'([^'\n]{0,2000})'|"([^"$`\n]{0,2000})"|)(?=\s*(?:[;\n}]|$))?/g
    for (const found of text.matchAll(form)) {
      const name = found[1]!.toLowerCase()
      const value = found[3] ?? found[4]
      const after = text[found.index + found[0].length]
      if (
        assigned.has(name) ||
        found[2] !== '=' ||
        value === undefined ||
        !/^[\s;}]?$/.test(after ?? '')
      )
        this.known.delete(name)
      else this.known.set(name, value)
      assigned.add(name)
    }
  }

  private valueOf(name: string): string | undefined {
    const { home, directory } = this.call
    switch (name) {
      case 'home':
      case 'env:userprofile':
      case 'env:home':
        return home
      case 'pwd':
        return directory
      case 'env:temp':
      case 'env:tmp':
        return '/tmp'
      case 'env:appdata':
        return `${home}/AppData/Roaming`
      case 'env:localappdata':
        return `${home}/AppData/Local`
      case 'env:systemroot':
      case 'env:windir':
        return 'C:\\Windows'
      case 'env:systemdrive':
        return 'C:'
      case 'env:programfiles':
        return 'C:\\Program Files'
      case 'psscriptroot':
        return this.call.file === undefined
          ? undefined
          : this.call.file.replace(/\/[^/]*$/, '') || '/'
      case 'profile':
        return `${home}/.config/powershell/profile.ps1`
      case 'null':
        return '$null'
      case 'true':
      case 'false':
        return name
    }
    return this.known.get(name)
  }

  read(text: string, depth: number): void {
    this.read_ += text.length
    if (depth > DEPTH_LIMIT || this.read_ > READ_LIMIT) {
      if (!this.full) this.call.opaque('too-large')
      this.full = true
      return
    }
    const { commands, broken, cut } = powerCommands(text, (name) => this.valueOf(name))
    if (broken) this.call.opaque('parse-error')
    if (cut) this.call.opaque('too-large')
    for (const command of commands) {
      if (!command.piped) {
        this.listed = []
        this.narrowed = false
      }
      this.command(command, depth)
    }
  }

  private command(command: PowerCommand, depth: number): void {
    const { written } = command
    const assignment = /^\s*(?:\[[\w.[\], ]{1,80}\]\s*)?\$[\w:]{1,80}\s*[-+*/.]?=(?!=)\s*/.exec(
      written,
    )
    if (assignment !== null) {
      this.read(written.slice(assignment[0].length), depth + 1)
      return
    }
    dotnet(written, this.call, this.fromNetwork, (value) => this.read(value, depth + 1))
    const { listed, narrowed } = this
    for (const word of command.words) for (const inner of word.inner) this.read(inner, depth + 1)
    this.listed = listed
    this.narrowed = narrowed
    const words = this.redirected(command.words)
    this.named(words, command, depth)
  }

  /** Tells the files that output goes to; the words that are left. */
  private redirected(words: ReadonlyArray<PowerWord>): ReadonlyArray<PowerWord> {
    const out: Array<PowerWord> = []
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!
      if (word.redirects === undefined) out.push(word)
      else if (word.redirects === 'write' && words[at + 1] !== undefined)
        windowsPath(this.call, 'fs.write', shellWord(words[++at]!))
    }
    return out
  }

  private named(words: ReadonlyArray<PowerWord>, command: PowerCommand, depth: number): void {
    let at = 0
    let called = false
    for (; at < words.length; at++) {
      const { text, quoted, block } = words[at]!
      if (block || quoted) break
      if (text === '&' || text === '.') called = true
      else if (!KEYWORDS.has(text.toLowerCase())) break
    }
    const first = words[at]
    if (first === undefined || first.block) return
    const rest = words.slice(at + 1)
    const { text } = first
    if (called && text.includes(UNKNOWN)) {
      this.call.opaque(this.fromNetwork ? 'remote-code' : 'dynamic-command')
      return
    }
    const name = text.toLowerCase().replace(/,$/, '')
    // A value stands where a command could: an expression.
    if (
      (first.quoted && !called) ||
      text === '' ||
      text.startsWith(UNKNOWN) ||
      /^[$[\d@(-]/.test(text)
    )
      return
    if (text.includes(UNKNOWN)) {
      this.call.opaque('dynamic-command')
      return
    }
    const cmdlet = BY_NAME.get(name)
    if (cmdlet !== undefined && !this.isProgram(name, rest)) {
      this.cmdlet(cmdlet, name, rest, command, depth)
      return
    }
    if (
      name === 'where-object' ||
      name === '?' ||
      name === 'where' ||
      name === 'select-object' ||
      name === 'select'
    )
      this.narrowed = true
    if (name === 'new-object' && rest.some((word) => /^-com/i.test(word.text)))
      this.call.opaque('other-shell')
    if (name === 'get-service' || this.defined.has(name)) return
    if (PURE_NAMES.has(name) || PURE_CMDLET.test(name)) {
      if (!/^(?:foreach-object|%|where-object|\?)$/.test(name)) this.environment(rest)
      return
    }
    const verb = /^([a-z]+)-[a-z]\w*$/.exec(name)?.[1]
    if (verb !== undefined && VERBS.has(verb)) {
      this.call.opaque('other-shell')
      return
    }
    this.program(text, rest)
  }

  /** `dir env:` and its like print every variable there is. */
  private environment(words: ReadonlyArray<PowerWord>): void {
    for (const { text } of words) {
      const found = /^env:[\\/]?(.*)$/i.exec(text)?.[1]
      if (found === undefined) continue
      if (found === '' || found === '*') this.call.effect('secret.read', { name: 'environment' })
      else if (isSecretName(found)) this.call.effect('secret.read', { name: found })
    }
  }

  private program(text: string, rest: ReadonlyArray<PowerWord>): void {
    const plain = text.replaceAll('\\', '/')
    const word = pathWord(literalWord(text), this.call.home, false)
    if (/\.ps1$/i.test(plain)) this.call.runFile(word, 'powershell')
    else if (/\.(?:bat|cmd)$/i.test(plain)) this.call.runFile(word, 'cmd')
    else {
      const system = /^[a-z]:\/windows\/(?:.*\/)?([^/]+)$/i.exec(plain)?.[1]
      const name = literalWord(system ?? (plain.includes('/') ? word.text : text))
      this.call.runs([name, ...rest.filter((one) => !one.block).map(shellWord)])
    }
  }

  private isProgram(name: string, words: ReadonlyArray<PowerWord>): boolean {
    if (!ALSO_PROGRAMS.has(name)) return false
    const net = name === 'curl' || name === 'wget'
    return words.some(
      ({ text, quoted }) =>
        !quoted &&
        (text.startsWith('--') ||
          (net
            ? /^-[a-zA-Z]$|^-[a-z]*[A-Z]/.test(text) && !/^-(?:Uri|UseB|Out|Me|He|Bo)/.test(text)
            : false) ||
          (/^-[a-zA-Z]{2,4}$/.test(text) &&
            !/^-(?:re|rec|recu|fo|for|forc|pa|pat|path|fi|fil|na|nam|name|en|inc|exc|val|uri|out|whatif|ea|wh)/i.test(
              text,
            ))),
    )
  }

  private cmdlet(
    cmdlet: Cmdlet,
    name: string,
    words: ReadonlyArray<PowerWord>,
    command: PowerCommand,
    depth: number,
  ): void {
    const { given, flags, values } = argumentsOf(cmdlet, words)
    if (flags.some((flag) => flag.length > 2 && 'whatif'.startsWith(flag))) return
    const recurse = flags.some((flag) => 'recurse'.startsWith(flag))
    for (const fact of cmdlet.does ?? []) {
      const [kind, what] = fact.split(' ') as [Parameters<CodeCall['effect']>[0], string]
      this.call.effect(kind, { name: what })
    }
    if (cmdlet.opaque !== undefined && !(name === 'get-module')) this.call.opaque(cmdlet.opaque)
    this.environment(words)
    if (/^(?:set-location|sl|cd|chdir|push-location|pushd)$/.test(name)) {
      const to = given[0]
      if (to !== undefined) this.call.chdir(pathWord(to.word, this.call.home))
      return
    }
    if (cmdlet.names.startsWith('get-childitem')) {
      const paths = given.filter(({ role }) => role === 'list').map(({ word }) => word)
      this.listed = (paths.length > 0 ? paths : [literalWord('.')]).map((word) =>
        recurse || word.text.includes('*') ? word : { ...word, text: `${word.text}/*` },
      )
      this.narrowed = values.has('filter') || values.has('include') || values.has('exclude')
    }
    const sends =
      values.has('body') ||
      values.has('infile') ||
      values.has('form') ||
      !/^(?:get|head|options)?$/i.test(values.get('method')?.text.replaceAll(/['"]/g, '') ?? '')
    for (const { role, word } of given)
      this.take(
        role === 'fetch' && sends ? 'send' : role,
        word,
        recurse,
        values,
        depth,
        cmdlet.names.startsWith('import-module'),
      )
    if (given.some(({ role }) => role !== 'data')) return
    this.fromPipe(cmdlet, command, recurse)
  }

  /** What a cmdlet without a target takes from the pipe. */
  private fromPipe(cmdlet: Cmdlet, command: PowerCommand, recurse: boolean): void {
    const [role] = cmdlet.positional ?? []
    if (!command.piped || role === undefined) return
    if (role === 'script') this.call.opaque(this.fromNetwork ? 'remote-code' : 'dynamic-command')
    else if (role === 'run') this.call.opaque('dynamic-command')
    else if (role === 'delete' || cmdlet.names.startsWith('clear-content')) {
      if (this.listed.length === 0) this.call.path('fs.delete', unknown)
      for (const word of this.listed) {
        const known = pathWord(word, this.call.home)
        if (this.narrowed && known.is !== 'dynamic')
          this.call.path('fs.delete', {
            ...known,
            text: `${known.text.replace(/\/?\*?$/, '')}/?*?`,
            is: 'glob',
          })
        else
          windowsPath(
            this.call,
            'fs.delete',
            word,
            recurse || !word.text.includes('*') ? 'all' : 'self',
          )
      }
    }
  }

  private take(
    role: CmdletRole,
    word: ShellWord,
    recurse: boolean,
    values: ReadonlyMap<string, ShellWord>,
    depth: number,
    imports: boolean,
  ): void {
    const { call } = this
    if (
      REGISTRY.test(word.text) &&
      (role === 'write' || role === 'delete' || role === 'read' || role === 'list')
    ) {
      if (role === 'write' || role === 'delete') registry(call, word.text, role === 'delete')
      return
    }
    if (
      /^(?:env|variable|function|alias|cert|wsman):/i.test(word.text) &&
      role !== 'fetch' &&
      role !== 'script'
    ) {
      if (/^(?:cert|wsman)/i.test(word.text) && (role === 'write' || role === 'delete'))
        call.effect('privilege', { name: 'certificates' })
      return
    }
    switch (role) {
      case 'data':
        return
      case 'list':
        windowsPath(call, 'fs.read', word, 'self', true)
        return
      case 'read':
        windowsPath(call, 'fs.read', word)
        return
      case 'write':
        windowsPath(call, 'fs.write', word)
        return
      case 'delete':
        windowsPath(call, 'fs.delete', word, recurse ? 'all' : 'self')
        return
      case 'fetch':
        call.fetch(word)
        return
      case 'send':
        call.send(word)
        return
      case 'script':
        if (word.is === 'literal') this.read(word.text, depth + 1)
        else call.opaque(this.fromNetwork ? 'remote-code' : 'dynamic-command')
        return
      case 'run':
        this.start(word, values, imports)
    }
  }

  private start(word: ShellWord, values: ReadonlyMap<string, ShellWord>, imports: boolean): void {
    if (
      imports &&
      word.is === 'literal' &&
      /^[\w.-]+$/.test(word.text) &&
      !/\.(?:ps[md]?1|dll)$/i.test(word.text)
    ) {
      this.call.opaque('package-code')
      return
    }
    if (/^runas$/i.test(values.get('verb')?.text ?? ''))
      this.call.effect('privilege', { name: 'runas' })
    // The person's own browser, with whatever it is signed in to.
    if (/^(?:https?|ftp):\/\//i.test(word.text)) this.call.send(word)
    else if (word.is === 'dynamic') this.call.opaque('dynamic-command')
    else if (/\.(?:psm1|psd1)$/i.test(word.text))
      this.call.runFile(pathWord(word, this.call.home, false), 'powershell')
    else {
      const args = values.get('argumentlist')
      const list =
        args === undefined
          ? []
          : args.is === 'dynamic'
            ? [args]
            : args.text
                .split(/\s+/)
                .filter((one) => one !== '')
                .map((one) => literalWord(one))
      this.program(
        word.text,
        list.map((one) => ({
          text: one.text,
          quoted: false,
          block: false,
          inner: [],
          more: false,
        })),
      )
    }
  }
}

const unknown: ShellWord = { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 }

const shellWord = ({ text }: PowerWord): ShellWord => ({
  ...literalWord(text),
  is: text.includes(UNKNOWN) ? 'dynamic' : 'literal',
})

interface Arguments {
  readonly given: ReadonlyArray<{ readonly role: CmdletRole; readonly word: ShellWord }>
  /** Switches, and parameters without a role, in lower case. */
  readonly flags: ReadonlyArray<string>
  readonly values: ReadonlyMap<string, ShellWord>
}

/** Parameters by name, by an unambiguous beginning of it, or by position. */
const argumentsOf = (cmdlet: Cmdlet, words: ReadonlyArray<PowerWord>): Arguments => {
  const given: Array<{ role: CmdletRole; word: ShellWord }> = []
  const flags: Array<string> = []
  const values = new Map<string, ShellWord>()
  const known = Object.keys(cmdlet.parameters ?? {})
  let position = 0
  const list = (from: number, role: CmdletRole): number => {
    let at = from
    for (; at < words.length; at++) {
      if (words[at]!.block) return at + 1
      given.push({ role, word: shellWord(words[at]!) })
      if (!words[at]!.more) return at + 1
    }
    return at
  }
  for (let at = 0; at < words.length;) {
    const word = words[at]!
    const parameter = word.quoted
      ? null
      : /^[-\u2013\u2014]([A-Za-z?]\w*)(?::(.*))?$/s.exec(word.text)
    if (parameter === null) {
      if (word.block) {
        at++
        continue
      }
      const roles = cmdlet.positional ?? []
      at = list(at, roles[Math.min(position, roles.length - 1)] ?? 'data')
      position++
      continue
    }
    const name = parameter[1]!.toLowerCase()
    const inline = parameter[2]
    const exact =
      known.find((one) => one === name) ??
      (VALUED.test(name)
        ? undefined
        : known.find(
            (one) =>
              one.startsWith(name) && !'recurse'.startsWith(name) && !'force'.startsWith(name),
          ))
    if (inline !== undefined && inline !== '') {
      const value = shellWord({ ...word, text: inline })
      values.set(name, value)
      if (exact !== undefined) given.push({ role: cmdlet.parameters![exact]!, word: value })
      else if (!/^(?:false|\$false)$/i.test(inline)) flags.push(name)
      at++
    } else if (exact !== undefined) {
      if (words[at + 1] !== undefined) values.set(exact, shellWord(words[at + 1]!))
      at = list(at + 1, cmdlet.parameters![exact]!)
    } else if (VALUED.test(name)) {
      const from = at + 1
      at = from
      while (at < words.length && words[at]!.more) at++
      at++
      const text = words
        .slice(from, at)
        .map((one) => one.text)
        .join(' ')
      values.set(name, shellWord({ ...word, text }))
    } else {
      flags.push(name)
      // `-Switch:` with its value behind a space is read as the value of a switch.
      at++
    }
  }
  return { given, flags, values }
}
