// Programs that work through text by a script of their own: sed, and the query languages of jq and yq.
import { isSecretName } from '../../code/secretNames.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { sedReaches } from '../sedScript.ts'
import { type ShellWord, tailOf, textOf, UNKNOWN } from '../word.ts'

interface SedArguments {
  readonly scripts: ReadonlyArray<ShellWord>
  readonly files: ReadonlyArray<ShellWord>
  readonly operands: ReadonlyArray<ShellWord>
  readonly inPlace: boolean
}

/** The suffix of -i is part of its word: `-i.else` holds no -l and no -e. */
const sedArguments = (args: ReadonlyArray<ShellWord>): SedArguments => {
  const scripts: Array<ShellWord> = []
  const files: Array<ShellWord> = []
  const operands: Array<ShellWord> = []
  let inPlace = false
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!
    const { text } = word
    if (text === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (text.startsWith('--')) {
      const name = text.split('=', 1)[0]!
      const value = (): ShellWord | undefined =>
        text.includes('=') ? tailOf(word, name.length + 1) : args[++at]
      const into = '--expression'.startsWith(name)
        ? scripts
        : '--file'.startsWith(name)
          ? files
          : []
      if (/^--(?:e|fi|l)/.test(name)) {
        const found = value()
        if (found !== undefined) into.push(found)
      } else if (name.startsWith('--i')) inPlace = true
      continue
    }
    if (!text.startsWith('-') || text.length === 1) {
      operands.push(word)
      continue
    }
    for (let letter = 1; letter < text.length; letter++) {
      const one = text[letter]!
      if (one === 'i' || one === 'I') {
        inPlace = true
        break
      }
      if (!'efl'.includes(one)) continue
      const found = letter + 1 < text.length ? tailOf(word, letter + 1) : args[++at]
      if (found !== undefined && one !== 'l') (one === 'e' ? scripts : files).push(found)
      break
    }
  }
  return { scripts, files, operands, inPlace }
}

const runSed = (call: ProgramCall, script: ShellWord, text: string): void => {
  const reaches = sedReaches(text)
  if (reaches === undefined) {
    call.exec(script.is === 'dynamic' ? 'dynamic-command' : 'inline-code')
    return
  }
  for (const { does, text: of } of reaches) {
    const word: ShellWord = { ...script, is: 'literal', text: of }
    if (does !== 'run') call.take(does, word)
    else if (of === '') call.exec('inline-code')
    else call.shellText(word)
  }
}

const fromInput = (call: ProgramCall, script: ShellWord): void => {
  const input = call.input()
  if (input !== undefined && !input.includes(UNKNOWN)) runSed(call, script, input)
  else if (call.around.command.stdin.from !== 'none') call.exec('dynamic-command')
}

const editStream = (call: ProgramCall): void => {
  const { scripts, files, operands, inPlace } = sedArguments(call.args)
  const given = scripts.length > 0 || files.length > 0
  // The sed of macOS takes the suffix of -i as a word of its own, empty for none.
  const rest = operands[0]?.text === '' ? operands.slice(1) : operands
  for (const script of given ? scripts : rest.slice(0, 1))
    // What a variable puts there is taken for a number or a piece of text.
    runSed(call, script, script.text.replaceAll(UNKNOWN, '1'))
  for (const file of files) {
    if (file.text === '-' || file.text === '/dev/stdin') {
      fromInput(call, file)
      continue
    }
    const path = call.pathOf(file)
    const source = path === undefined ? undefined : call.around.source(path)
    if (
      path === undefined ||
      source?.text === undefined ||
      call.around.writtenBy(path) !== undefined
    )
      call.runFile(file)
    else {
      call.take('read', file)
      runSed(call, file, source.text)
    }
  }
  for (const word of given ? rest : rest.slice(1)) call.take(inPlace ? 'write' : 'read', word)
}

/** Options of jq that take a name and a file. */
const NAMED_FILE = /^--(?:slurpfile|rawfile|argfile)$/
const NAMED = /^--(?:arg|argjson)$/
const VALUED =
  /^(?:--indent|--tab-width|-o|-p|-I|--output-format|--input-format|--indent|-L|--library-path|--xml-.*|--csv-.*|--lua-.*|--front-matter|--seq-.*|--header-preprocess|--properties-.*|--tsv-.*)$/

/** All of the environment; `.env` and `{env: 1}` are keys. */
const ENVIRONMENT = /(?<![.\w"'$@/-])env\b(?!\s*[.:(\w-])|\$ENV\b(?!\s*\.)/
const VARIABLE = /(?:\$ENV|(?<![.\w])env)\s*\.\s*"?(\w{1,64})|\b(?:str)?env\((\w{1,64})\)/g

const query = (call: ProgramCall): void => {
  const words: Array<ShellWord> = []
  const inPlace = call.has('--inplace', '--in-place') || call.hasExactly('-i')
  let filter = false
  for (let at = 0; at < call.args.length; at++) {
    const word = call.args[at]!
    const { text } = word
    if (text === '--args' || text === '--jsonargs') break
    if (text === '--') continue
    if (NAMED_FILE.test(text)) {
      const file = call.args[at + 2]
      if (file !== undefined) call.take('read', file)
      at += 2
    } else if (NAMED.test(text)) at += 2
    else if (/^(?:-f|--from-file)$/.test(text)) {
      const file = call.args[++at]
      if (file !== undefined) call.take('read', file)
      filter = true
    } else if (/^(?:-s|--split-exp)$/.test(text) && /^yq$/.test(call.name)) {
      at++
      call.takeDirectory('write')
    } else if (VALUED.test(text)) at++
    else if (!text.startsWith('-') || text === '-') words.push(word)
  }
  if (/^(?:e|ea|eval|eval-all|r|read)$/.test(words[0]?.text ?? '') && call.name === 'yq')
    words.shift()
  const program = filter ? undefined : words.shift()
  if (program !== undefined) reached(call, program.text)
  for (const word of words) call.take(inPlace ? 'write' : 'read', word)
}

const PROGRAM_LIMIT = 8192
const MOST_LOADS = 16

/** What the text of a query looks at beside its input. */
const reached = (call: ProgramCall, text: string): void => {
  if (text.length > PROGRAM_LIMIT) {
    call.exec('inline-code')
    return
  }
  const named = [...text.matchAll(VARIABLE)].some(([, one, other]) =>
    isSecretName(one ?? other ?? ''),
  )
  if (named || ENVIRONMENT.test(text)) call.effect('secret.read', { name: 'environment' })
  const loads = [...text.matchAll(/\b(?:str)?load(?:_\w{1,16})?\("([^"]{1,256})"/g)]
  if (loads.length > MOST_LOADS) call.opaque('too-large')
  for (const [, path] of loads.slice(0, MOST_LOADS))
    call.take('read', { text: path!, is: 'literal', start: 0, end: 0 })
}

const selector = (call: ProgramCall): void => {
  const file = call.value('-f', '--file')
  const writes = /^(?:put|delete)$/.test(textOf(call.operands[0]) ?? '')
  if (file !== undefined) call.take(writes ? 'write' : 'read', file)
}

const expressions = (call: ProgramCall): void => {
  const [file, ...programs] = call.operands
  if (file !== undefined) call.take(/^https?:/.test(file.text) ? 'fetch' : 'read', file)
  for (const word of programs) if (!/^[.\w[\]"'-]*$/.test(word.text)) call.code('javascript', word)
}

export const STREAM_EDITORS: ReadonlyArray<ProgramRow> = [
  {
    names: 'sed gsed ssed',
    run: editStream,
    examples: [
      'sed -n 1,5p a.txt => fs.read a.txt',
      'sed -i s/a/b/ src/a.ts => fs.write src/a.ts',
      'sed -i.else s/a/b/ a => fs.write a',
      "sed '1e rm b' a => fs.delete b, fs.read a",
      "sed 's/a/rm b/e' a => exec sed, opaque inline-code, fs.read a",
      "sed -n 'w out.txt' a => fs.write out.txt, fs.read a",
      "sed 's/e/w x/;s/[/]/e/' a => fs.read a",
      "sed -n '/w/,/e x/p' a => fs.read a",
      "sed 's|a|b|w out' a => fs.write out, fs.read a",
      "sed 'r .env' a => fs.read .env, secret.read .env, fs.read a",
      'sed -n "${N}p" a => fs.read a',
      'sed "$S" a => exec sed, opaque dynamic-command, fs.read a',
      'echo w b | sed -f - a => fs.write b, fs.read a',
      'sed -f x.sed a => exec sed, opaque unread-script, fs.read a',
      "sed -i '' s/a/b/ .claude/settings.json => fs.write .claude/settings.json, tamper .claude/settings.json",
    ],
  },
  {
    names: 'jq yq gojq jaq xq tomlq',
    options: { '-L --library-path --indent': 'data' },
    run: query,
    examples: [
      'jq .a package.json => fs.read package.json',
      'jq -r .env a.json => fs.read a.json',
      'jq -n --rawfile x .env "\\$x" => fs.read .env, secret.read .env',
      'jq -n env => secret.read environment',
      "jq -n '$ENV.PATH' =>",
      "jq -n 'env.API_TOKEN' => secret.read environment",
      'jq --arg a b .c d.json => fs.read d.json',
      'yq -i .a=1 c.yml => fs.write c.yml',
      'yq eval-all .a c.yml => fs.read c.yml',
      'yq \'load("a.yml")\' b.yml => fs.read a.yml, fs.read b.yml',
      'jq -r . ~/.claude.json => fs.read ~/.claude.json',
    ],
  },
  {
    names: 'dasel',
    options: {
      '-f --file -s --selector -p --parser -r --read -w --write -t --type -v --value': 'data',
      '-o --out': 'write',
    },
    run: selector,
    examples: [
      'dasel -f a.json .b => fs.read a.json',
      'dasel put -f a.json -v 1 .b => fs.write a.json',
    ],
  },
  {
    names: 'fx jless gron jd',
    run: expressions,
    examples: ['fx a.json .b => fs.read a.json', 'jless a.json => fs.read a.json'],
  },
]
