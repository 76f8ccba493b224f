// Programs that search and transform text.
import { awk } from '../../code/tokens/awk.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, tailOf, textOf } from '../word.ts'

const GREP_VALUES =
  '-m --max-count -A -B -C --after-context --before-context --context --include --exclude --exclude-dir --exclude-from ' +
  '--label -D -d --devices --directories --binary-files --group-separator'

const RG_VALUES =
  '-m --max-count -A -B -C --after-context --before-context --context -g --glob --iglob -t --type -T --type-not --type-add ' +
  '-M --max-columns --max-depth --maxdepth -d -j --threads -r --replace --sort --sortr -E --encoding --max-filesize --engine ' +
  '--colors --path-separator --context-separator --ignore-file --color'

/** The pattern is the first operand, unless -e or -f gave it; the rest is searched. */
const search =
  (recursiveByNature: boolean) =>
  (call: ProgramCall): void => {
    const given = call.values.some(({ option }) => /^(?:-e|-f|--regexp|--file)$/.test(option))
    const listing = call.has('--files', '--type-list')
    const places = given || listing ? call.operands : call.operands.slice(1)
    const recursive =
      recursiveByNature || call.has('-r', '-R', '--recursive', '--dereference-recursive')
    for (const word of places) call.take(recursive ? 'scan' : 'read', word)
    const named = call.valuesOf('--include', '-g', '--glob', '--iglob')
    for (const word of named) call.take('read', word)
    const fed = call.around.command.stdin.from !== 'none'
    if (places.length === 0 && recursive && !fed) call.takeDirectory('scan')
  }

const scanFields = (call: ProgramCall): void => {
  if (call.has('--version', '--help', '-h') || call.hasExactly('-V', '-W')) return
  const files = call.valuesOf('-f', '--file', '-E', '--exec')
  const given = call.valuesOf('-e', '--source')
  const inline = files.length === 0 && given.length === 0
  const programs = inline ? call.operands.slice(0, 1) : given
  const rest = inline ? call.operands.slice(1) : call.operands
  const variables = [...call.valuesOf('-v', '--assign'), ...rest]
  for (const file of files) call.runFile(file, 'awk', variables)
  for (const program of programs) {
    const text = textOf(program)
    // What a shell puts into the text is code of the program.
    if (text === undefined) call.exec('dynamic-command')
    else awk(text, call, variables)
  }
  const included = call.valuesOf('-i', '--include')
  const inPlace = included.some((word) => word.text === 'inplace')
  for (const word of included) if (word.text !== 'inplace') call.runFile(word, 'awk')
  if (call.has('-l', '--load')) call.exec('inline-code')
  for (const word of rest)
    if (!/^[A-Za-z_]\w*=/.test(word.text)) call.take(inPlace ? 'write' : 'read', word)
}

const sortLines = (call: ProgramCall): void => {
  const program = call.value('--compress-program')
  if (program !== undefined) call.take('code', program)
}

/** Changes its files in place where it is told to; a program of Miller may start others. */
const rewrites = (call: ProgramCall): void => {
  const inPlace = /^(?:tidy)$/.test(call.name)
    ? call.has('-m', '-modify', '-im', '--modify')
    : call.name === 'mlr' && call.hasExactly('-I')
  let program = false
  for (const word of call.operands)
    if (/[({$=;]|^then$/.test(word.text)) {
      program ||= /\b(?:system|exec|os_exec)\s*\(|\|\s*"|>\s*["$]/.test(word.text)
    } else if (!/^(?:put|filter|head|sort|cut|stats1|count|tac|nest|uniq)$/.test(word.text))
      call.take(inPlace ? 'write' : 'read', word)
  if (program) call.exec('inline-code')
}

export const TEXT: ReadonlyArray<ProgramRow> = [
  {
    names:
      'grep egrep fgrep zgrep zfgrep zegrep bzgrep bzfgrep bzegrep xzgrep xzfgrep xzegrep pcregrep ggrep',
    options: { '-e --regexp': 'data', '-f --file': 'read', [GREP_VALUES]: 'data' },
    run: search(false),
    examples: [
      'grep -n "rm -rf" a.sh => fs.read a.sh',
      'grep -rn TODO src => fs.read src',
      'grep -r key => fs.read .',
      'grep x .env => fs.read .env, secret.read .env',
      'grep -r token ~ => fs.read ~, secret.read ~',
      'cat a | grep -v b => fs.read a',
      'grep -r KEY --include=.env . => fs.read ., fs.read .env, secret.read .env',
    ],
  },
  {
    names: 'rg ag ack ugrep',
    options: {
      '-e --regexp': 'data',
      '-f --file': 'read',
      '--pre --hostname-bin --pager --filter': 'script',
      [RG_VALUES]: 'data',
    },
    run: search(true),
    examples: [
      'rg -n foo src => fs.read src',
      'rg foo => fs.read .',
      'rg --files => fs.read .',
      'rg --pre ./x foo => exec ./x, opaque unread-script, fs.read .',
      'ag --pager "rm a" foo => fs.delete a, fs.read .',
    ],
  },
  {
    names: 'awk gawk mawk nawk',
    style: 'posix',
    options: {
      '-f --file -E --exec -e --source -i --include -l --load': 'data',
      '-F -v --field-separator --assign': 'data',
    },
    run: scanFields,
    examples: [
      "awk '{print $1}' a.txt => fs.read a.txt",
      `awk 'BEGIN{system("rm a")}' => fs.delete a`,
      "awk '$3 > 5 {print}' a => fs.read a",
      `awk 'BEGIN{while((getline l < ".env")>0) print l}' => fs.read .env, secret.read .env`,
      `awk '{print > "b"}' a => fs.write b, fs.read a`,
      `awk '{print | "sort"}' a => fs.read a`,
      `awk -v c='rm a' 'BEGIN{system(c)}' => fs.delete a`,
      `awk 'BEGIN{"date" | getline d; print d}' =>`,
      "awk -i inplace '{print}' a => fs.write a",
      'awk -f x.awk a => exec awk, opaque unread-script, fs.read a',
      'awk "{print $X}" a => exec awk, opaque dynamic-command, fs.read a',
      `awk 'BEGIN{for (k in ENVIRON) print ENVIRON[k]}' => secret.read environment`,
      `awk -F: -v n=3 'NR>n{print $1 > 2 ? "x" : "y"}' a => fs.write, fs.read a`,
    ],
  },
  {
    names: 'sort gsort',
    options: {
      '-o --output': 'write',
      '-k --key -t --field-separator -S --buffer-size -T --parallel --sort': 'data',
      '--files0-from': 'read',
    },
    operands: ['read'],
    run: sortLines,
    examples: ['sort -u a.txt => fs.read a.txt', 'sort a -o b => fs.write b, fs.read a'],
  },
  {
    names: 'uniq',
    options: { '-f -s -w --skip-fields': 'data' },
    operands: ['read', 'write'],
    examples: ['uniq -c a.txt => fs.read a.txt', 'uniq a b => fs.read a, fs.write b'],
  },
  {
    names: 'cut',
    options: { '-d -f -c -b --delimiter --fields --characters --bytes --output-delimiter': 'data' },
    operands: ['read'],
    examples: ['cut -d: -f1 /etc/passwd => fs.read /etc/passwd'],
  },
  {
    names: 'shuf',
    options: { '-n --head-count -i --input-range -e': 'data', '-o --output': 'write' },
    operands: ['read'],
    examples: ['shuf -n 1 a => fs.read a'],
  },
  {
    names: 'join',
    options: { '-1 -2 -j -t -o -e -a -v': 'data' },
    operands: ['read'],
    examples: ['join -t, a b => fs.read a, fs.read b'],
  },
  {
    names: 'fold fmt',
    options: { '-w --width': 'data' },
    operands: ['read'],
    examples: ['fold -w 80 a => fs.read a'],
  },
  {
    names: 'paste expand unexpand column rev tsort numfmt xsv qsv gpaste',
    operands: ['read'],
    examples: ['column -t a => fs.read a', 'rev a => fs.read a'],
  },
  {
    names: 'tr',
    operands: ['data'],
    examples: ['tr a-z A-Z =>'],
  },
  {
    names: 'xmllint xsltproc tidy pygmentize highlight qrencode csvsql mlr',
    options: {
      '-o --output -output --write-back': 'write',
      '--xpath --pattern --encode --maxmem --path --schema --relaxng --dtdvalid --stringparam --param -l -f -O -P -S -s -t --icsv --ojson':
        'data',
    },
    run: rewrites,
    examples: [
      'xmllint --noout a.xml => fs.read a.xml',
      'xmllint --output b.xml a.xml => fs.write b.xml, fs.read a.xml',
      'tidy -m a.html => fs.write a.html',
      'mlr -I --icsv cat a.csv => fs.write a.csv',
      'mlr --icsv put \'system("x")\' a.csv => fs.read a.csv, exec mlr, opaque inline-code',
    ],
  },
  {
    names: 'aspell hunspell ispell ptx',
    options: { '-d --lang -p --personal --mode': 'data' },
    run: (call) => {
      const checks =
        call.name !== 'ptx' &&
        (call.has('-c', '--check') || /^(?:check|-c)$/.test(call.operands[0]?.text ?? ''))
      for (const word of call.operands)
        if (!/^(?:check|list|-c)$/.test(word.text)) call.take(checks ? 'write' : 'read', word)
    },
    examples: [
      'aspell list =>',
      'aspell check a.md => fs.write a.md',
      'hunspell -l a.md => fs.read a.md',
    ],
  },
  { names: 'sponge', operands: ['write'], examples: ['sponge a.txt => fs.write a.txt'] },
  {
    names: 'patch',
    options: {
      '-i --input': 'read',
      '-d --directory': 'chdir',
      '-o --output -r': 'write',
      '-p --strip -F': 'data',
    },
    operands: ['write', 'read'],
    does: ['writes .'],
    examples: ['patch -p1 -i a.diff => fs.read a.diff, fs.write .'],
  },
]

/** `@file` in an option's value, as curl and its like take it. */
export const attached = (call: ProgramCall, value: Parameters<typeof headOf>[0]): boolean => {
  const found = /(?:^|=)[@<](?=[^@])/.exec(headOf(value))
  if (found === null) return false
  const from = found.index + found[0].length
  const path = tailOf(value, from)
  const cut = path.text.search(/[;]/)
  call.take('read', cut < 0 ? path : { ...path, text: path.text.slice(0, cut) })
  return true
}
