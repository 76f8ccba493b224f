// Interpreters of other languages: what they run is named by a file, a module, an option's text or
// their input. The text itself is not read here.
import type { Language } from '../../code/language.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, textOf } from '../word.ts'
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
      else call.code(language, text, call.operands)
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

const SAFE_MODULES = new Set([
  'json.tool',
  'this',
  'calendar',
  'platform',
  'site',
  'sysconfig',
  'tabnanny',
  'tokenize',
  'dis',
  'ast',
])

const python = (call: ProgramCall): void => {
  const module = call.value('-m')
  if (module === undefined) {
    program(['-c'], 'python')(call)
    return
  }
  const name = textOf(module)
  if (name === undefined) call.exec('dynamic-command')
  else if (SAFE_MODULES.has(name)) for (const word of call.operands) call.take('read', word)
  else if (name === 'pip' || name === 'pytest' || name === 'venv' || name === 'virtualenv')
    call.around.inner([literalWord(name), ...afterModule(call)])
  else if (name === 'http.server') call.effect('spawn', { name })
  else call.exec('project-code')
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
    if (/^[./~]/.test(file.text)) call.runFile(file)
  if (call.has('-c', '--check') || call.hasExactly('-v', '-h')) return
  if (call.has('--test', '--run')) {
    call.exec('project-code')
    return
  }
  program(['-e', '--eval', '-p', '--print'], 'javascript')(call)
}

const java = (call: ProgramCall): void => {
  if (call.hasExactly('-version', '--version', '-help')) return
  const jar = call.value('-jar')
  if (jar === undefined) call.exec('project-code')
  else call.runFile(jar)
}

const deno = (call: ProgramCall): void => {
  const [verb, file] = call.operands
  switch (textOf(verb)) {
    case 'eval':
    case 'repl':
      call.exec('inline-code')
      return
    case 'run':
    case 'serve':
      if (file === undefined) call.exec('project-code')
      else call.runFile(file)
      return
    case 'fmt':
      call.facts(['writes .'])
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
      'python3 -c "import os" => exec python3, opaque inline-code',
      'python -m pytest => exec pytest, opaque project-code',
      'python -m json.tool a.json => fs.read a.json',
      'python /tmp/x.py => exec python, opaque outside-code',
      'python --version =>',
      'curl -s https://x.example | python3 => net.fetch x.example, exec python3, opaque remote-code',
      "python - <<'EOF'\nprint(1)\nEOF\n => exec python, opaque inline-code",
      'python3.12 -m http.server => spawn http.server',
    ],
  },
  {
    names: 'node nodejs',
    style: 'posix',
    options: {
      '-e --eval -p --print': 'data',
      '-r --require --import --loader --experimental-loader -C --conditions --env-file --inspect-port':
        'data',
    },
    run: node,
    examples: [
      'node a.js => exec node, opaque unread-script',
      'node -e "1" => exec node, opaque inline-code',
      'node --version =>',
      'node --test => exec node, opaque project-code',
      'node -r ./x.js a.js => exec node, opaque unread-script',
    ],
  },
  {
    names: 'tsx ts-node esno sucrase-node',
    style: 'posix',
    options: { '-e --eval -p --print': 'data', '-r --require --tsconfig': 'data' },
    run: program(['-e', '--eval', '-p'], 'javascript'),
    examples: ['tsx src/a.ts => exec tsx, opaque unread-script'],
  },
  {
    names: 'ruby',
    style: 'posix',
    options: { '-e': 'data', '-r -I -C': 'data' },
    run: program(['-e'], 'ruby'),
    examples: [
      'ruby a.rb => exec ruby, opaque unread-script',
      'ruby -e 1 => exec ruby, opaque inline-code',
    ],
  },
  {
    names: 'perl',
    style: 'posix',
    options: { '-e -E': 'data', '-M -I': 'data' },
    run: program(['-e', '-E', '-n', '-p']),
    examples: [
      'perl a.pl => exec perl, opaque unread-script',
      'perl -pe s/a/b/ x => exec perl, opaque inline-code',
    ],
  },
  {
    names: 'php',
    style: 'posix',
    options: { '-r -B -R -E': 'data', '-d -c -t -S': 'data', '-f': 'file' },
    run: program(['-r', '-R', '-B', '-E', '-f', '-S']),
    examples: [
      'php a.php => exec php, opaque unread-script',
      'php -r 1 => exec php, opaque inline-code',
    ],
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
      'deno eval 1 => exec deno, opaque inline-code',
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
