// PowerShell's cmdlets as data: what their parameters mean. Whatever is no cmdlet of this table and
// has a cmdlet's form of name is not known; other names are programs.

export type CmdletRole =
  'data' | 'list' | 'read' | 'write' | 'delete' | 'fetch' | 'send' | 'script' | 'run'

export interface Cmdlet {
  /** The name and its aliases. */
  readonly names: string
  readonly positional?: ReadonlyArray<CmdletRole>
  readonly parameters?: Readonly<Record<string, CmdletRole>>
  /** Effects by fixed form: a kind, then a name. */
  readonly does?: ReadonlyArray<`${'privilege' | 'persist' | 'spawn' | 'secret.read' | 'net.send' | 'net.fetch' | 'destroy.system' | 'destroy.data' | 'destroy.infra' | 'tamper'} ${string}`>
  readonly opaque?:
    'package-code' | 'other-shell' | 'remote-host' | 'dynamic-command' | 'remote-code'
}

const PATHS = (role: CmdletRole) => ({
  path: role,
  literalpath: role,
  pspath: role,
  filepath: role,
})

export const CMDLETS: ReadonlyArray<Cmdlet> = [
  {
    names: 'remove-item ri rm del erase rd rmdir',
    positional: ['delete'],
    parameters: PATHS('delete'),
  },
  { names: 'clear-content clc', positional: ['write'], parameters: PATHS('write') },
  {
    names:
      'set-content add-content out-file ac new-item ni md mkdir tee-object tee export-csv export-clixml epcsv',
    positional: ['write', 'data'],
    parameters: { ...PATHS('write'), name: 'write' },
  },
  {
    names: 'set-item si rename-item ren rni',
    positional: ['write', 'data'],
    parameters: PATHS('write'),
  },
  {
    names: 'set-itemproperty new-itemproperty sp clear-itemproperty set-acl',
    positional: ['write', 'data'],
    parameters: PATHS('write'),
  },
  { names: 'remove-itemproperty rp', positional: ['write', 'data'], parameters: PATHS('write') },
  {
    names: 'copy-item copy cp cpi',
    positional: ['read', 'write'],
    parameters: { ...PATHS('read'), destination: 'write' },
  },
  {
    names: 'move-item move mv mi',
    positional: ['delete', 'write'],
    parameters: { ...PATHS('delete'), destination: 'write' },
  },
  {
    names:
      'get-content gc cat type import-csv ipcsv import-clixml import-powershelldatafile select-xml format-hex get-filehash',
    positional: ['read'],
    parameters: PATHS('read'),
  },
  { names: 'select-string sls', positional: ['data', 'read'], parameters: PATHS('read') },
  {
    names:
      'get-childitem gci ls dir get-item gi test-path resolve-path rvpa get-itemproperty gp get-itempropertyvalue get-acl convert-path split-path',
    positional: ['list'],
    parameters: PATHS('list'),
  },
  {
    names: 'compress-archive',
    positional: ['read', 'write'],
    parameters: { path: 'read', literalpath: 'read', destinationpath: 'write' },
  },
  {
    names: 'expand-archive',
    positional: ['read', 'write'],
    parameters: { path: 'read', literalpath: 'read', destinationpath: 'write' },
  },
  { names: 'invoke-expression iex', positional: ['script'], parameters: { command: 'script' } },
  {
    names: 'invoke-webrequest iwr curl wget invoke-restmethod irm',
    positional: ['fetch'],
    parameters: { uri: 'fetch', outfile: 'write', infile: 'read' },
  },
  {
    names: 'start-bitstransfer',
    positional: ['fetch', 'write'],
    parameters: { source: 'fetch', destination: 'write' },
  },
  {
    names: 'test-connection test-netconnection tnc resolve-dnsname',
    positional: ['fetch'],
    parameters: { computername: 'fetch', targetname: 'fetch', name: 'fetch' },
  },
  { names: 'send-mailmessage', does: ['net.send mail'] },
  {
    names: 'start-process saps start invoke-item ii',
    positional: ['run'],
    parameters: { filepath: 'run', path: 'run' },
  },
  { names: 'stop-process spps kill', does: ['destroy.data process'] },
  {
    names: 'stop-service spsv restart-service suspend-service set-service start-service sasv',
    does: ['privilege service'],
  },
  { names: 'new-service', does: ['privilege service', 'persist service'] },
  { names: 'remove-service', does: ['privilege service', 'destroy.data service'] },
  {
    names: 'register-scheduledtask new-scheduledtask set-scheduledtask register-scheduledjob',
    does: ['persist scheduled-task'],
  },
  {
    names: 'unregister-scheduledtask disable-scheduledtask',
    does: ['destroy.data scheduled-task'],
  },
  { names: 'start-scheduledtask', opaque: 'dynamic-command' },
  {
    names:
      'format-volume clear-disk initialize-disk remove-partition clear-storagepool remove-virtualdisk reset-physicaldisk',
    does: ['destroy.system disk'],
  },
  {
    names:
      'set-disk set-partition resize-partition new-partition set-volume repair-volume dismount-volume',
    does: ['privilege disk'],
  },
  { names: 'clear-recyclebin', does: ['destroy.data trash'] },
  { names: 'clear-eventlog remove-eventlog limit-eventlog', does: ['destroy.data event-log'] },
  { names: 'set-executionpolicy', does: ['privilege execution-policy'] },
  {
    names:
      'set-mppreference add-mppreference uninstall-windowsfeature disable-windowsoptionalfeature enable-windowsoptionalfeature install-windowsfeature set-netfirewallprofile set-netfirewallrule new-netfirewallrule remove-netfirewallrule disable-netfirewallrule enable-psremoting set-wsmanquickconfig disable-netadapter set-dnsclientserveraddress new-netipaddress set-timezone set-date rename-computer add-computer',
    does: ['privilege system-setting'],
  },
  {
    names:
      'new-localuser set-localuser remove-localuser add-localgroupmember enable-localuser disable-localuser new-aduser set-aduser remove-aduser set-adaccountpassword',
    does: ['privilege account'],
  },
  {
    names: 'stop-computer restart-computer checkpoint-computer restore-computer',
    does: ['destroy.system power'],
  },
  { names: 'disable-computerrestore remove-vm remove-vmsnapshot', does: ['destroy.data backups'] },
  {
    names:
      'remove-azresourcegroup remove-azvm remove-azresource remove-azstorageaccount remove-ec2instance remove-s3bucket remove-s3object',
    does: ['destroy.infra cloud'],
  },
  {
    names: 'get-secret get-storedcredential get-credential get-azkeyvaultsecret get-secsecretvalue',
    does: ['secret.read credentials'],
  },
  {
    names: 'invoke-command icm',
    parameters: { filepath: 'run', scriptblock: 'data', computername: 'send' },
  },
  {
    names: 'enter-pssession etsn new-pssession nsn connect-pssession',
    positional: ['send'],
    parameters: { computername: 'send' },
    opaque: 'remote-host',
  },
  { names: 'start-job sajb start-threadjob', does: ['spawn job'], parameters: { filepath: 'run' } },
  {
    names:
      'invoke-wmimethod invoke-cimmethod iwmi set-wmiinstance register-wmievent register-engineevent register-objectevent',
    opaque: 'dynamic-command',
  },
  {
    names:
      'install-module install-package install-script update-module save-module install-psresource',
    opaque: 'package-code',
    does: ['net.fetch psgallery'],
  },
  { names: 'import-module ipmo', positional: ['run'], parameters: { name: 'run' } },
  { names: 'add-type', opaque: 'other-shell' },
  { names: 'set-location sl cd chdir push-location pushd', positional: ['data'] },
]

/** Cmdlets that look, compute or print. */
export const PURE_CMDLET =
  /^(?:get|select|where|sort|measure|test|format|group|compare|convert|convertto|convertfrom|join|split|resolve|show|write|find|search|trace|wait|receive|debug|assert)-[a-z]+$/

export const PURE_NAMES = new Set(
  (
    'get-clipboard gcb foreach-object % foreach where ? select sort measure group compare echo write out-host out-string out-null out-default out-gridview oh ' +
    'ft fl fw fc fhx gm gu gal gcm gps ps gsv gdr gh h history help man pwd gl pop-location popd clear-host cls clear ' +
    'read-host set-variable sv new-variable nv remove-variable rv clear-variable get-variable gv set-strictmode set-psdebug start-sleep sleep ' +
    'new-object new-guid new-timespan get-date set-alias sal new-alias nal export-modulemember start-transcript stop-transcript tee-object ' +
    'update-formatdata out-printer exit return break continue throw trap param begin process end if else elseif while do until for switch try catch finally ' +
    'function filter class using enum data import-module'
  ).split(' '),
)

/** Parameters that take a value, whatever the cmdlet; others without a role are switches. */
export const VALUED =
  /^(?:erroraction|ea|warningaction|wa|informationaction|errorvariable|ev|outvariable|ov|outbuffer|encoding|filter|include|exclude|depth|first|last|skip|property|expandproperty|value|itemtype|type|propertytype|method|headers|body|contenttype|useragent|timeoutsec|credential|pattern|context|argumentlist|verb|workingdirectory|delimiter|newname|totalcount|tail|head|stream|id|name|processname|count|inputobject|width|scope|executionpolicy|variable|year|format|culture|compressionlevel|algorithm|authentication|token|sessionvariable|websession|form|certificate|proxy)$/
