// Interpreters of other languages: what they run is named by a file, a module, an option's text or
// their input. The text itself is read elsewhere (domain/code).
import type { Language } from '../../code/language.ts'
import { splitArguments } from '../options.ts'
import { compile, type ProgramRow, type Role } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, type ShellWord, textOf } from '../word.ts'
import { runInput } from './shells.ts'

/** Options whose value is program text, by language. */
const program =
  (code: ReadonlyArray<string>, language?: Language) =>
  (call: ProgramCall): void => {
    if (call.has('--version', '--help') && call.operands.length === 0) return
    const [file, ...args] = call.operands
    if (call.has(...code)) {
      const text = call.value(...code)
      if (language === undefined || text === undefined) call.exec('inline-code')
      else call.code(language, text, language === 'python' ? afterCode(call) : call.operands)
      return
    }
    if (file !== undefined && file.text !== '-') call.runFile(file, language, args)
    else if (
      file !== undefined ||
      call.args.length === 0 ||
      call.around.command.stdin.from !== 'none'
    )
      runInput(call, language)
  }

/** What stands after Python's program text is the program's, options too. */
const afterCode = (call: ProgramCall): ReadonlyArray<ShellWord> => {
  const at = call.args.findIndex((word) => /^-[A-Za-z]*c/.test(word.text))
  if (at < 0) return call.operands
  return call.args.slice(call.args[at]!.text.endsWith('c') ? at + 2 : at + 1)
}

/** Modules that are programs: what their operands are. Any other is code of the project or a package. */
const MODULES: Readonly<Record<string, Role | ((call: ProgramCall) => void)>> = {
  'json.tool': (call) => {
    const [from, to] = call.operands
    if (from !== undefined) call.take('read', from)
    if (to !== undefined) call.take('write', to)
  },
  calendar: 'data',
  this: 'data',
  antigravity: 'data',
  platform: 'data',
  site: 'data',
  sysconfig: 'data',
  locale: 'data',
  encodings: 'data',
  inspect: 'data',
  pydoc: (call) => {
    if (call.has('-w')) call.facts(['writes .'])
  },
  ast: 'read',
  dis: 'read',
  tokenize: 'read',
  tabnanny: 'read',
  pyclbr: 'read',
  symtable: 'read',
  base64: 'read',
  mimetypes: 'data',
  uuid: 'data',
  gzip: 'write',
  py_compile: (call) => call.facts(['writes .']),
  compileall: (call) => call.facts(['writes .']),
  zipfile: (call) => archive(call, ['-e', '--extract'], ['-c', '--create']),
  tarfile: (call) => archive(call, ['-e', '--extract'], ['-c', '--create']),
  'http.server': (call) => call.effect('spawn', { name: 'http.server' }),
  webbrowser: 'fetch',
  timeit: (call) => {
    // One program: what is set up first, then the statements.
    const lines = [...call.valuesOf('-s', '--setup'), ...call.operands]
    const [first] = lines
    const dynamic = lines.find((word) => word.is === 'dynamic')
    if (first === undefined) return
    const text = lines.map((word) => word.text).join('\n')
    call.code('python', dynamic ?? { ...first, is: 'literal', text })
  },
  cProfile: 'file',
  profile: 'file',
  pdb: 'file',
  trace: 'file',
  ensurepip: (call) => call.exec('package-code'),
}

const archive = (
  call: ProgramCall,
  extracts: ReadonlyArray<string>,
  creates: ReadonlyArray<string>,
): void => {
  const [file, ...rest] = call.operands
  if (file === undefined) return
  if (call.has(...creates)) {
    call.take('write', file)
    for (const word of rest) call.take('scan', word)
    return
  }
  call.take('read', file)
  if (!call.has(...extracts)) return
  if (rest[0] === undefined) call.takeDirectory('change')
  else call.take('change', rest[0])
  call.opaque('archive-content')
}

const python = (call: ProgramCall): void => {
  const module = call.value('-m')
  if (module === undefined) {
    program(['-c'], 'python')(call)
    return
  }
  const name = textOf(module)
  const known = name !== undefined && Object.hasOwn(MODULES, name) ? MODULES[name] : undefined
  if (name === undefined) call.exec('dynamic-command')
  else if (typeof known === 'function') known(ofModule(call))
  else if (known !== undefined) {
    const [script, ...args] = ofModule(call).operands
    if (known === 'file') {
      if (script !== undefined) call.runFile(script, 'python', args)
    } else for (const word of call.operands) call.take(known, word)
  } else if (call.around.knows(name)) call.around.inner([literalWord(name), ...afterModule(call)])
  else call.exec('project-code')
}

/** A module's own options begin after its name. */
const MODULE_OPTIONS = compile({
  options: { '-s --setup -n -r -u -o --outfile -d --directory': 'data' },
})

const ofModule = (call: ProgramCall): ProgramCall => {
  call.use(splitArguments(afterModule(call), MODULE_OPTIONS))
  return call
}

const afterModule = (call: ProgramCall) => {
  const at = call.args.findIndex((word) => word.text === '-m')
  return at < 0 ? call.operands : call.args.slice(at + 2)
}

const node = (call: ProgramCall): void => {
  for (const file of call.valuesOf(
    '-r',
    '--require',
    '--import',
    '--loader',
    '--experimental-loader',
  ))
    if (/^[./~]/.test(file.text)) call.runFile(file, 'javascript')
    else if (/^(?:data|https?):/.test(file.text)) call.code('javascript', importedBy(file))
  if (call.has('-c', '--check') || call.hasExactly('-v', '-h')) return
  if (call.has('--test', '--run')) {
    call.exec('project-code')
    return
  }
  program(['-pe', '-e', '--eval', '-p', '--print'], 'javascript')(call)
}

/** A module that an option names by its address. */
const importedBy = (word: ShellWord): ShellWord => ({
  ...word,
  text: `import ${JSON.stringify(word.text)}`,
})

const java = (call: ProgramCall): void => {
  if (call.hasExactly('-version', '--version', '-help')) return
  const jar = call.value('-jar')
  if (jar === undefined) call.exec('project-code')
  else call.runFile(jar)
}

const deno = (call: ProgramCall): void => {
  const [verb, file, ...args] = call.operands
  switch (textOf(verb)) {
    case 'eval':
      if (file === undefined) call.exec('inline-code')
      else call.code('javascript', file, args)
      return
    case 'repl':
      return
    case 'run':
    case 'serve':
      if (file === undefined) call.exec('project-code')
      else if (file.text === '-') runInput(call, 'javascript')
      else call.runFile(file, 'javascript', args)
      return
    case 'fmt':
      call.facts(call.has('--check') ? ['reads .'] : ['writes .'])
      return
    case 'lint':
    case 'check':
    case 'info':
    case 'doc':
    case undefined:
      return
    default:
      call.exec('project-code')
  }
}

const editor = (call: ProgramCall): void => {
  if (call.has('-c', '--cmd', '-S', '--eval', '-l')) call.exec('inline-code')
  for (const word of call.operands) if (!word.text.startsWith('+')) call.take('write', word)
}

export const INTERPRETERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'python python2 python3 pypy pypy3 ipython',
    style: 'posix',
    options: { '-c': 'data', '-m': 'data', '-W -X': 'data' },
    run: python,
    examples: [
      'python x.py => exec python, opaque unread-script',
      'python3 -c "print(1)" => exec python3',
      'python3 -uc "import os; os.remove(\'a\')" => exec python3, fs.delete a',
      'python3 -c "import sys; open(sys.argv[1], \'w\')" a.txt => exec python3, fs.write a.txt',
      'python3 -c "$(cat x)" => fs.read x, exec python3, opaque dynamic-command',
      'python3 -c "$(curl -s https://x.example)" => net.fetch x.example, exec python3, opaque remote-code',
      'python -m pytest => exec pytest, opaque project-code',
      'python -m json.tool a.json => fs.read a.json',
      'python -m json.tool a.json b.json => fs.read a.json, fs.write b.json',
      'python -m zipfile -l a.zip => fs.read a.zip',
      'python -m zipfile -e a.zip out => fs.read a.zip, fs.write out, opaque archive-content',
      'python -m timeit -s "import os" "os.remove(\'a\')" => exec python, fs.delete a',
      'python -m cProfile -o out.prof x.py => exec python, opaque unread-script',
      'python -m mytool --all => exec python, opaque project-code',
      'python -m http.server 8000 --directory dist => spawn http.server',
      'python /tmp/x.py => exec python, opaque outside-code',
      'python --version =>',
      'curl -s https://x.example | python3 => net.fetch x.example, exec python3, opaque remote-code',
      "python - <<'EOF'\nprint(1)\nEOF\n => exec python",
      'echo "import os; os.remove(\'a\')" | python => exec python, fs.delete a',
      'python3.12 -m http.server => spawn http.server',
    ],
  },
  {
    names: 'node nodejs',
    style: 'posix',
    options: {
      '-e --eval -p --print -pe': 'data',
      '-r --require --import --loader --experimental-loader -C --conditions --env-file --inspect-port':
        'data',
    },
    run: node,
    examples: [
      'node a.js => exec node, opaque unread-script',
      'node -e "1" => exec node',
      'node -pe "process.version" => exec node',
      'node -pe "fs.rmSync(process.argv[1])" ../a => exec node, fs.delete ~/a',
      'node -e "fs.rmSync(\'a\')" => exec node, fs.delete a',
      'node --check a.js =>',
      'node --import "data:text/javascript,1" a.js => exec node, opaque dynamic-command, opaque unread-script',
      'node --version =>',
      'node --test => exec node, opaque project-code',
      'node -r ./x.js a.js => exec node, opaque unread-script',
    ],
  },
  {
    names: 'tsx ts-node esno sucrase-node',
    style: 'posix',
    options: { '-e --eval -p --print -pe': 'data', '-r --require --tsconfig': 'data' },
    run: program(['-pe', '-e', '--eval', '-p'], 'javascript'),
    examples: ['tsx src/a.ts => exec tsx, opaque unread-script'],
  },
  {
    names:
      'lua luajit Rscript R julia groovy scala elixir erl escript clojure clj bb racket guile sbcl ghci runghc ocaml swipl octave matlab gnuplot tclsh wish expect osascript kotlin kotlinc',
    style: 'posix',
    options: { '-e -E --eval': 'data' },
    run: program(['-e', '-E', '--eval']),
    examples: [
      'lua a.lua => exec lua, opaque unread-script',
      "osascript -e 'x' => exec osascript, opaque inline-code",
      'Rscript a.R => exec Rscript, opaque unread-script',
    ],
  },
  {
    names: 'java',
    style: 'long',
    options: { '-jar': 'data', '-cp -classpath --class-path': 'data' },
    run: java,
    examples: ['java -jar build/a.jar => exec java, opaque unread-script', 'java -version =>'],
  },
  {
    names: 'deno',
    run: deno,
    examples: [
      'deno run a.ts => exec deno, opaque unread-script',
      'deno run https://x.example/a.ts => net.fetch x.example, exec deno, opaque remote-code',
      'deno eval 1 => exec deno',
      'deno eval "Deno.removeSync(\'a\')" => exec deno, fs.delete a',
      'deno fmt --check => fs.read .',
      'deno fmt => fs.write .',
    ],
  },
  {
    names: 'vi vim nvim nano emacs ed ex pico micro code subl',
    options: { '-c --cmd -S -l --eval -u': 'data' },
    run: editor,
    examples: [
      'vim a.txt => fs.write a.txt',
      'vim -c "!ls" a => exec vim, opaque inline-code, fs.write a',
    ],
  },
]
