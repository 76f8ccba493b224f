// Perl, Ruby and PHP: their text on the command line, in files and from standard input, and the
// loops that their options put around it (`-n`, `-p`, `-i`).
import type { Language } from '../../code/language.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { joined, type ShellWord, tailOf } from '../word.ts'
import { liesOutside } from './placedCode.ts'
import { runInput } from './shells.ts'

/** How the letters of one dash are read. */
interface Letters {
  /** Take a value: what is left of the word, else the next word. */
  readonly values: string
  /** Take what is left of the word, if anything. */
  readonly attached: string
  /** Take the digits that follow. */
  readonly digits: string
}

interface Options {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyArray<{ readonly letter: string; readonly value: ShellWord }>
  readonly operands: ReadonlyArray<ShellWord>
}

const optionsOf = (args: ReadonlyArray<ShellWord>, letters: Letters): Options => {
  const flags = new Set<string>()
  const values: Array<{ letter: string; value: ShellWord }> = []
  let at = 0
  for (; at < args.length; at++) {
    const word = args[at]!
    const { text } = word
    if (text === '--') {
      at++
      break
    }
    if (!text.startsWith('-') || text === '-') break
    if (text.startsWith('--')) {
      flags.add(text)
      continue
    }
    for (let i = 1; i < text.length; i++) {
      const letter = text[i]!
      flags.add(letter)
      if (letters.values.includes(letter)) {
        const rest = i + 1 < text.length
        const value = rest ? tailOf(word, i + 1) : args[++at]
        if (value !== undefined) values.push({ letter, value })
        break
      }
      if (letters.attached.includes(letter)) break
      if (letters.digits.includes(letter))
        while (/[\da-fx]/i.test(text[i + 1] ?? '') && /\d/.test(text[i + 1]!)) i++
    }
  }
  return { flags, values, operands: args.slice(at) }
}

/** Text on the command line, which reads the operands where a loop is put around it. */
const inline = (
  call: ProgramCall,
  language: Language,
  { flags, operands }: Options,
  code: ReadonlyArray<ShellWord>,
  before: string,
): void => {
  const text = joined(code.map((word) => ({ ...word, text: `${word.text}\n` })))
  if (text === undefined) return
  call.code(language, { ...text, text: before + text.text }, operands)
  const inPlace = flags.has('i')
  if (inPlace || flags.has('n') || flags.has('p') || /<>|<ARGV>|\bARGF\b/.test(text.text))
    for (const word of operands) call.take(inPlace ? 'write' : 'read', word)
}

const run = (call: ProgramCall, language: Language, { operands }: Options): void => {
  const [file, ...args] = operands
  if (file !== undefined && file.text !== '-') call.runFile(file, language, args)
  else runInput(call, language)
}

const asksOnly = (flags: ReadonlySet<string>): boolean =>
  ['--version', '--help', 'v', 'V', 'h'].some((flag) => flags.has(flag))

const valuesOf = (options: Options, letters: string): ReadonlyArray<ShellWord> =>
  options.values.filter(({ letter }) => letters.includes(letter)).map(({ value }) => value)

/** `-MList::Util=sum`, `-M-strict`: as the statements that they stand for. */
const modules = (options: Options): string =>
  valuesOf(options, 'Mm')
    .map(({ text }) =>
      text.startsWith('-')
        ? `no ${text.slice(1)};`
        : /^[\w:]+(?:=[\w:,./-]*)?$/.test(text)
          ? `use ${text.split('=')[0]!};`
          : `use ${text};`,
    )
    .join('')

/** `-I folder`: modules are taken from there first. */
const elsewhere = (call: ProgramCall, options: Options): void => {
  if (valuesOf(options, 'I').some((folder) => liesOutside(call, folder))) call.exec('outside-code')
}

const perl = (call: ProgramCall): void => {
  const options = optionsOf(call.args, { values: 'eEMmI', attached: 'iFxCDVdt', digits: 'l0' })
  elsewhere(call, options)
  // The pattern that fields are split by may hold code.
  if (call.args.some((word) => /^-[a-zA-Z0]*F.*[({`]/s.test(word.text.slice(0, 512))))
    call.exec('inline-code')
  const code = valuesOf(options, 'eE')
  if (code.length > 0) inline(call, 'perl', options, code, modules(options))
  else if (options.operands.length > 0 || !asksOnly(options.flags)) run(call, 'perl', options)
}

const ruby = (call: ProgramCall): void => {
  const options = optionsOf(call.args, { values: 'erICE', attached: 'iFxKTW', digits: '0l' })
  elsewhere(call, options)
  const [folder] = valuesOf(options, 'C')
  if (folder !== undefined) call.chdir(folder)
  const code = valuesOf(options, 'e')
  const required = valuesOf(options, 'r').map((word) => `require ${JSON.stringify(word.text)}\n`)
  if (code.length > 0) inline(call, 'ruby', options, code, required.join(''))
  else if (options.flags.has('c') && required.length === 0 && options.operands.length > 0)
    // Checked, not run; what `-r` names would be.
    for (const word of options.operands) call.take('read', word)
  else if (options.operands.length > 0 || !asksOnly(options.flags)) run(call, 'ruby', options)
}

/** Settings that name a file or a library which is loaded. */
const PHP_LOADS =
  /^\s*(?:(?:zend_)?extension(?:_dir)?|auto_(?:pre|ap)pend_file|include_path|ffi\.\w+|opcache\.preload|sendmail_path)\s*=\s*\S*[/.]/i

const php = (call: ProgramCall): void => {
  const options = optionsOf(call.args, { values: 'rBREfdctSzF', attached: '', digits: '' })
  const code = valuesOf(options, 'rBRE')
  if (options.flags.has('i')) call.facts(['secret.read'])
  if (valuesOf(options, 'd').some(({ text }) => PHP_LOADS.test(text.slice(0, 128))))
    call.exec('outside-code')
  if (code.length > 0) {
    inline(call, 'php', { ...options, flags: new Set() }, code, '')
    return
  }
  const [server] = valuesOf(options, 'S')
  if (server !== undefined) {
    for (const folder of valuesOf(options, 't')) call.take('scan', folder)
    call.effect('spawn', { name: 'http-server' })
    call.exec('project-code')
    return
  }
  const [file] = [...valuesOf(options, 'fF'), ...options.operands]
  if (options.flags.has('l')) {
    if (file !== undefined) call.take('read', file)
    return
  }
  if (
    file === undefined &&
    (asksOnly(options.flags) || options.flags.has('m') || options.flags.has('i'))
  )
    return
  run(call, 'php', {
    ...options,
    operands: file === undefined ? [] : [file, ...options.operands.filter((word) => word !== file)],
  })
}

export const SCRIPTING: ReadonlyArray<ProgramRow> = [
  {
    names: 'ruby',
    style: 'posix',
    options: { '-e -r -I -C -E': 'data' },
    run: ruby,
    examples: [
      'ruby a.rb => exec ruby, opaque unread-script',
      'ruby -wc a.rb => fs.read a.rb',
      'ruby -c -r./x a.rb => exec ruby, opaque unread-script',
      'ruby -e "puts 1" => exec ruby',
      `ruby -we 'system("rm a")' => exec ruby, fs.delete a`,
      `ruby -ne 'puts $_ if /x/' a.txt => exec ruby, fs.read a.txt`,
      `ruby -i.bak -pe 'gsub(/a/, "b")' a.txt => exec ruby, fs.write a.txt`,
      'ruby -rjson -e "puts JSON.parse(gets)" => exec ruby',
      'ruby -v =>',
      "ruby <<'EOF'\nFile.delete('a')\nEOF\n => exec ruby, fs.delete a",
      'curl -s https://x.example | ruby => net.fetch x.example, exec ruby, opaque remote-code',
    ],
  },
  {
    names: 'perl',
    style: 'posix',
    options: { '-e -E -M -I': 'data' },
    run: perl,
    examples: [
      'perl a.pl => exec perl, opaque unread-script',
      'perl -c a.pl => exec perl, opaque unread-script',
      'perl -pe s/a/b/ x => exec perl, fs.read x',
      "perl -pi -e 's/a/b/' x => exec perl, fs.write x",
      "perl -i.bak -pe 's/a/b/' x y => exec perl, fs.write x, fs.write y",
      `perl -we 'system("rm a")' => exec perl, fs.delete a`,
      "perl -0777 -ne 'print $1 if /a(.*)b/s' x => exec perl, fs.read x",
      "perl -MList::Util=sum -lane 'print sum(@F)' x => exec perl, fs.read x",
      "perl -MFoo -e '1' => exec perl, opaque project-code",
      "perl -e 'rm -rf /' => exec perl, opaque inline-code",
      'perl -v =>',
    ],
  },
  {
    names: 'php',
    style: 'posix',
    options: { '-r -B -R -E -d -c -t -S -f -z': 'data' },
    run: php,
    examples: [
      'php a.php => exec php, opaque unread-script',
      "php -r 'echo 1;' => exec php",
      'php -d auto_prepend_file=/tmp/x.php a.php => exec php, opaque outside-code, opaque unread-script',
      'php -d memory_limit=-1 -v =>',
      'php -l a.php => fs.read a.php',
      'php -S 0.0.0.0:80 -t ../b => fs.read ~/b, spawn http-server, exec php, opaque project-code',
      'php -S localhost:8000 => spawn http-server, exec php, opaque project-code',
      'php artisan test => exec php, opaque project-code',
      'php artisan tinker --execute=\'unlink("a");\' => exec php, fs.delete a, opaque project-code',
      'php -v =>',
    ],
  },
]
