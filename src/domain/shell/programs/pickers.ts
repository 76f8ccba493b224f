// Interactive pickers and viewers that may be told to run commands.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { asScript, UNKNOWN } from '../word.ts'

/** What stands for the chosen line, the query or its fields. */
const chosen = (text: string): string => asScript(text.replaceAll(/\{[^{}]*\}/g, UNKNOWN))

/** Actions that hand their argument to a shell. */
const RUNS =
  /(?:^|[+,:])\s*(?:execute(?:-silent|-multi)?|become|reload(?:-sync)?|preview|(?:bg-)?transform(?:-[a-z-]+)?)([([{<~!@#$%^&*;/|:])/g

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

const BINDING_LIMIT = 4096

/** Commands of a binding such as `enter:execute(rm {})+abort,ctrl-r:reload:ls`. */
const commandsIn = (binding: string): ReadonlyArray<string> => {
  const text = binding.slice(0, BINDING_LIMIT)
  const out: Array<string> = []
  for (const match of text.matchAll(RUNS)) {
    const from = match.index + match[0].length
    const open = match[1]!
    // After a colon everything to the end is the command.
    const to = open === ':' ? -1 : text.lastIndexOf(CLOSES[open] ?? open)
    out.push(to < from ? text.slice(from) : text.slice(from, to))
  }
  return out
}

const fuzzy = (call: ProgramCall): void => {
  const run = (text: string): void => {
    call.around.script(chosen(text), { certainty: 'possible' })
  }
  for (const value of call.valuesOf('--preview', '--with-shell')) run(value.text)
  for (const value of call.valuesOf('--bind')) {
    if (value.is === 'dynamic' || value.text.length > BINDING_LIMIT) call.exec('dynamic-command')
    for (const command of commandsIn(value.text)) run(command)
    // The output of this one is actions again.
    if (/transform(?![\w-])/.test(value.text)) call.exec('dynamic-command')
  }
  // Whoever reaches the port may have commands run.
  if (call.hasExactly('--listen-unsafe')) call.exec('dynamic-command')
  else if (call.has('--listen')) call.effect('spawn', { name: 'listener' })
}

export const PICKERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'fzf sk fzy peco gum',
    options: {
      '--preview --bind --with-shell -q --query -f --filter -d --delimiter -n --nth --with-nth --height --layout --prompt --header --preview-window':
        'data',
    },
    run: fuzzy,
    examples: [
      'fzf --preview "cat {}" => fs.read',
      'fzf --bind "enter:execute(rm a)" => fs.delete a',
      'fzf --bind "ctrl-r:reload:ls src" => fs.read src',
      'fzf --bind "focus:transform(rm a)" => fs.delete a, exec fzf, opaque dynamic-command',
      'fzf --listen-unsafe=6266 => exec fzf, opaque dynamic-command',
      'fzf -q x =>',
    ],
  },
]
