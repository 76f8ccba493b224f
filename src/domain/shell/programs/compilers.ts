// Compilers and converters: they read the files they are given and write others, and run none of them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

/** Into the working folder, unless the call names another place or asks for no file at all. */
const made = (call: ProgramCall): void => {
  const named = call.valuesOf('-o', '--output', '-d', '--out-dir').length > 0
  const none =
    call.operands.length === 0 ||
    call.hasExactly('-fsyntax-only', '-E', '-M', '-MM', '-###', '-version', '--version')
  if (!named && !none) call.facts(['writes .'])
}

export const COMPILERS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'gcc g++ cc c++ clang clang++ rustc javac ld as ar ranlib strip nasm gfortran ghc ocamlopt kotlinc-native protoc-gen',
    style: 'long',
    options: {
      '-o -d --out-dir': 'write',
      '-I -L -l -D -W -f -m -std -target -O -x -include -isystem -cp -classpath --class-path -C --edition --crate-type --target --explain --print':
        'data',
    },
    operands: ['read'],
    run: made,
    examples: [
      'gcc -o a a.c => fs.write a, fs.read a.c',
      'gcc -c a.c => fs.read a.c, fs.write .',
      'g++ -std=c++20 -fsyntax-only a.cpp => fs.read a.cpp',
      'rustc a.rs => fs.read a.rs, fs.write .',
      'rustc --explain E0308 =>',
      'javac -d /tmp/out A.java => fs.write /tmp/out, fs.read A.java',
      'gcc -o ~/.bashrc a.c => fs.write ~/.bashrc, persist ~/.bashrc, fs.read a.c',
    ],
  },
  {
    names: 'javap jdeps pkg-config pkgconf luac xcpretty xcbeautify',
    options: { '-cp -classpath -o -p': 'data' },
    run: (call) => {
      const out = call.name === 'luac' && !call.has('-p') ? call.value('-o') : undefined
      if (out !== undefined) call.take('write', out)
      else if (call.name === 'luac' && !call.hasExactly('-p', '-v', '-l'))
        call.facts(['writes luac.out'])
    },
    examples: [
      'javap -c -cp build/classes Foo =>',
      'pkg-config --cflags --libs openssl =>',
      'luac a.lua => fs.write luac.out',
      'luac -p a.lua =>',
    ],
  },
  {
    names: 'ffmpeg',
    style: 'long',
    options: {
      '-i': 'read',
      '-vf -af -c:v -c:a -c -b:v -b:a -r -s -ss -t -to -map -f -preset -crf -filter_complex -vcodec -acodec -loglevel -v':
        'data',
    },
    run: (call) => {
      const out = call.operands.at(-1)
      if (out !== undefined) call.take('write', out)
    },
    examples: ['ffmpeg -i a.mp4 -c:v libx264 ../b.mp4 => fs.read a.mp4, fs.write ~/b.mp4'],
  },
  {
    names: 'convert magick sox cwebp optipng jpegoptim svgo qpdf gs inkscape',
    options: { '-o --output': 'write' },
    operands: ['read'],
    last: 'write',
    examples: ['magick a.png b.jpg => fs.read a.png, fs.write b.jpg'],
  },
  {
    names:
      'pandoc latex pdflatex xelatex lualatex latexmk dot mmdc wkhtmltopdf libreoffice soffice',
    options: { '-o --output': 'write', '-f --from -t --to': 'data' },
    operands: ['read'],
    run: made,
    examples: [
      'pandoc a.md -o a.html => fs.write a.html, fs.read a.md',
      'pdflatex a.tex => fs.read a.tex, fs.write .',
    ],
  },
]
