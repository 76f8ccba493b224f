// Program text that a tool is given as it stands, in whatever language: read as the same text is
// read where a shell hands it to that language's program.
import type { Language } from '../code/language.ts'
import { shellDraft } from '../shell/shellDraft.ts'
import type { CallDraft } from './draft.ts'
import type { Place } from './place.ts'
import { NO_SOURCES, type Sources } from './sources.ts'

/** How a shell starts a program of the language on text. */
const STARTS: Readonly<Record<Exclude<Language, 'shell'>, string>> = {
  python: 'python3 -c',
  javascript: 'node -e',
  ruby: 'ruby -e',
  perl: 'perl -e',
  php: 'php -r',
  awk: 'awk',
  powershell: 'pwsh -NoProfile -Command',
  cmd: 'cmd /c',
}

/** The effects stand nowhere in the text: their places in it are not kept. */
export const codeDraft = (
  language: Language,
  text: string,
  place: Place,
  tool: string,
  sources: Sources = NO_SOURCES,
): CallDraft => {
  if (language === 'shell') return shellDraft(text, place, tool, sources)
  // A NUL ends a word of a shell, and stands for the unknown in one that is read.
  const word = `'${text.replaceAll('\0', ' ').replaceAll("'", "'\\''")}'`
  const draft = shellDraft(`${STARTS[language]} ${word}`, place, tool, sources)
  return {
    ...draft,
    effects: draft.effects.map((effect) => {
      const { span: _, ...rest } = effect
      return rest
    }),
  }
}
