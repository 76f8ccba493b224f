// Windows' spelling of paths in the form that every path here has: slashes, the drive as a first
// folder (`/C:/Users`), `~` and the usual variables for the home directory.
import { hasGlob, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'

/** A word as a path; `patterns` where the program expands `*` and `?` itself. */
export const pathWord = (word: ShellWord, home: string, patterns = true): ShellWord => {
  let text = word.text
    .replace(/^(?:Microsoft\.PowerShell\.Core\\)?FileSystem::/i, '')
    .replace(/^\\\\\?\\/, '')
    .replaceAll('\\', '/')
  if (text === '~' || text.startsWith('~/')) text = home + text.slice(1)
  if (/^[A-Za-z]:/.test(text))
    text = `/${text[0]!.toUpperCase()}:/${text.slice(2).replace(/^\/+/, '')}`
  if (text.includes(UNKNOWN)) return { ...word, text, is: 'dynamic' }
  return { ...word, text, is: patterns && hasGlob(text) ? 'glob' : 'literal' }
}

const SYSTEM =
  /^\/[A-Z]:\/(?:(?:windows|users|program files(?: \(x86\))?|programdata|boot|recovery|efi)(?:\/\*?(?:\.\*)?)?|windows\/.*|\*?(?:\.\*)?)$/i

/** Whether deleting this takes a drive, or what Windows itself is made of. */
export const losesSystem = (path: string): boolean => SYSTEM.test(path)

/** Start-up folders and the registry's keys of what runs by itself. */
export const STARTS = /\\start menu\\programs\\startup|\/start menu\/programs\/startup/i
export const RUN_KEYS =
  /\\(?:run|runonce|runservices|winlogon|services|image file execution options|appinit_dlls|policies\\explorer\\run|userinitmprlogonscript|command processor)(?:\\|$)/i

/** One effect on a path as Windows writes it, with the loss of a drive told beside it. */
export const windowsPath = (
  call: CodeCall,
  kind: 'fs.read' | 'fs.write' | 'fs.delete',
  written: ShellWord,
  reach: 'self' | 'all' = 'self',
  shallow = false,
): void => {
  if (/^(?:nul|con|prn|\$null)$/i.test(written.text)) return
  const word = pathWord(written, call.home)
  call.path(kind, word, reach, shallow ? { shallow: true } : {})
  if (kind !== 'fs.read' && STARTS.test(word.text)) call.effect('persist', { name: 'startup' })
  if (kind !== 'fs.delete') return
  if (
    losesSystem(word.text) &&
    (reach === 'all' || word.is === 'glob' || /^\/[A-Z]:\/windows\//i.test(word.text))
  )
    call.effect('destroy.system', { name: 'drive' })
}

/** A change of the registry. */
export const registry = (call: CodeCall, key: string, deletes: boolean): void => {
  if (RUN_KEYS.test(key)) call.effect('persist', { name: 'registry' })
  else call.effect('privilege', { name: 'registry' })
  if (deletes)
    call.effect(
      /^(?:registry::)?(?:hklm|hkey_local_machine|hkcr|hku)/i.test(key)
        ? 'destroy.system'
        : 'destroy.data',
      { name: 'registry' },
    )
}
