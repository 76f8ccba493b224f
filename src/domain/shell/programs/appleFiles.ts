// Programs of macOS that show, convert and make files: pictures, texts, property lists, speech, symbols.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { names, showsOnly } from './showing.ts'

const PICTURE_SHOWS = names(
  '-g --getProperty -1 --oneLine --formats -h --help -H --helpProperties -v --verify -q -j --js',
)

const pictures = (call: ProgramCall): void => {
  const out = call.value('-o', '--out')
  if (out !== undefined) call.take('write', out)
  const changes = !showsOnly(call, PICTURE_SHOWS) && out === undefined
  for (const word of call.operands) call.take(changes ? 'write' : 'read', word)
}

/** Words that each verb of plutil takes before the files. */
const PLIST_WORDS: ReadonlyMap<string, number> = new Map([
  ['-convert', 1],
  ['-extract', 2],
  ['-insert', 3],
  ['-replace', 3],
  ['-remove', 1],
  ['-create', 1],
  ['-type', 1],
  ['-expect', 1],
])

const propertyList = (call: ProgramCall): void => {
  let changes = false
  const files: Array<number> = []
  let out = -1
  for (let at = 0; at < call.args.length; at++) {
    const text = call.args[at]!.text
    const skip = PLIST_WORDS.get(text)
    if (text === '-o' || text === '-e') out = text === '-o' ? ++at : (at++, out)
    else if (text === '--') continue
    else if (skip !== undefined) {
      const raw = text === '-extract' && call.args[at + 2]?.text === 'raw'
      if (text !== '-type' && text !== '-expect' && !raw) changes = true
      at +=
        skip + (/^-(?:insert|replace)$/.test(text) && call.args[at + 2]?.text === '-array' ? -1 : 0)
    } else if (!text.startsWith('-')) files.push(at)
  }
  for (const at of files) call.take(changes && out < 0 ? 'write' : 'read', call.args[at]!)
  const target = call.args[out]
  if (changes && target !== undefined) call.take('write', target)
}

const texts = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  if (!call.has('-convert', '-cat') || call.has('-stdout')) return
  const out = call.value('-output') ?? call.value('-outputdir')
  if (out !== undefined) call.take('write', out)
  else if (call.has('-cat')) call.takeDirectory('write')
  // Each is written beside its original.
  else
    for (const word of call.operands) {
      const text = textOf(word)
      call.take(
        'write',
        text === undefined
          ? word
          : {
              ...word,
              text: `${text.replace(/\.\w+$/, '')}.${call.value('-convert')?.text ?? ''}`,
            },
      )
    }
}

const speech = (call: ProgramCall): void => {
  if (call.has('-n', '--network-send')) call.effect('net.send')
}

const architectures = (call: ProgramCall): void => {
  const out = call.value('-output', '-o')
  if (out !== undefined) call.take('write', out)
}

const preview = (call: ProgramCall): void => {
  for (const word of call.operands) call.take('read', word)
  if (call.has('-t') && call.value('-o') === undefined && !call.has('-x'))
    call.effect('spawn', { name: 'qlmanage' })
  if (call.hasExactly('-r')) call.effect('privilege', { name: 'qlmanage' })
}

const screen = (call: ProgramCall): void => {
  // Whatever is open on the screen goes along: mail, password managers, tokens.
  call.effect('secret.read', { name: 'screen', certainty: 'possible' })
  for (const word of call.operands) call.take('write', word)
}

export const APPLE_FILES: ReadonlyArray<ProgramRow> = [
  {
    names: 'sips',
    style: 'long',
    options: {
      '-g --getProperty -r --rotate -f --flip -d --deleteProperty --deleteTag --deleteProfile --resampleWidth --resampleHeight -Z --resampleHeightWidthMax --cropOffsetX --padColor':
        'data',
      '-s --setProperty --setTag -z --resampleHeightWidth -c --cropToHeightWidth -p --padToHeightWidth --cropOffset':
        'pair',
      '-e --embedProfile -E --embedProfileIfNone -m --matchTo -M --matchToWithIntent': 'read',
      '-x --extractProfile -X --extractTag': 'write',
      '-o --out': 'data',
    },
    run: pictures,
    examples: [
      'sips -g format a.png => fs.read a.png',
      'sips -Z 500 a.png => fs.write a.png',
      'sips -z 5 6 a.png --out b.png => fs.write b.png, fs.read a.png',
      'sips -s format jpeg a.png => fs.write a.png',
    ],
  },
  {
    names: 'plutil',
    style: 'long',
    run: propertyList,
    examples: [
      'plutil -p a.plist => fs.read a.plist',
      'plutil -lint a.plist => fs.read a.plist',
      'plutil -convert json a.plist => fs.write a.plist',
      'plutil -convert json -o - a.plist => fs.read a.plist',
      'plutil -convert json -o b.json a.plist => fs.read a.plist, fs.write b.json',
      'plutil -extract a.b raw a.plist => fs.read a.plist',
      'plutil -replace a -string b a.plist => fs.write a.plist',
    ],
  },
  {
    names: 'textutil',
    style: 'long',
    options: {
      '-convert -cat -output -outputdir -format -encoding -inputencoding -extension -fontname -fontsize -title -author -subject -keywords -comment -editor -company -creationtime -modificationtime -timeout -textsizemultiplier -baseurl -excludedelements -prefixspaces':
        'data',
    },
    run: texts,
    examples: [
      'textutil -info a.rtf => fs.read a.rtf',
      'textutil -convert txt -stdout a.rtf => fs.read a.rtf',
      'textutil -convert txt a.rtf => fs.read a.rtf, fs.write a.txt',
      'textutil -cat html a.rtf b.rtf => fs.read a.rtf, fs.read b.rtf, fs.write .',
    ],
  },
  {
    names: 'say',
    options: {
      '-v --voice -r --rate -a --audio-device --quality --file-format --data-format --channels --bit-rate':
        'data',
      '-f --input-file': 'read',
      '-o --output-file': 'write',
      '-n --network-send': 'data',
    },
    run: speech,
    examples: [
      'say hello =>',
      'say -o a.aiff hello => fs.write a.aiff',
      'say -f a.txt => fs.read a.txt',
    ],
  },
  {
    names: 'lipo',
    style: 'long',
    options: {
      '-output -o': 'data',
      '-thin -remove -extract -extract_family -segalign': 'data',
      '-replace -arch': 'pair',
    },
    operands: ['read'],
    run: architectures,
    examples: [
      'lipo -info a => fs.read a',
      'lipo -create a b -output c => fs.read a, fs.read b, fs.write c',
    ],
  },
  {
    names:
      'symbols atos dwarfdump dsymutil vmmap heap leaks sample spindump stackshot mdls afinfo afplay',
    style: 'long',
    options: {
      '-saveSignature -saveSignatures -symbolsPackageDir -file -o -out -output --output': 'write',
      '-arch -uuid -p -l -s -n -name -w': 'data',
    },
    run: (call) => {
      for (const word of call.operands) if (!/^\d+$/.test(word.text)) call.take('read', word)
      if (
        call.name === 'dsymutil' &&
        call.value('-o', '-out') === undefined &&
        !call.has('-s', '--symtab')
      )
        call.takeDirectory('write')
    },
    examples: [
      'symbols a.out => fs.read a.out',
      'symbols -saveSignature x a.out => fs.write x, fs.read a.out',
      'sample 1234 -file out.txt => fs.write out.txt',
      'dwarfdump a.o => fs.read a.o',
    ],
  },
  {
    names: 'install_name_tool vtool bitcode_strip segedit codesign_allocate',
    style: 'long',
    options: {
      '-change -rpath': 'pair',
      '-id -add_rpath -delete_rpath -prepend_rpath': 'data',
      '-output -o': 'write',
    },
    run: (call) => {
      for (const word of call.operands)
        call.take(call.has('-output', '-o') || call.hasExactly('-show') ? 'read' : 'write', word)
    },
    examples: ['install_name_tool -id x a.dylib => fs.write a.dylib'],
  },
  {
    names: 'qlmanage',
    style: 'long',
    options: { '-o': 'write', '-s -f -c -g -d': 'data' },
    run: preview,
    examples: [
      'qlmanage -m =>',
      'qlmanage -t -o out a.png => fs.write out, fs.read a.png',
      'qlmanage -r => privilege qlmanage',
    ],
  },
  {
    names: 'afconvert',
    options: {
      '-f --file -d --data -b --bitrate -q --quality -c --channels': 'data',
      '-o': 'write',
    },
    operands: ['read', 'write'],
    examples: ['afconvert a.wav b.m4a => fs.read a.wav, fs.write b.m4a'],
  },
  {
    names: 'screencapture scrot grim maim gnome-screenshot spectacle flameshot import xwd',
    options: { '-R -T -D -l -t -g -window -d --delay': 'data', '-f --file -out': 'write' },
    run: screen,
    examples: ['screencapture -x a.png => secret.read screen, fs.write a.png'],
  },
  {
    names: 'notify-send zenity dialog whiptail kdialog',
    operands: ['data'],
    examples: ['notify-send x =>'],
  },
]
