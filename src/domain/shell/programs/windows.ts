// Programs of Windows, from whichever shell they are started. Their options begin with a slash and
// know no case.

import { registry, windowsPath } from '../../code/windows/paths.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { joined, type ShellWord, textOf } from '../word.ts'

const isOption = (word: ShellWord): boolean => /^\/{1,2}[A-Za-z?]{1,12}(?::.*)?$/.test(word.text)

const operandsOf = (call: ProgramCall): ReadonlyArray<ShellWord> =>
  call.args.filter((word) => !isOption(word))

/** `/x` in any case, also as `//x` from a shell that rewrites paths. */
const has = (call: ProgramCall, ...names: ReadonlyArray<string>): boolean =>
  call.args.some(({ text }) =>
    names.includes(text.toLowerCase().replace(/^\/\//, '/').replace(/^-/, '/')),
  )

/** The word after an option. */
const after = (call: ProgramCall, name: string): ShellWord | undefined => {
  const at = call.args.findIndex(({ text }) => text.toLowerCase().replace(/^-/, '/') === name)
  return at < 0 ? undefined : call.args[at + 1]
}

const verbOf = (call: ProgramCall): string => textOf(call.args[0])?.toLowerCase() ?? ''

const reg = (call: ProgramCall): void => {
  const verb = verbOf(call)
  const key = call.args[1]?.text ?? ''
  if (verb === 'query' || verb === 'compare') return
  if (verb === 'export' || verb === 'save') {
    if (/sam|security|system/i.test(key) && verb === 'save')
      call.effect('secret.read', { name: 'registry' })
    if (call.args[2] !== undefined) windowsPath(call, 'fs.write', call.args[2])
  } else if (
    verb === 'add' ||
    verb === 'copy' ||
    verb === 'import' ||
    verb === 'restore' ||
    verb === 'load'
  )
    registry(call, key, false)
  else if (verb === 'delete' || verb === 'unload') registry(call, key, true)
  else if (verb !== '') call.exec('unknown-subcommand')
}

const schtasks = (call: ProgramCall): void => {
  if (has(call, '/create', '/change')) call.effect('persist', { name: 'scheduled-task' })
  if (has(call, '/delete')) call.effect('destroy.data', { name: 'scheduled-task' })
  if (has(call, '/run')) call.exec('dynamic-command')
  const task = after(call, '/tr')
  if (task !== undefined) call.code('cmd', task)
}

const net = (call: ProgramCall): void => {
  const verb = verbOf(call)
  switch (verb) {
    case 'user':
    case 'localgroup':
    case 'group':
    case 'accounts':
      if (
        has(call, '/add', '/delete', '/active') ||
        call.args.some(({ text }) => /^\/(?:active|maxpwage|minpwlen|add|del)/i.test(text)) ||
        (verb === 'user' && operandsOf(call).length > 2)
      )
        call.effect('privilege', { name: 'account' })
      return
    case 'stop':
    case 'start':
    case 'pause':
    case 'continue':
      if (call.args.length > 1) call.effect('privilege', { name: 'service' })
      return
    case 'share':
      if (call.args.length > 1) call.effect('privilege', { name: 'share' })
      return
    case 'use':
      if (call.args.length > 1) call.effect('net.fetch', { name: 'share' })
      return
    case 'view':
    case 'config':
    case 'time':
    case 'statistics':
    case 'session':
    case 'help':
    case '':
      return
    default:
      call.exec('unknown-subcommand')
  }
}

const certutil = (call: ProgramCall): void => {
  const operands = call.args.filter(({ text }) => !/^[-/][A-Za-z]/.test(text))
  const [from, to] = operands
  if (has(call, '/urlcache', '/verifyctl', '/ping', '/url')) {
    if (from !== undefined && !has(call, '/delete')) call.fetch(from)
    if (to !== undefined) windowsPath(call, 'fs.write', to)
  } else if (has(call, '/decode', '/encode', '/decodehex', '/encodehex')) {
    if (from !== undefined) windowsPath(call, 'fs.read', from)
    if (to !== undefined) windowsPath(call, 'fs.write', to)
  } else if (has(call, '/addstore', '/delstore', '/importpfx', '/repairstore'))
    call.effect('privilege', { name: 'certificates' })
  else if (has(call, '/exportpfx')) call.effect('secret.read', { name: 'certificates' })
  else if (from !== undefined && has(call, '/hashfile', '/dump', '/verify'))
    windowsPath(call, 'fs.read', from)
}

const bitsadmin = (call: ProgramCall): void => {
  const url = call.args.find(({ text }) => /^https?:/i.test(text))
  if (url !== undefined) {
    call.fetch(url)
    const to = call.args[call.args.indexOf(url) + 1]
    if (to !== undefined) windowsPath(call, 'fs.write', to)
  }
  if (has(call, '/setnotifycmdline')) call.effect('persist', { name: 'transfer-job' })
}

/** Programs that run what an address, a script or a library holds. */
const host = (call: ProgramCall): void => {
  const all = call.args.map(({ text }) => text).join(' ')
  if (/https?:/i.test(all)) call.exec('remote-code')
  else if (/(?:vbscript|javascript|script):/i.test(all)) call.exec('inline-code')
  else call.exec('outside-code')
}

const msiexec = (call: ProgramCall): void => {
  call.effect('privilege', { name: 'install' })
  call.exec(call.args.some(({ text }) => /^https?:/i.test(text)) ? 'remote-code' : 'outside-code')
}

const wmic = (call: ProgramCall): void => {
  const words = call.args.map(({ text }) => text.toLowerCase())
  if (words.includes('create')) {
    const at = words.indexOf('create')
    const command = joined(call.args.slice(at + 1))
    if (command !== undefined) call.code('cmd', command)
  } else if (words.includes('delete') || words.includes('terminate')) {
    const shadow = words.includes('shadowcopy')
    call.effect('destroy.data', {
      name: shadow ? 'backups' : words.includes('process') ? 'process' : 'system',
    })
  } else if (words.includes('call') || words.includes('set'))
    call.effect('privilege', { name: 'system-setting' })
}

const sc = (call: ProgramCall): void => {
  const verb = verbOf(call).startsWith('\\\\')
    ? (textOf(call.args[1])?.toLowerCase() ?? '')
    : verbOf(call)
  if (/^(?:query|queryex|qc|qdescription|enumdepend|getdisplayname|getkeyname|)$/.test(verb)) return
  call.effect('privilege', { name: 'service' })
  if (verb === 'create') call.effect('persist', { name: 'service' })
  if (verb === 'delete') call.effect('destroy.data', { name: 'service' })
}

const runas = (call: ProgramCall): void => {
  call.effect('privilege', { name: 'runas' })
  const last = operandsOf(call).at(-1)
  if (last !== undefined) call.code('cmd', last)
}

const icacls = (call: ProgramCall): void => {
  const [path] = operandsOf(call)
  if (path === undefined) return
  const changes = call.args.some(({ text }) =>
    /^\/(?:grant|deny|remove|reset|setowner|inheritance|setintegritylevel|restore|substitute)/i.test(
      text,
    ),
  )
  if (!changes) {
    windowsPath(call, 'fs.read', path, 'self', true)
    return
  }
  call.effect('privilege', { name: 'permissions' })
  windowsPath(call, 'fs.write', path, has(call, '/t') ? 'all' : 'self')
}

const netsh = (call: ProgramCall): void => {
  const words = call.args.map(({ text }) => text.toLowerCase())
  if (words.includes('key=clear')) call.effect('secret.read', { name: 'wifi' })
  if (
    /^(?:set|add|delete|reset|firewall|import|connect|disconnect)$/.test(
      words.find((word) =>
        /^(?:show|dump|set|add|delete|reset|import|connect|disconnect)$/.test(word),
      ) ?? '',
    )
  )
    call.effect('privilege', { name: 'network-setting' })
}

const installer = (call: ProgramCall): void => {
  const verb = verbOf(call)
  if (/^(?:install|upgrade|update|add|import)$/.test(verb)) {
    call.exec('new-package')
    call.effect('fs.write', { path: '/C:/Program Files' })
  } else if (/^(?:uninstall|remove|rm)$/.test(verb))
    call.effect('fs.delete', { path: '/C:/Program Files' })
}

export const WINDOWS: ReadonlyArray<ProgramRow> = [
  {
    names: 'reg regedit',
    run: reg,
    examples: [
      'reg query HKLM\\\\Software =>',
      "reg add 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' /v x /d y => persist registry",
      "reg delete 'HKLM\\Software\\X' /f => privilege registry, destroy.system registry",
    ],
  },
  {
    names: 'schtasks',
    run: schtasks,
    examples: [
      "schtasks /create /sc daily /tn x /tr 'del a' => persist scheduled-task, exec schtasks, fs.delete a",
      'schtasks /query =>',
    ],
  },
  {
    names: 'vssadmin wbadmin',
    run: (call) => {
      if (/^(?:delete|resize)$/.test(verbOf(call))) call.effect('destroy.data', { name: 'backups' })
      else if (/^(?:create|start|enable|disable)$/.test(verbOf(call)))
        call.effect('privilege', { name: 'backups' })
    },
    examples: [
      'vssadmin delete shadows /all /quiet => destroy.data backups',
      'vssadmin list shadows =>',
    ],
  },
  {
    names: 'bcdedit bootrec bcdboot',
    run: (call) => {
      if (has(call, '/delete', '/deletevalue', '/import'))
        call.effect('destroy.system', { name: 'boot' })
      else if (call.args.length > 0 && !has(call, '/enum', '/?', '/v'))
        call.effect('privilege', { name: 'boot' })
    },
    examples: [
      'bcdedit =>',
      'bcdedit /set testsigning on => privilege boot',
      'bcdedit /delete {current} => destroy.system boot',
    ],
  },
  {
    names: 'diskpart',
    run: (call) => {
      if (!has(call, '/?')) call.effect('destroy.system', { name: 'disk' })
    },
    examples: ['diskpart /s x.txt => destroy.system disk', 'diskpart /? =>'],
  },
  {
    names: 'format',
    run: (call) => {
      if (call.args.some(({ text }) => /^[a-z]:$/i.test(text)))
        call.effect('destroy.system', { name: 'disk' })
      else if (!has(call, '/?', '/-help')) call.exec('unknown-program')
    },
    examples: ['format c: /q => destroy.system disk', 'format x --help =>'],
  },
  {
    names: 'cipher',
    run: (call) => {
      if (call.args.some(({ text }) => /^\/[wed]/i.test(text)))
        call.effect('destroy.data', { name: 'files' })
    },
    examples: ['cipher /w:C => destroy.data files'],
  },
  {
    names: 'fsutil dism sfc powercfg w32tm gpupdate secedit auditpol pnputil setspn',
    run: (call) => {
      if (
        call.args.length > 0 &&
        !/^\/?(?:query|list|online|enum-drivers|scannow|verifyonly|q|l|a|\?|get|fsinfo|volume|dirty|usn)$/i.test(
          verbOf(call).replace(/^\//, ''),
        )
      )
        call.effect('privilege', { name: 'system-setting' })
    },
    examples: ['powercfg /h off => privilege system-setting', 'powercfg /l =>'],
  },
  {
    names: 'net net1',
    run: net,
    examples: [
      'net user eve x /add => privilege account',
      'net user =>',
      'net stop wuauserv => privilege service',
      'net localgroup administrators eve /add => privilege account',
    ],
  },
  {
    names: 'takeown',
    run: (call) => {
      call.effect('privilege', { name: 'permissions' })
      const path = after(call, '/f')
      if (path !== undefined) windowsPath(call, 'fs.write', path, has(call, '/r') ? 'all' : 'self')
    },
    examples: ['takeown /f a => privilege permissions, fs.write a'],
  },
  {
    names: 'icacls cacls xcacls',
    run: icacls,
    examples: [
      'icacls a => fs.read a',
      'icacls a /grant Everyone:F => privilege permissions, fs.write a',
    ],
  },
  {
    names: 'certutil',
    run: certutil,
    examples: [
      'certutil -urlcache -split -f https://x.example/a a.exe => net.fetch x.example, fs.write a.exe',
      'certutil -hashfile a SHA256 => fs.read a',
      'certutil -decode a b => fs.read a, fs.write b',
    ],
  },
  {
    names: 'bitsadmin',
    run: bitsadmin,
    examples: [
      'bitsadmin /transfer j https://x.example/a a.exe => net.fetch x.example, fs.write a.exe',
    ],
  },
  {
    names:
      'mshta rundll32 regsvr32 installutil regasm regsvcs wscript cscript msbuild.exe cmstp odbcconf forfiles pcalua',
    run: host,
    examples: [
      'mshta https://x.example/a.hta => exec mshta, opaque remote-code',
      'rundll32 a.dll,Main => exec rundll32, opaque outside-code',
      "mshta 'vbscript:Close' => exec mshta, opaque inline-code",
    ],
  },
  {
    names: 'msiexec',
    run: msiexec,
    examples: [
      'msiexec /i https://x.example/a.msi => privilege install, exec msiexec, opaque remote-code',
    ],
  },
  {
    names: 'wmic',
    run: wmic,
    examples: [
      'wmic shadowcopy delete => destroy.data backups',
      "wmic process call create 'del a' => exec wmic, fs.delete a",
      'wmic cpu get name =>',
    ],
  },
  {
    names: 'sc sc.exe',
    run: sc,
    examples: [
      'sc query =>',
      'sc create x binPath= a => privilege service, persist service',
      'sc stop x => privilege service',
    ],
  },
  {
    names: 'taskkill tskill',
    run: (call) => call.effect('destroy.data', { name: 'process' }),
    examples: ['taskkill /f /im node.exe => destroy.data process'],
  },
  {
    names: 'runas psexec',
    run: runas,
    examples: ["runas /user:admin 'del a' => privilege runas, exec runas, fs.delete a"],
  },
  {
    names: 'setx',
    run: (call) => {
      if (call.args.length > 0) call.effect('persist', { name: 'environment' })
    },
    examples: ['setx PATH x => persist environment'],
  },
  {
    names: 'netsh',
    run: netsh,
    examples: [
      'netsh interface show interface =>',
      'netsh advfirewall set allprofiles state off => privilege network-setting',
    ],
  },
  {
    names: 'wevtutil',
    run: (call) => {
      if (/^(?:cl|clear-log)$/.test(verbOf(call)))
        call.effect('destroy.data', { name: 'event-log' })
    },
    examples: ['wevtutil cl Security => destroy.data event-log', 'wevtutil qe System =>'],
  },
  {
    names: 'winget choco scoop',
    run: installer,
    examples: [
      'winget install x => exec winget, opaque new-package, fs.write /C:/Program Files',
      'choco list =>',
    ],
  },
  {
    names:
      'tasklist systeminfo getmac nbtstat qprocess query ver driverquery gpresult quser klist pathping whoami.exe clip choice',
    examples: ['tasklist =>'],
  },
  {
    names: 'calc notepad mspaint wordpad regedt32 taskmgr control',
    does: ['spawn'],
    examples: ['notepad a.txt => spawn'],
  },
]
