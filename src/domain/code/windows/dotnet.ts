// Calls into .NET from PowerShell text: the few types that read, write, fetch or start something, by
// their spelling. Any other method that is not known to compute makes the text opaque.
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'
import { windowsPath } from './paths.ts'

const STATIC =
  /\[([A-Za-z][\w.]{0,80})\]::(\w{1,60})(?:\(\s*(?:'([^'\n]{0,500})'|"([^"\n]{0,500})")?)?/g
const METHOD =
  /\.(\w{1,60})\(\s*(?:'([^'\n]{0,500})'|"([^"\n]{0,500})")?(?:\s*,\s*(?:'([^'\n]{0,500})'|"([^"\n]{0,500})"))?/g

/** Types that compute. */
const PURE_TYPES =
  /^(?:system\.)?(?:math|string|int|int32|int64|long|double|decimal|bool|char|byte|datetime|timespan|guid|convert|bitconverter|array|enum|version|uri|regex|text\.\w+|text\.regularexpressions\.\w+|globalization\.\w+|console|io\.path|collections\.[\w.]+|environment|linq\.enumerable|net\.(?:servicepointmanager|securityprotocoltype|webutility|dns|ipaddress)|security\.cryptography\.\w+|consolecolor|stringcomparison|pscustomobject|ordered|random|stopwatch|diagnostics\.stopwatch|runtime\.interopservices\.(?:runtimeinformation|osplatform))$/i

const PURE_METHODS =
  /^(?:tostring|split|replace|trim|trimstart|trimend|substring|contains|startswith|endswith|toupper|tolower|touppervariant|tolowerinvariant|toupperinvariant|add|addrange|addseconds|addminutes|addhours|adddays|addmonths|addyears|indexof|lastindexof|padleft|padright|format|where|foreach|gettype|equals|join|insert|compareto|containskey|containsvalue|getenumerator|tochararray|getbytes|getstring|match|matches|ismatch|sort|reverse|count|append|appendline|toarray|tolist|first|last|getlength|getvalue|subtract|adddays|next|close|dispose|readline|readtoend|getname|hasflag|touniversaltime|tolocaltime|tofiletime|clone|item|computehash|parse|tryparse|elapsed|stop|start|matches|success)$/i

/** Longest command that is looked through for calls. */
const LONGEST = 20_000

export const dotnet = (
  written: string,
  call: CodeCall,
  fromNetwork: boolean,
  evaluate: (text: string) => void,
): void => {
  if (!written.includes('(') && !written.includes('::')) return
  if (written.length > LONGEST) {
    call.opaque('too-large')
    return
  }
  for (const [, type, member, single, double] of written.matchAll(STATIC))
    ofType(type!.toLowerCase(), member!.toLowerCase(), wordOf(single, double), call, fromNetwork)
  // What a string says is no call.
  const bare = written.replaceAll(/'[^'\n]*'/g, (text) => (text.length > 500 ? "''" : text))
  for (const [, name, a, b, c, d] of bare.matchAll(METHOD))
    method(name!.toLowerCase(), wordOf(a, b), wordOf(c, d), call, evaluate)
}

const wordOf = (single: string | undefined, double: string | undefined): ShellWord => {
  const text = single ?? double
  if (text === undefined || (single === undefined && /[$`]/.test(text)))
    return { text: `${text?.split('$')[0] ?? ''}${UNKNOWN}`, is: 'dynamic', start: 0, end: 0 }
  return literalWord(text)
}

const ofType = (
  type: string,
  member: string,
  word: ShellWord,
  call: CodeCall,
  fromNetwork: boolean,
): void => {
  const short = type.replace(/^system\./, '')
  if (short === 'io.file' || short === 'io.directory') {
    if (member.startsWith('delete'))
      windowsPath(call, 'fs.delete', word, short === 'io.directory' ? 'all' : 'self')
    else if (/^(?:write|append|create|copy|move|replace|set|open(?!read))/.test(member))
      windowsPath(call, 'fs.write', word)
    else if (/^(?:read|openread)/.test(member)) windowsPath(call, 'fs.read', word)
  } else if (short === 'environment') {
    if (member === 'getenvironmentvariables') call.effect('secret.read', { name: 'environment' })
    else if (member === 'setenvironmentvariable') call.effect('persist', { name: 'environment' })
  } else if (
    short === 'diagnostics.process' ||
    short === 'scriptblock' ||
    short.startsWith('reflection.')
  ) {
    call.opaque(fromNetwork ? 'remote-code' : 'dynamic-command')
  } else if (!PURE_TYPES.test(type)) call.opaque('other-shell')
}

const method = (
  name: string,
  first: ShellWord,
  second: ShellWord,
  call: CodeCall,
  evaluate: (text: string) => void,
): void => {
  if (/^download(?:string|data)/.test(name) || name === 'openread' || name === 'getstringasync')
    call.fetch(first)
  else if (name.startsWith('downloadfile')) {
    call.fetch(first)
    windowsPath(call, 'fs.write', second)
  } else if (name.startsWith('upload') || name === 'postasync' || name === 'send') call.send(first)
  else if (name === 'delete')
    call.path('fs.delete', { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 })
  else if (name === 'invokescript' && first.is === 'literal') evaluate(first.text)
  else if (
    /^(?:invoke|invokescript|invokereturnasis|run|exec|shellexecute|create|newscriptblock)$/.test(
      name,
    )
  )
    call.opaque('dynamic-command')
  else if (!PURE_METHODS.test(name) && !STATIC_ONLY.test(name)) call.opaque('other-shell')
}

/** Members that are told with their type. */
const STATIC_ONLY =
  /^(?:write\w*|append\w*|read\w*|copy|move|exists|get\w*|set\w*|combine|to\w+|from\w+|new|max|min|round|floor|ceiling|abs|pow|sqrt|isnull\w*|concat|escape|unescape|range|delete|is\w+|urlencode|urldecode|htmlencode|htmldecode|open|load\w*)$/
