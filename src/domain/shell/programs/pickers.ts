// Interactive pickers and viewers that may be told to run commands.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { asScript, UNKNOWN } from '../word.ts'

/** Actions of a key binding that run a command, or put text together that does. */
const RUNS =
  /\b(?:execute|execute-silent|become|reload|transform|preview|reload-sync|bg-transform)\b[\w-]*(?:\(|:|\[|\{)/

const fuzzy = (call: ProgramCall): void => {
  for (const value of call.valuesOf('--preview'))
    call.around.script(asScript(value.text.replaceAll(/\{[^{}]*\}/g, UNKNOWN)), {
      certainty: 'possible',
    })
  for (const value of call.valuesOf('--bind'))
    if (RUNS.test(value.text.slice(0, 2048))) call.exec('dynamic-command')
  if (call.values.some(({ option }) => option === '--listen' || option === '--listen-unsafe'))
    call.effect('spawn', { name: 'listener' })
}

export const PICKERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'fzf sk fzy peco gum',
    options: {
      '--preview --bind --listen -q --query -f --filter -d --delimiter -n --nth --with-nth --height --layout --prompt --header --preview-window':
        'data',
    },
    run: fuzzy,
    examples: [
      'fzf --preview "cat {}" => fs.read',
      'fzf --bind "enter:execute(rm {})" => exec fzf, opaque dynamic-command',
      'fzf -q x =>',
    ],
  },
  {
    names:
      'mdls mdutil system_profiler ioreg atos symbols lipo sips qlmanage dwarfdump vmmap heap leaks sample nettop textutil plutil',
    operands: ['read'],
    flags: {
      '-create -output -convert -replace -insert -remove -out -o -s -z -thin': ['fs.write'],
    },
    style: 'long',
    examples: [
      'sips -g format a.png => fs.read format, fs.read a.png',
      'plutil -convert json a.plist => fs.write, fs.read json, fs.read a.plist',
    ],
  },
]
