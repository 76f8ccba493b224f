// Interpreters of other languages: what they run is named by a file, a module, an option's text or
// their input. The text itself is read elsewhere (domain/code).
import type { Language } from '../../code/language.ts'
import { isSecretName } from '../../code/secretNames.ts'
import { splitArguments } from '../options.ts'
import { compile, type ProgramRow, type Role } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, type ShellWord, tailOf, textOf, UNKNOWN } from '../word.ts'
import { inFolder } from './packageRunners.ts'
import { placedIn } from './placedCode.ts'
import { runInput } from './shells.ts'

/** Options whose value is program text, by language. */
const program =
  (code: ReadonlyArray<string>, language?: Language) =>
  (call: ProgramCall): void => {
    if (call.has('--version', '--help') && call.operands.length === 0) return
    if (call.args.length === 1 && call.args[0]!.text === '-version') return
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
/** Beside each source, in the one folder that Python keeps for that. */
const cached =
  (named: 'files' | 'folders') =>
  (call: ProgramCall): void => {
    if (call.operands.length === 0) call.facts(['writes __pycache__'])
    for (const word of call.operands) {
      call.take(named === 'folders' ? 'scan' : 'read', word)
      const folder = named === 'folders' ? word.text : word.text.replace(/[^/]*$/, '')
      const at = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
      const is = at.includes(UNKNOWN) ? 'dynamic' : 'literal'
      call.take('write', { ...word, text: `${at}__pycache__`, is })
    }
  }

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
  py_compile: cached('files'),
  compileall: cached('folders'),
  zipfile: (call) => archive(call, ['-e', '--extract'], ['-c', '--create']),
  tarfile: (call) => archive(call, ['-e', '--extract'], ['-c', '--create']),
  'http.server': (call) => {
    // Everything below is there for whoever asks.
    for (const folder of call.valuesOf('-d', '--directory')) call.take('scan', folder)
    call.effect('spawn', { name: 'http.server' })
  },
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
  code: (call) => runInput(call, 'python'),
  asyncio: (call) => runInput(call, 'python'),
  unittest: (call) => {
    const inner = ofModule(call)
    inner.exec(placedIn(inner, [...inner.operands, ...inner.valuesOf('-s')]))
  },
  doctest: (call) => {
    const inner = ofModule(call)
    inner.exec(placedIn(inner, inner.operands))
  },
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
    else if (file.text.startsWith('file://')) call.runFile(tailOf(file, 7), 'javascript')
    else if (/^(?:data|https?):/.test(file.text)) call.code('javascript', importedBy(file))
  if (call.has('-c', '--check') || call.hasExactly('-v', '-h')) return
  if (call.has('--test', '--run')) {
    call.exec('project-code')
    return
  }
  if (call.has('-pe', '-e', '--eval', '-p', '--print'))
    for (const file of call.valuesOf('--env-file')) call.take('read', file)
  printed(call)
  program(['-pe', '-e', '--eval', '-p', '--print'], 'javascript')(call)
}

/** `node -p` shows what its text comes to: the environment, or one variable of it. */
const printed = (call: ProgramCall): void => {
  const text = call.value('-pe', '-p', '--print')?.text.slice(0, 4096) ?? ''
  const found =
    /\bprocess\s*(?:\.\s*|\[\s*['"`])env\b['"`\]\s]*(?:\.\s*(\w+)|\[\s*['"`](\w+)['"`]\s*\])?/.exec(
      text,
    )
  if (found === null) return
  const name = found[1] ?? found[2]
  if (name === undefined) call.effect('secret.read', { name: 'environment', certainty: 'possible' })
  else if (isSecretName(name)) call.effect('secret.read', { name })
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
    case 'install':
      if (file === undefined || !(call.has('--global') || call.hasExactly('-g')))
        call.facts([
          'net.fetch',
          'writes .',
          'exec',
          file === undefined ? 'package-code' : 'new-package',
        ])
      else {
        call.effect('net.fetch')
        inFolder(call, 'fs.write', '~/.deno/bin')
        call.exec('new-package')
      }
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

/** Lines of ed that only show, move or leave: any other may start a program or write elsewhere. */
const SHOWS = /^[\d,;.$%+\-\s]*(?:[pnlq=]|\/[^/!]*\/?p?)?$/

/** Editors of lines take their commands from their input: `!` starts a shell there. */
const commanded = (call: ProgramCall): void => {
  if (call.around.command.stdin.from === 'none' || !/^(?:ed|ex|red)$/.test(call.name)) return
  const text = call.input()
  if (
    text === undefined ||
    text.length > 4096 ||
    !text.split('\n').every((line) => SHOWS.test(line))
  )
    call.exec('inline-code')
}

const editor = (call: ProgramCall): void => {
  commanded(call)
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
      'python -m py_compile src/a.py => fs.read src/a.py, fs.write src/__pycache__',
      'python -m compileall -q src => fs.read src, fs.write src/__pycache__',
      'python -m py_compile ~/a.py => fs.read ~/a.py, fs.write ~/__pycache__',
      'python -m json.tool a.json => fs.read a.json',
      'python -m json.tool a.json b.json => fs.read a.json, fs.write b.json',
      'python -m zipfile -l a.zip => fs.read a.zip',
      'python -m zipfile -e a.zip out => fs.read a.zip, fs.write out, opaque archive-content',
      'python -m timeit -s "import os" "os.remove(\'a\')" => exec python, fs.delete a',
      'python -m cProfile -o out.prof x.py => exec python, opaque unread-script',
      'python -m unittest discover -s /tmp/x => exec python, opaque outside-code',
      'python -m unittest => exec python, opaque project-code',
      `echo 'import os; os.remove("a")' | python -m code => exec python, fs.delete a`,
      'python -m mytool --all => exec python, opaque project-code',
      'python -m http.server 8000 --directory dist => fs.read dist, spawn http.server',
      'python -m http.server -d ~/.ssh => fs.read ~/.ssh, secret.read ~/.ssh, spawn http.server',
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
      'node -p process.env => secret.read environment, exec node',
      'node -p process.env.API_TOKEN => secret.read API_TOKEN, exec node',
      'node -p process.env.NODE_ENV => exec node',
      'node --import file:///tmp/x.mjs a.js => exec node, opaque outside-code, opaque unread-script',
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
      'lua luajit Rscript R julia groovy scala elixir erl escript bb racket guile sbcl ghci runghc ocaml swipl octave matlab gnuplot tclsh wish expect osascript kotlin kotlinc',
    style: 'posix',
    options: { '-e -E --eval': 'data' },
    run: program(['-e', '-E', '--eval']),
    examples: [
      'lua a.lua => exec lua, opaque unread-script',
      "osascript -e 'x' => exec osascript, opaque inline-code",
      'Rscript a.R => exec Rscript, opaque unread-script',
      'kotlinc -version =>',
    ],
  },
  {
    names: 'jps jstack jstat java_home',
    options: { '-v --version -a --arch': 'data' },
    run: (call) => {
      const at = call.args.findIndex((word) => word.text === '--exec')
      if (call.name === 'java_home' && at >= 0) call.runs(call.args.slice(at + 1))
    },
    examples: [
      'jps -l =>',
      '/usr/libexec/java_home -v 17 =>',
      '/usr/libexec/java_home --exec rm a => fs.delete a',
    ],
  },
  {
    names: 'java',
    style: 'long',
    options: { '-jar': 'data', '-cp -classpath --class-path': 'data' },
    run: java,
    examples: [
      'java -jar build/a.jar => exec java, opaque project-code',
      'java -jar a.jar => exec java, opaque unread-script',
      'java -version =>',
    ],
  },
  {
    names: 'clojure clj',
    style: 'posix',
    run: (call) => {
      // An alias of the project's `deps.edn`; text of a program and settings of the call's own are not.
      const named = call.args.every((word) => /^-[AMXT](?::[\w./-]+)+$/.test(textOf(word) ?? ''))
      call.exec(call.args.length > 0 && named ? 'project-code' : 'inline-code')
    },
    examples: [
      'clojure -M:test => exec clojure, opaque project-code',
      "clojure -M -e '(x)' => exec clojure, opaque inline-code",
      "clj -Sdeps '{}' -M:test => exec clj, opaque inline-code",
    ],
  },
  {
    names: 'deno',
    run: deno,
    examples: [
      'deno run a.ts => exec deno, opaque unread-script',
      'deno run https://x.example/a.ts => net.fetch x.example, exec deno, opaque remote-code',
      'deno eval 1 => exec deno',
      'deno eval "Deno.removeSync(\'a\')" => exec deno, fs.delete a',
      'deno install => net.fetch, fs.write ., exec deno, opaque package-code',
      'deno install -g https://x.example/a.ts => net.fetch, fs.write ~/.deno/bin, exec deno, opaque new-package',
      'deno fmt --check => fs.read .',
      'deno fmt => fs.write .',
    ],
  },
  {
    names: 'vi vim nvim nano emacs ed red ex pico micro code subl',
    options: { '-c --cmd -S -l --eval -u': 'data' },
    run: editor,
    examples: [
      'vim a.txt => fs.write a.txt',
      'ed a.txt <<< 1,5p => fs.write a.txt',
      'ed a.txt <<< "!rm a" => exec ed, opaque inline-code, fs.write a.txt',
      'vim -c "!ls" a => exec vim, opaque inline-code, fs.write a',
    ],
  },
]
