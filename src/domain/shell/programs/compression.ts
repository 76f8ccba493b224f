// Programs that compress single files and unpack them again. What one file becomes is known by its name;
// a folder of them, or a name that the file itself holds, is `archive-content`.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { unpacksInto } from './unpacking.ts'

/** What a compressed file is called when it is unpacked. */
const plainName = (word: ShellWord): ShellWord | undefined => {
  const text = textOf(word)
  const plain = text?.replace(/\.(?:t?gz|bz2?|tbz2?|xz|txz|lzma|zst|lz4|br|lz|z)$/i, (end) =>
    /^\.t/i.test(end) ? '.tar' : '',
  )
  return plain === undefined || plain === text ? undefined : { ...word, text: plain }
}

const SUFFIX: Readonly<Record<string, string>> = {
  gzip: '.gz',
  pigz: '.gz',
  bzip2: '.bz2',
  pbzip2: '.bz2',
  lbzip2: '.bz2',
  xz: '.xz',
  lzma: '.lzma',
  zstd: '.zst',
  brotli: '.br',
  lzip: '.lz',
  compress: '.Z',
}

/** Programs that leave the original where it is. */
const KEEPS = /^(?:un)?(?:zstd|zstdmt|brotli|lz4|lz4c)$/

const compress = (call: ProgramCall): void => {
  const { name, operands } = call
  if (call.has('-c', '--stdout', '--to-stdout', '-t', '--test', '-l', '--list', '-b')) {
    for (const word of operands) call.take('read', word)
    return
  }
  const out = call.value('-o', '--output')
  const unpacks = /^(?:g?un|bun|un)/.test(name) || call.has('-d', '--decompress', '--uncompress')
  const keeps = KEEPS.test(name)
    ? !call.has('--rm', '-j', '--rm')
    : call.has('-k', '--keep') || out !== undefined
  if (call.has('-r', '--recursive')) {
    for (const word of operands) call.take('change', word)
    if (unpacks) call.opaque('archive-content')
    return
  }
  const [source, target] = operands
  if (/^(?:un)?lz4/.test(name) && target !== undefined && source !== undefined && !call.has('-m')) {
    call.take('read', source)
    call.take('write', target)
    return
  }
  for (const word of operands) {
    call.take(keeps ? 'read' : 'delete', word)
    if (out !== undefined) continue
    const written = unpacks
      ? plainName(word)
      : word.is === 'literal'
        ? {
            ...word,
            text: `${word.text}${call.value('-S', '--suffix')?.text ?? SUFFIX[name] ?? '.z'}`,
          }
        : undefined
    // The name may come out of the file itself.
    if (written !== undefined && !call.hasExactly('-N', '--name')) call.take('write', written)
    else if (unpacks) unpacksInto(call, undefined)
    else call.take('write', word)
  }
  if (out !== undefined) call.take('write', out)
}

const encoded = (call: ProgramCall): void => {
  const [verb, ...files] = call.operands
  const prints = call.has('-c', '--pipe', '--to-stdout', '--from-stdin', '-p')
  const name = textOf(verb) ?? ''
  for (const word of files) call.take('read', word)
  if (/^(?:probe|help|version)?$/.test(name) || prints) return
  if (name === 'encode' || call.value('-o', '--rename') !== undefined) call.takeDirectory('write')
  else unpacksInto(call, call.value('-C'))
}

const stream = (call: ProgramCall): void => {
  const [source, target] = [call.value('-i'), call.value('-o')]
  if (source !== undefined) call.take('read', source)
  if (target !== undefined) call.take('write', target)
}

export const COMPRESSION: ReadonlyArray<ProgramRow> = [
  {
    names:
      'gzip gunzip pigz unpigz bzip2 bunzip2 pbzip2 lbzip2 xz unxz lzma unlzma zstd unzstd zstdmt lz4 unlz4 lz4c lzip lunzip compress uncompress brotli unbrotli',
    options: { '-S --suffix -o --output -T --threads -q --quality -w --lgwin -D': 'data' },
    run: compress,
    examples: [
      'gzip a.log => fs.delete a.log, fs.write a.log.gz',
      'gzip -k a.log => fs.read a.log, fs.write a.log.gz',
      'gunzip a.gz => fs.delete a.gz, fs.write a',
      'gzip -dc a.gz => fs.read a.gz',
      'gunzip -r logs => fs.write logs, opaque archive-content',
      'gunzip -N a.gz => fs.delete a.gz, fs.write ., opaque archive-content',
      'zstd a -o b.zst => fs.read a, fs.write b.zst',
      'xz -t a.xz => fs.read a.xz',
    ],
  },
  {
    names: 'binhex applesingle macbinary',
    options: { '-o --rename -C': 'data' },
    run: encoded,
    examples: [
      'binhex probe a.hqx => fs.read a.hqx',
      'binhex decode a.hqx => fs.read a.hqx, fs.write ., opaque archive-content',
      'macbinary decode --pipe a.bin => fs.read a.bin',
    ],
  },
  {
    names: 'compression_tool',
    style: 'long',
    options: { '-i -o -a -A -b -t': 'data' },
    run: stream,
    examples: ['compression_tool -encode -i a -o b => fs.read a, fs.write b'],
  },
  {
    names: 'uudecode',
    options: { '-o --output-file': 'write' },
    operands: ['read'],
    run: (call) => {
      if (call.value('-o', '--output-file') === undefined && !call.has('-p'))
        unpacksInto(call, undefined)
    },
    examples: [
      'uudecode -o b a.uu => fs.write b, fs.read a.uu',
      'uudecode a.uu => fs.read a.uu, fs.write ., opaque archive-content',
    ],
  },
]
