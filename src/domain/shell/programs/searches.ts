// Programs that find files and may do something with each of them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { EVERYTHING, literalWord, type ShellWord, SOME, tailOf, textOf, UNKNOWN } from '../word.ts'

const TESTS_WITH_VALUE = new Set(
  (
    '-name -iname -path -ipath -wholename -iwholename -regex -iregex -type -xtype -size -mtime -mmin -atime -amin ' +
    '-ctime -cmin -newer -anewer -cnewer -maxdepth -mindepth -perm -user -group -uid -gid -links -inum -samefile ' +
    '-fstype -lname -ilname -printf -used -context -regextype'
  ).split(' '),
)

/** Tests that leave out some of the files below; `-type f` leaves out none that matter. */
const NARROWING =
  /^-(?:i?name|i?path|i?wholename|i?regex|size|[mac]time|[mac]min|a?c?newer.*|empty|perm|user|group|lname|samefile|inum)$/

/** The files that a search may come upon, as one word that stands for each of them. */
const foundUnder = (
  roots: ReadonlyArray<ShellWord>,
  narrow: boolean,
  name?: string,
): ReadonlyArray<ShellWord> =>
  roots.map((root) => ({
    ...root,
    is: root.is === 'dynamic' ? ('dynamic' as const) : ('glob' as const),
    text: `${root.text.replace(/\/$/, '')}/${narrow ? SOME : EVERYTHING}${name === undefined ? '' : `/${name}`}`,
  }))

interface Search {
  readonly roots: ReadonlyArray<ShellWord>
  readonly narrow: boolean
  /** The one name that is looked for. */
  readonly name: string | undefined
}

/** Roots and reach of a find command's arguments. */
const searchOf = (args: ReadonlyArray<ShellWord>): Search => {
  let at = 0
  while (at < args.length && /^-(?:[HLP]|O\d|D)$/.test(args[at]!.text)) at++
  const roots: Array<ShellWord> = []
  while (at < args.length && !/^(?:-.+|\(|!)$/.test(args[at]!.text)) roots.push(args[at++]!)
  let narrow = false
  let name: string | undefined
  // `-name x -o -delete` and `-not -name x` reach what the test leaves out.
  let open = 0
  let widened = false
  for (; at < args.length; at++) {
    const { text } = args[at]!
    if (text === '(') open++
    else if (text === ')') open--
    else if (open === 0 && /^(?:-o|-or|,)$/.test(text))
      widened ||= !args.slice(at).some((word) => NARROWING.test(word.text))
    else if (text === '!' || text === '-not') {
      at += TESTS_WITH_VALUE.has(args[at + 1]?.text ?? '') ? 2 : 1
      continue
    }
    if (NARROWING.test(text))
      narrow ||= text === '-empty' || !/^\*?$/.test(args[at + 1]?.text ?? '')
    if (/^-i?name$/.test(text)) name ??= textOf(args[at + 1])
    if (TESTS_WITH_VALUE.has(text)) at++
  }
  return {
    roots: roots.length > 0 ? roots : [literalWord('.')],
    narrow: narrow && !widened,
    name: narrow && !widened ? name : undefined,
  }
}

const find = (call: ProgramCall): void => {
  const { args } = call
  const { roots, narrow, name } = searchOf(args)
  const files = foundUnder(roots, narrow, name)
  for (const root of roots) call.path('fs.read', root, 'all', { shallow: true })
  for (let at = 0; at < args.length; at++) {
    const { text } = args[at]!
    if (TESTS_WITH_VALUE.has(text)) at++
    else if (text === '-files0-from') {
      // Names that are not found are printed.
      const list = args[at + 1]
      if (list !== undefined) call.take('read', list)
      at++
    } else if (text === '-delete') for (const file of files) call.take('deleteAll', file)
    else if (/^-f(?:print0?|printf|ls)$/.test(text)) {
      const file = args[at + 1]
      if (file !== undefined) call.take('write', file)
      at++
    } else if (/^-(?:exec|execdir|ok|okdir)$/.test(text)) {
      const from = at + 1
      while (
        at < args.length &&
        args[at]!.text !== ';' &&
        !(args[at]!.text === '+' && args[at - 1]!.text === '{}')
      )
        at++
      call.around.inner(filled(args.slice(from, at), '{}', files), { certainty: 'possible' })
    }
  }
}

/** The words of a command with a placeholder replaced by what stands for the files. */
export const filled = (
  words: ReadonlyArray<ShellWord>,
  placeholder: string,
  files: ReadonlyArray<ShellWord>,
): ReadonlyArray<ShellWord> =>
  words.flatMap((word) => {
    if (word.text === placeholder) return files
    if (!word.text.includes(placeholder)) return [word]
    return [{ ...word, is: 'dynamic' as const, text: word.text.replaceAll(placeholder, UNKNOWN) }]
  })

/** Tests of fd that leave out some of the files. */
const FAST_NARROWING =
  /^(?:-e|--extension|-S|--size|--changed-within|--changed-before|-d|--max-depth|--exact-depth|-o|--owner)$/

const FAST_RUNS = /^(?:-x|-X|--exec|--exec-batch)(?==|$)/

const findFast = (call: ProgramCall): void => {
  const { args } = call
  const at = args.findIndex((word) => FAST_RUNS.test(word.text))
  const start = args[at]?.start ?? Infinity
  const before = call.operands.filter((word) => word.start < start || at < 0)
  const [pattern, ...roots] = before
  const base = call.value('--base-directory')
  if (base !== undefined) call.chdir(base)
  const named = [...roots, ...call.valuesOf('--search-path')]
  const places = named.length > 0 ? named : [literalWord('.')]
  for (const root of places) call.path('fs.read', root, 'all', { shallow: true })
  if (at < 0) return
  const narrow =
    (pattern !== undefined && !/^(?:\.?[*+]?|\^|\$)$/.test(pattern.text)) ||
    call.values.some(({ option }) => FAST_NARROWING.test(option))
  const equals = args[at]!.text.indexOf('=')
  const inline = equals < 0 ? [] : [tailOf(args[at]!, equals + 1)]
  const rest = args.slice(at + 1)
  const end = rest.findIndex((word) => word.text === ';')
  const words = [...inline, ...(end < 0 ? rest : rest.slice(0, end))]
  const files = foundUnder(places, narrow)
  const filledIn = words.some((word) => /\{(?:\/|\/\/|\.|\/\.)?\}/.test(word.text))
  call.around.inner(filledIn ? filled(words, '{}', files) : [...words, ...files], {
    certainty: 'possible',
  })
}

const LINES_LIMIT = 32

/** Known input as words: by lines where each is taken whole, else by blanks. */
const linesOf = (call: ProgramCall, input: string): ReadonlyArray<ShellWord> => {
  const whole = call.name === 'parallel' || call.has('-I', '-i', '--replace', '-d', '-L')
  const text = input.trim()
  const pieces = call.has('-0', '--null') ? [text] : text.split(whole ? '\n' : /\s+/)
  return pieces.slice(0, LINES_LIMIT).map((piece) => literalWord(piece))
}

/** What commands before a pipe write as lines, where they write file names. */
const fed = (call: ProgramCall): ReadonlyArray<ShellWord> => {
  const { stdin } = call.around.command
  const source = stdin.from === 'pipe' ? { source: stdin } : {}
  const unknown: ReadonlyArray<ShellWord> = [
    { text: UNKNOWN, is: 'dynamic', start: 0, end: 0, open: true, ...source },
  ]
  if (call.value('-a', '--arg-file', '--arg-file') !== undefined) return unknown
  const input = call.input()
  if (input !== undefined && !input.includes(UNKNOWN)) return linesOf(call, input)
  const [first] = call.upstream()
  const words = first?.words ?? []
  const name = textOf(words[0])
  const rest = words.slice(1)
  switch (name) {
    case 'find': {
      const { roots, narrow, name } = searchOf(rest)
      const filtered = call
        .upstream()
        .some((one) => /^(?:grep|rg|head|tail|awk)$/.test(textOf(one.words[0]) ?? ''))
      return foundUnder(roots, narrow || filtered, name)
    }
    case 'fd':
    case 'fdfind':
      return foundUnder([rest[1] ?? literalWord('.')], true)
    case 'git':
      return /^(?:ls-files|diff)$/.test(textOf(rest[0]) ?? '')
        ? foundUnder([literalWord('.')], true)
        : unknown
    case 'rg':
    case 'grep': {
      const lists = rest.some((word) => /^-\w*[lL]|^--files/.test(word.text))
      const places = rest.filter((word) => !word.text.startsWith('-')).slice(1)
      return lists ? foundUnder(places.length > 0 ? places : [literalWord('.')], true) : unknown
    }
    case 'echo':
      return rest.every((word) => word.is !== 'dynamic') ? rest : unknown
    default:
      return unknown
  }
}

/** Shells that take program text as an argument. */
const SHELL = /^(?:.*\/)?(?:ba|da|z|k)?sh$/

/** What runs for each line of the input. */
const forEachLine = (call: ProgramCall): void => {
  const words = call.operands
  const files = fed(call)
  const mark = textOf(call.value('-I', '-i', '--replace') ?? literalWord('{}'))!
  const command = words.length > 0 ? words : [literalWord('echo')]
  const replaced = call.has('-I', '-i', '--replace')
  call.around.inner(replaced ? filled(command, mark, files) : [...command, ...files], {
    certainty: 'possible',
  })
  // A line whole and not by its words, as with the options that say so: a shell then runs all of it.
  const input = SHELL.test(command[0]!.text) && !replaced ? call.input() : undefined
  if (input === undefined || input.includes(UNKNOWN)) return
  for (const line of input.trim().split('\n').slice(0, LINES_LIMIT))
    call.around.inner([...command, literalWord(line)], { certainty: 'possible' })
}

const parallel = (call: ProgramCall): void => {
  if (call.value('-S', '--sshlogin', '--sshloginfile') !== undefined) call.opaque('remote-host')
  const words = call.operands
  const at = words.findIndex((word) => /^:::+\+?$/.test(word.text))
  const command = at < 0 ? words : words.slice(0, at)
  const values =
    at < 0 ? fed(call) : words.slice(at + 1).filter((word) => !word.text.startsWith(':::'))
  if (command.length === 0) {
    for (const value of values.slice(0, 32)) call.shellText(value)
    return
  }
  for (const value of values.slice(0, 32)) {
    const named = command.some((word) => word.text.includes('{}'))
    // GNU parallel hands the whole line to a shell.
    const line = named ? filled(command, '{}', [value]) : [...command, value]
    if (line.length === 1) call.shellText(line[0]!)
    else call.around.inner(line, { certainty: 'possible' })
  }
}

export const SEARCHES: ReadonlyArray<ProgramRow> = [
  {
    names: 'find gfind',
    run: find,
    examples: [
      'find . -name "*.pyc" -delete => fs.read ., fs.delete .',
      'find . -delete => fs.read ., fs.delete ., tamper ., destroy.data .',
      'find / -name x -delete => fs.read /, fs.delete /, destroy.system /',
      'find src -type f => fs.read src',
      'find . -name "*.log" -exec rm {} \\; => fs.read ., fs.delete .',
      'find . -exec sh -c "rm {}" \\; => fs.read ., exec sh, opaque dynamic-command, fs.delete, opaque dynamic-target',
      'find ~ -type f -exec cat {} + => fs.read ~, fs.read ~, secret.read ~',
      'find . -name -delete => fs.read .',
      'find . -not -name x -delete => fs.read ., fs.delete ., tamper ., destroy.data .',
      'find . -name x -o -delete => fs.read ., fs.delete ., tamper ., destroy.data .',
      'find . -name .env -exec cat {} \\; => fs.read ., fs.read ., secret.read .',
    ],
  },
  {
    names: 'fd fdfind',
    options: {
      '-e --extension -t --type -E --exclude -d --max-depth --min-depth --exact-depth -S --size --changed-within --changed-before -o --owner -j --threads --search-path --base-directory --max-results -c --color --format --batch-size --ignore-file --and':
        'data',
    },
    run: findFast,
    examples: [
      'fd foo src => fs.read src',
      'fd -e pyc -x rm => fs.read ., fs.delete .',
      'fd . -x rm -rf => fs.read ., fs.delete ., tamper ., destroy.data .',
      'fd a / --exec=rm => fs.read /, fs.delete /, destroy.system /',
    ],
  },
  {
    names: 'locate mdfind plocate mlocate',
    options: { '-onlyin -d': 'list' },
    examples: ['locate passwd =>'],
  },
  {
    names: 'xargs gxargs',
    style: 'posix',
    options: {
      '-I -n -P -L -s -E -d -R -S -J --max-args --max-procs --delimiter --max-chars --process-slot-var':
        'data',
      '-a --arg-file': 'read',
    },
    run: forEachLine,
    examples: [
      'find . -name "*.pyc" | xargs rm => fs.read ., fs.delete .',
      'cat list | xargs rm -rf => fs.read list, fs.delete, opaque dynamic-target',
      'git ls-files | xargs wc -l => fs.read .',
      'echo a b | xargs cat => fs.read a, fs.read b',
      'ls | xargs -I{} sh -c "rm {}" => fs.read ., exec sh, opaque dynamic-command, fs.delete, opaque dynamic-target',
    ],
  },
  {
    names: 'parallel',
    style: 'posix',
    options: {
      '-j --jobs -P -N -n -I -L -d --delimiter --colsep -C --delay --timeout --retries --memfree --load --nice --halt -S --sshlogin --sshloginfile --tmpdir --block --arg-sep --tagstring':
        'data',
      '-a --arg-file': 'read',
      '--joblog --results': 'write',
      '--wd --workdir': 'chdir',
    },
    run: parallel,
    examples: [
      'parallel rm ::: a b => fs.delete a, fs.delete b',
      'parallel git clean -f {} ::: -dx => destroy.vcs',
    ],
  },
]
