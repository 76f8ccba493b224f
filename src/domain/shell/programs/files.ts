// Programs that look at files and print what they hold.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

/** A dump, or with -r the file that was dumped. */
const dump = (call: ProgramCall): void => {
  const [source, target] = call.operands
  if (source !== undefined) call.take('read', source)
  if (target !== undefined) call.take('write', target)
}

/** Tables of types may be compiled into the working folder. */
const kind = (call: ProgramCall): void => {
  if (call.has('-C', '--compile')) call.takeDirectory('write')
}

/** Interactive readers that log what they show, or start with a command of their own. */
const pager = (call: ProgramCall): void => {
  for (const word of call.operands)
    if (word.text.startsWith('+')) {
      if (textOf(word) === undefined || /^\+\+?[!|#:s]/.test(word.text)) call.exec('inline-code')
    } else call.take('read', word)
}

export const FILES: ReadonlyArray<ProgramRow> = [
  {
    names: 'ls dir vdir gls',
    options: { '-I --ignore -w --width -T --tabsize --sort --time --format --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['ls -la src => fs.read src', 'ls ~/.ssh => fs.read ~/.ssh'],
  },
  {
    names: 'tree',
    options: { '-I -L -P --charset --filelimit --sort': 'data', '-o': 'write' },
    operands: ['list'],
    none: 'list',
    examples: ['tree -L 2 src => fs.read src'],
  },
  {
    names: 'du dust ncdu',
    options: { '-d --max-depth -t --threshold --exclude -X -B --block-size': 'data' },
    operands: ['list'],
    none: 'list',
    examples: ['du -sh . => fs.read .', 'du -h -d 1 src => fs.read src'],
  },
  {
    names: 'stat',
    options: { '-c --format --printf': 'data' },
    operands: ['list'],
    examples: ['stat -c %s a => fs.read a'],
  },
  {
    names: 'exa eza lsd realpath readlink namei lsattr getfacl getfattr',
    operands: ['list'],
    examples: ['eza -l src => fs.read src', 'readlink -f a => fs.read a'],
  },
  {
    names: 'file',
    options: {
      '-f --files-from': 'read',
      '-m --magic-file -F --separator -e --exclude -P --parameter': 'data',
    },
    operands: ['list'],
    run: kind,
    examples: ['file a.bin => fs.read a.bin', 'file -C -m magic => fs.write .'],
  },
  {
    names:
      'cat tac wc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum md5 cksum sum crc32 ' +
      'colordiff zcat bzcat xzcat zless pr uuencode ldd nm objdump readelf size otool identify ffprobe ' +
      'mediainfo pdfinfo pdffonts glow mdcat hexyl csvstat csvlook csvcut csvgrep csvjson csvsort csvformat csvclean in2csv ' +
      'htmlq pup toml2json yaml2json json2yaml diffstat lsdiff filterdiff interdiff enca uchardet chardetect gettext msgcat ' +
      'c++filt addr2line gprof pahole readtags hashdeep md5deep sha256deep b3sum xxhsum rhash cfv zbarimg',
    options: { '--files0-from': 'read' },
    operands: ['read'],
    examples: [
      'wc --files0-from=.env => fs.read .env, secret.read .env',
      'cat a.txt src/b.ts => fs.read a.txt, fs.read src/b.ts',
      'cat -n .env => fs.read .env, secret.read .env',
      'wc -l src/*.ts => fs.read src',
      'cat "$F" => fs.read',
      'cat src/$F => fs.read src',
      'cat ~/.s*/id* => fs.read ~, secret.read ~',
    ],
  },
  {
    names: 'less more most bat batcat moar lnav ov',
    options: {
      '--pager': 'script',
      '-o -O --log-file --LOG-FILE': 'write',
      '-k --lesskey-file --lesskey-src --map-syntax --config-file': 'read',
      '-l --language --theme --style --color --paging --line-range -r -H --highlight-line --tabs --wrap -p --pattern -P -b -h -x -y -z -D -t -T -c':
        'data',
    },
    run: pager,
    examples: [
      'less a.txt => fs.read a.txt',
      'bat --pager "rm b" a => fs.delete b, fs.read a',
      'less +G a => fs.read a',
      'less "+!rm b" a => exec less, opaque inline-code, fs.read a',
      'less -o out a => fs.write out, fs.read a',
    ],
  },
  {
    names: 'pdftotext pdftohtml pdftoppm pdftocairo pdfseparate pdfunite djvutxt',
    options: { '-f -l -r -x -y -W -H -enc -eol -opw -upw -scale-to': 'data' },
    style: 'long',
    operands: ['read', 'write'],
    run: (call) => {
      // The text of a.pdf goes to a.txt where nothing else is named.
      if (call.operands.length === 1) call.takeDirectory('write')
    },
    examples: [
      'pdftotext a.pdf - => fs.read a.pdf',
      'pdftotext a.pdf => fs.read a.pdf, fs.write .',
    ],
  },
  {
    names: 'exiftool exiv2',
    options: { '-o -csv -json -@ -tagsfromfile': 'data', '-config': 'file' },
    style: 'long',
    run: (call) => {
      const sets = [...call.args].some((word) => /^-[\w:#+-]+[-+<]?=/.test(word.text))
      const changes = sets || call.hasExactly('-overwrite_original', '-tagsfromfile', '-geotag')
      for (const word of call.operands) call.take(changes ? 'write' : 'read', word)
      const out = call.value('-o')
      if (out !== undefined) call.take('write', out)
      if (
        call.hasExactly('-if', '-p', '-execute') &&
        call.args.some((word) => /[`(]/.test(word.text))
      )
        call.exec('inline-code')
    },
    examples: ['exiftool a.jpg => fs.read a.jpg', 'exiftool -Artist=x a.jpg => fs.write a.jpg'],
  },
  {
    names: 'head tail ghead gtail',
    options: { '-n -c --lines --bytes --pid -s --sleep-interval': 'data' },
    operands: ['read'],
    examples: [
      'head -20 README.md => fs.read README.md',
      'tail -n 5 ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
      'tail -f a.log => fs.read a.log',
    ],
  },
  {
    names: 'nl',
    options: { '-b -d -f -h -i -l -n -s -v -w': 'data' },
    operands: ['read'],
    examples: ['nl -ba a.txt => fs.read a.txt'],
  },
  {
    names: 'od hexdump hd strings gstrings',
    options: { '-A -j -N -t -n -s -e': 'data', '-f': 'data' },
    operands: ['read'],
    examples: ['od -c a => fs.read a', 'hexdump -C a => fs.read a'],
  },
  {
    names: 'xxd',
    options: {
      '-c -cols -g -groupsize -l -len -n -name -o -s -seek -R': 'data',
    },
    style: 'long',
    run: dump,
    examples: [
      'xxd a => fs.read a',
      'xxd -r -p a.hex b => fs.read a.hex, fs.write b',
      'xxd -l 16 ~/.ssh/id_rsa => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
    ],
  },
  {
    names: 'cmp diff comm sdiff diff3 delta difft icdiff',
    options: {
      '--diff-program --pager --to-command': 'code',
      '-o --output': 'write',
      '--from-file --to-file': 'read',
      '-U --unified -C --context --label -x --exclude -X -I --ignore-matching-lines -W --width':
        'data',
    },
    operands: ['read'],
    examples: [
      'diff -u a b => fs.read a, fs.read b',
      'diff -r src /tmp/x => fs.read src, fs.read /tmp/x',
      'comm -12 a b => fs.read a, fs.read b',
    ],
  },
  {
    names: 'base64 base32 basenc',
    options: { '-w --wrap -b --break': 'data', '-i --input': 'read', '-o --output': 'write' },
    operands: ['read'],
    examples: ['base64 -w 0 .env => fs.read .env, secret.read .env', 'base64 -d a => fs.read a'],
  },
  {
    names: 'iconv',
    options: { '-f --from-code -t --to-code': 'data', '-o --output': 'write' },
    operands: ['read'],
    examples: ['iconv -f latin1 -t utf8 a => fs.read a'],
  },
  { names: 'look', operands: ['data', 'read'], examples: ['look a words => fs.read words'] },
]
