// Programs that search and transform text.
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

const SED_WRITES = /(?:^|[;{}\n/]|\d)\s*[wW]\s+([^\s;}]+)|\/[a-zA-Z]*w\s+([^\s;}]+)/
const SED_RUNS =
  /(?:^|[;{}\n]|\d|\$|\/)\s*e(?:\s+\S|\s*$|\s*[;}\n])|^s(.).*\1.*\1[gip\d]*e[gip\d]*$/

/** Program text beyond this is not looked through. */
const PROGRAM_LIMIT = 2048

const editStream = (call: ProgramCall): void => {
  const given = call.values.some(({ option }) => /^(?:-e|-f|--expression|--file)$/.test(option))
  // The sed of macOS takes the suffix of -i as a word of its own, empty for none.
  const operands = call.operands[0]?.text === '' ? call.operands.slice(1) : call.operands
  const scripts = given ? call.valuesOf('-e', '--expression') : operands.slice(0, 1)
  const inPlace = call.has('-i', '--in-place', '-I')
  for (const script of scripts) {
    const text = headOf(script)
    if (text.length > PROGRAM_LIMIT || SED_RUNS.test(text)) call.exec('inline-code')
    const written = SED_WRITES.exec(text.slice(0, PROGRAM_LIMIT))
    const path = written?.[1] ?? written?.[2]
    if (path !== undefined) call.take('write', { ...script, text: path, is: 'literal' })
  }
  for (const word of given ? operands : operands.slice(1))
    call.take(inPlace ? 'write' : 'read', word)
}

/** Program text that starts commands or opens files is not read here. */
const AWK_REACHES = /system\s*\(|\|\s*["&g]|print[^;}\n]*>|@load|getline[^;}\n]*</

/** Strings that no pipe follows, and comparisons with numbers. */
const withoutData = (program: string): string =>
  program.replaceAll(/"[^"]*"(?! *\|)/g, '""').replaceAll(/[<>]=? *\d/g, '')

const scanFields = (call: ProgramCall): void => {
  const file = call.value('-f', '--file')
  const program = file === undefined ? call.operands[0] : undefined
  const rest = file === undefined ? call.operands.slice(1) : call.operands
  if (file !== undefined) call.take('file', file)
  if (program !== undefined) {
    const text = textOf(program)
    if (text === undefined || text.length > PROGRAM_LIMIT || AWK_REACHES.test(withoutData(text)))
      call.exec('inline-code')
  }
  for (const word of rest) if (!/^\w+=/.test(word.text)) call.take('read', word)
}

const query = (call: ProgramCall): void => {
  const inPlace = call.has('-i', '--inplace', '--in-place')
  const given = call.values.some(({ option }) => /^(?:-f|--from-file)$/.test(option))
  const words = given ? call.operands : call.operands.slice(1)
  const verb = textOf(call.operands[0])
  const files = verb === 'eval' || verb === 'e' || verb === 'ea' ? words.slice(1) : words
  for (const word of files) call.take(inPlace ? 'write' : 'read', word)
}

const sortLines = (call: ProgramCall): void => {
  const program = call.value('--compress-program')
  if (program !== undefined) call.take('code', program)
}

export const TEXT: ReadonlyArray<ProgramRow> = [
  {
    names: 'grep egrep fgrep zgrep bzgrep xzgrep pcregrep ggrep',
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
    options: { '-e --regexp': 'data', '-f --file': 'read', '--pre': 'code', [RG_VALUES]: 'data' },
    run: search(true),
    examples: [
      'rg -n foo src => fs.read src',
      'rg foo => fs.read .',
      'rg --files => fs.read .',
      'rg --pre ./x foo => exec rg, opaque inline-code, fs.read .',
    ],
  },
  {
    names: 'sed gsed',
    options: { '-e --expression': 'data', '-f --file': 'read', '-l --line-length -s': 'data' },
    run: editStream,
    examples: [
      'sed -n 1,5p a.txt => fs.read a.txt',
      'sed -i s/a/b/ src/a.ts => fs.write src/a.ts',
      "sed '1e id' a => exec sed, opaque inline-code, fs.read a",
      "sed -n 'w out.txt' a => fs.write out.txt, fs.read a",
      "sed -i '' s/a/b/ .claude/settings.json => fs.write .claude/settings.json, tamper .claude/settings.json",
    ],
  },
  {
    names: 'awk gawk mawk nawk',
    options: { '-f --file': 'data', '-F -v --field-separator --assign': 'data' },
    run: scanFields,
    examples: [
      "awk '{print $1}' a.txt => fs.read a.txt",
      `awk 'BEGIN{system("id")}' => exec awk, opaque inline-code`,
      "awk '$3 > 5 {print}' a => fs.read a",
      `awk 'BEGIN{while((getline l < ".env")>0) print l}' => exec awk, opaque inline-code`,
    ],
  },
  {
    names: 'jq yq gojq jaq xq dasel fx jless',
    options: {
      '-f --from-file': 'read',
      '--indent -o -p --output-format --input-format -I -L': 'data',
      '--arg --argjson --slurpfile --rawfile': 'pair',
    },
    run: query,
    examples: [
      'jq .a package.json => fs.read package.json',
      'yq -i .a=1 c.yml => fs.write c.yml',
      'jq -r . ~/.claude.json => fs.read ~/.claude.json',
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
    names:
      'paste expand unexpand column rev ptx tsort csvcut csvlook xmllint aspell hunspell numfmt mlr xsv qsv',
    operands: ['read'],
    examples: ['column -t a => fs.read a', 'rev a => fs.read a'],
  },
  {
    names: 'tr pbpaste xclip xsel wl-paste pbcopy wl-copy',
    operands: ['data'],
    examples: ['tr a-z A-Z =>'],
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
