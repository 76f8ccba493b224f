// Compilers and converters: they read the files they are given and write others, and run none of them.
import type { ProgramRow } from '../program.ts'

export const COMPILERS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'gcc g++ cc c++ clang clang++ rustc javac ld as ar ranlib strip nasm gfortran ghc ocamlopt kotlinc-native protoc-gen',
    options: { '-o': 'write', '-I -L -l -D -W -f -m -std -target -O -x -include': 'data' },
    operands: ['read'],
    does: ['writes .'],
    examples: [
      'gcc -o a a.c => fs.write a, fs.write ., fs.read a.c',
      'rustc a.rs => fs.write ., fs.read a.rs',
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
    does: ['writes .'],
    examples: ['pandoc a.md -o a.html => fs.write a.html, fs.write ., fs.read a.md'],
  },
]
