// What PHP's calls do: processes, files, the network, evaluation. Whatever is neither here nor
// defined in the text makes it opaque. Names are compared in lower case, as PHP does.
import { textOf } from '../../shell/word.ts'
import type { CodeReader } from '../codeCall.ts'
import type { CallRow, ScriptCall } from './call.ts'
import { scriptReader } from './read.ts'
import { sqlRow } from './sql.ts'

const names = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

const shell = (call: ScriptCall): void => {
  const command = call.word(0)
  if (command === undefined) return
  if (
    /^(?:popen|proc_open)$/.test(call.site.name) &&
    !(call.text(1) ?? 'w').startsWith('r') &&
    call.site.wordsOf(0).length === 1
  ) {
    call.feed(command)
    return
  }
  const list = call.site.wordsOf(0)
  call.command(list.length > 1 ? list : [command])
}

/** A function that is named in an argument: `array_map('unlink', …)`. */
const callback =
  (at: number) =>
  (call: ScriptCall): void => {
    const written = at < call.count ? call.site.written(at) : ''
    if (written === '' || /^(?:static)?(?:fn|function)/.test(written)) return
    const name = call.text(at)?.toLowerCase()
    if (name === undefined) {
      if (!/^\[?\$this|^null/.test(written)) call.opaque('dynamic-command')
    } else if (at === 0) call.site.call(name, 1)
    else if (!call.site.isPure(name)) call.opaque('dynamic-command')
  }

const included = (call: ScriptCall): void => {
  const file = call.word(0)
  if (file !== undefined) call.code.runFile(file, 'php')
}

const opened = (call: ScriptCall): void => {
  const path = call.word(0)
  if (path === undefined) return
  const mode = call.word(1)
  if (/^https?:/i.test(path.text)) call.code.fetch(path)
  else if (/^(?:expect):/i.test(path.text))
    call.code.shellText({ ...path, text: path.text.slice(9) })
  else call.open(path, mode === undefined ? undefined : (textOf(mode) ?? 'w'))
}

/** `curl_setopt($c, CURLOPT_URL, 'https://…')`, and options that send. */
const curlOption = (call: ScriptCall): void => {
  const option = call.site.written(1)
  const value = call.word(2)
  if (option === 'CURLOPT_URL' && value !== undefined) call.code.fetch(value)
  else if (/^CURLOPT_(?:POST|PUT|UPLOAD|CUSTOMREQUEST|INFILE)/.test(option))
    call.code.effect('net.send')
}

const ROWS: ReadonlyArray<CallRow> = [
  sqlRow(
    '.exec .query .prepare .multi_query',
    '$p = new PDO($d); $p->exec("DROP TABLE a"); => destroy.data database',
  ),
  {
    names: 'exec shell_exec system passthru popen proc_open',
    run: shell,
    examples: [
      "system('rm a'); => fs.delete a",
      'echo `rm a`; => fs.delete a',
      "$c = 'rm a'; shell_exec($c); => fs.delete a",
      "SYSTEM('rm a'); => fs.delete a",
      "$f = 'system'; $f('rm a'); => fs.delete a",
      "proc_open(['rm', 'a'], [], $p); => fs.delete a",
      'passthru($_GET["c"]); => exec php, opaque dynamic-command',
      "<html><?php system('rm a') ?></html> => fs.delete a",
    ],
  },
  {
    names: 'pcntl_exec',
    run: (call) => call.code.runs(call.words()),
    examples: ["pcntl_exec('/bin/rm', ['a']); => fs.delete a"],
  },
  {
    names: 'eval assert create_function',
    run: (call) => {
      const word = call.word(call.site.name === 'create_function' ? 1 : 0)
      const code = call.site.name !== 'assert' || call.text(0) !== undefined
      if (word !== undefined && code) call.take('eval', word)
    },
    examples: [
      `eval("system('rm a');"); => fs.delete a`,
      'eval(base64_decode("c3lzdGVtKCdybSBhJyk7")); => fs.delete a',
      'eval(gzinflate($x)); => opaque dynamic-command',
      'assert($x > 1); =>',
    ],
  },
  {
    names: 'include include_once require require_once',
    run: included,
    examples: ["require 'vendor/autoload.php'; => exec php, opaque unread-script"],
  },
  {
    names: 'call_user_func forward_static_call register_shutdown_function',
    run: callback(0),
    examples: ["call_user_func('system', 'rm a'); => fs.delete a"],
  },
  {
    names: 'array_map call_user_func_array',
    run: callback(0),
    examples: [
      "array_map('unlink', glob('*.o')); => fs.delete ., fs.read .",
      "echo implode(array_map('strtoupper', ['a'])); =>",
      'array_map(fn($x) => $x + 1, [1]); =>',
      'array_map($f, [1]); => opaque dynamic-command',
    ],
  },
  {
    names:
      'array_filter array_walk usort uasort uksort array_reduce preg_replace_callback iterator_apply ob_start',
    run: (call) => {
      if (call.site.name !== 'ob_start' || call.count > 0)
        callback(call.site.name === 'ob_start' ? 0 : 1)(call)
    },
    examples: ['array_filter([1]); =>', "array_walk($a, 'exec'); => opaque dynamic-command"],
  },
  {
    names:
      'file_get_contents readfile file fpassthru parse_ini_file highlight_file show_source hash_file md5_file sha1_file simplexml_load_file fgetcsv gzfile exif_read_data getimagesize',
    args: ['read'],
    examples: [
      "echo file_get_contents('.env'); => fs.read .env, secret.read .env",
      "echo file_get_contents('https://x.example/a'); => net.fetch x.example",
      "echo file_get_contents(getenv('HOME') . '/.ssh/id_rsa'); => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa",
    ],
  },
  {
    names: 'fopen gzopen',
    run: opened,
    examples: ["$f = fopen('a', 'w'); => fs.write a", "fopen('a', 'r'); => fs.read a"],
  },
  {
    names: 'splfileobject',
    run: opened,
    examples: ["new SplFileObject('a', 'w'); => fs.write a"],
  },
  {
    names:
      'file_put_contents touch mkdir tempnam ftruncate chmod chown chgrp move_uploaded_file symlink link error_log',
    run: (call) => {
      const at = /^(?:move_uploaded_file|symlink|link)$/.test(call.site.name) ? 1 : 0
      const word = call.word(at)
      if (word !== undefined && call.site.name !== 'error_log') call.take('write', word)
    },
    examples: ["file_put_contents('a', 'x'); => fs.write a"],
  },
  {
    names: 'unlink rmdir',
    args: ['delete'],
    examples: ["unlink('a'); => fs.delete a", 'unlink($f); => fs.delete, opaque dynamic-target'],
  },
  {
    names: 'rename',
    args: ['delete', 'write'],
    examples: ["rename('a', 'b'); => fs.delete a, fs.write b"],
  },
  {
    names: 'copy',
    args: ['read', 'write'],
    examples: ["copy('a', 'b'); => fs.read a, fs.write b"],
  },
  {
    names: 'chdir chroot',
    args: ['chdir'],
    examples: ["chdir('/tmp'); unlink('a'); => fs.delete /tmp/a"],
  },
  {
    names: 'glob scandir opendir dir',
    args: ['list'],
    examples: ["print_r(scandir('src')); => fs.read src"],
  },
  {
    names: 'curl_init',
    run: (call) => {
      const url = call.word(0)
      if (url !== undefined) call.code.fetch(url)
    },
    examples: ["curl_exec(curl_init('https://x.example')); => net.fetch x.example"],
  },
  {
    names: 'curl_setopt',
    run: curlOption,
    examples: [
      "curl_setopt($c, CURLOPT_URL, 'https://x.example'); => net.fetch x.example",
      'curl_setopt($c, CURLOPT_POSTFIELDS, $d); => net.send',
    ],
  },
  {
    names: 'curl_setopt_array',
    run: (call) => {
      call.code.effect('net.send')
    },
    examples: ['curl_setopt_array($c, []); => net.send'],
  },
  {
    names:
      'fsockopen pfsockopen stream_socket_client socket_connect mail ftp_connect ftp_put ssh2_connect ssh2_exec imap_open soapclient',
    run: (call) => {
      const host = call.word(0)
      if (
        host !== undefined &&
        /^(?:fsockopen|pfsockopen|stream_socket_client|ftp_connect|ssh2_connect)$/.test(
          call.site.name,
        )
      )
        call.code.send(host)
      else call.code.effect('net.send')
    },
    examples: [
      "fsockopen('h.example', 80); => net.send h.example",
      "mail('a', 'b', 'c'); => net.send",
    ],
  },
  {
    names: '.get',
    run: (call) =>
      call.count > 0 && /^https?:/.test(call.word(0)!.text)
        ? call.take('fetch', call.word(0)!)
        : undefined,
  },
  {
    names: '.post .put .request .send',
    does: ['net.send'],
    examples: ["$client->post('https://x.example'); => net.send"],
  },
  {
    names: 'getenv',
    run: (call) => {
      if (call.count === 0) call.code.effect('secret.read', { name: 'environment' })
      else if (/(?:SECRET|TOKEN|PASSWORD|API_?KEY|PRIVATE)/i.test(call.text(0) ?? ''))
        call.code.effect('secret.read', { name: call.text(0)! })
    },
    examples: ["echo getenv('LANG'); =>", 'print_r(getenv()); => secret.read environment'],
  },
  { names: 'phpinfo', does: ['secret.read'], examples: ['phpinfo(); => secret.read'] },
  {
    names: 'posix_kill',
    run: (call) =>
      call.code.effect(/^-?1$/.test(call.text(0) ?? '') ? 'destroy.system' : 'destroy.data', {
        name: 'process',
      }),
    examples: ['posix_kill(42, 9); => destroy.data process'],
  },
  { names: 'pcntl_fork', does: ['spawn'] },
  {
    names: 'posix_setuid posix_seteuid',
    does: ['privilege'],
    examples: ['posix_setuid(0); => privilege'],
  },
  {
    names:
      'extract parse_str dl putenv ini_set set_include_path stream_wrapper_register reflectionfunction reflectionmethod ffi unserialize',
    run: (call) => {
      if (
        call.site.name !== 'ini_set' ||
        !/^(?:display_errors|error_reporting|memory_limit|max_execution_time|date\.timezone|precision)$/.test(
          call.text(0) ?? '',
        )
      )
        call.opaque()
    },
    examples: ['extract($_POST); => opaque inline-code', "ini_set('memory_limit', '1G'); =>"],
  },
  {
    names: 'preg_replace',
    run: (call) => {
      if (/^(.).*\1[a-z]*e[a-z]*$/s.test(call.text(0) ?? '')) call.opaque()
    },
    examples: [
      "echo preg_replace('/a/', 'b', 'abc'); =>",
      `preg_replace('/a/e', 'system("rm a")', 'a'); => opaque inline-code`,
    ],
  },
]

const PURE_PREFIX =
  /^(?:str|array_|mb_|json_|ctype_|is_|date|math|ctype|iconv|utf8_|url|raw?url|http_build|html|base64_|bin2hex|hex2bin|random_|hash|openssl_(?:encrypt|decrypt|digest|random)|password_|gettype|get_class|get_object|get_debug|filter_var|var_|print|debug_|error_reporting|trigger_error|set_error|set_exception|microtime|hrtime|gm|cal_|gz(?:compress|uncompress|encode|decode|inflate|deflate)|bc|gmp_|spl_|iterator_|function_exists|class_exists|method_exists|property_exists|interface_exists|defined|ob_(?:get|end|clean|flush|implicit)|preg_(?:match|split|quote|grep|last)|ctype_|sodium_|curl_(?:exec|close|error|errno|getinfo|reset|version)|memory_|php_(?:sapi_name|uname)|phpversion|sys_get|file(?:_exists|size|type|mtime|atime|ctime|perms|owner|group|inode)|f(?:close|gets|getc|read|write|puts|printf|eof|seek|tell|flush|lock|stat|putcsv|scanf)|rewind|readdir|closedir|realpath|basename|dirname|pathinfo|fnmatch|stat$|lstat|disk_|getcwd|clearstatcache|ip2long|long2ip|inet_|simplexml_load_string|xml_|dom_|libxml_|header|http_response|session_|setcookie|set_time_limit|ignore_user|gc_|usleep|sleep|time|mktime|checkdate|strtotime|locale|number_|money|intl)/

const FUNCTIONS =
  'pdo mysqli sqlite3 directoryiterator recursivedirectoryiterator recursiveiteratoriterator echo print printf sprintf vsprintf vprintf number_format implode explode join split trim ltrim rtrim chop nl2br lcfirst ucfirst ucwords wordwrap ' +
  'substr substr_count substr_replace similar_text levenshtein soundex metaphone md5 sha1 crc32 crypt ord chr count sizeof range compact list ' +
  'in_array sort rsort asort arsort ksort krsort natsort shuffle min max sum abs ceil floor round sqrt pow intdiv fmod log log10 exp sin cos tan ' +
  'asin acos atan atan2 pi rand mt_rand mt_srand srand lcg_value intval floatval doubleval boolval strval settype isset unset empty exit die ' +
  'current key next reset end prev each func_get_args func_num_args constant define addslashes stripslashes quotemeta chunk_split nl_langinfo ' +
  'uniqid getmypid gethostname version_compare extension_loaded get_loaded_extensions serialize escapeshellarg escapeshellcmd pack unpack lcg ' +
  'decbin bindec dechex hexdec decoct octdec base_convert is_null array vfprintf sscanf ini_get getopt php_ini_loaded_file zend_version money_format ' +
  'exception stdclass datetime datetimeimmutable dateinterval arrayobject arrayiterator invalidargumentexception runtimeexception closure generator ' +
  'iterator_to_array ctype password_hash assert_options levenshtein fdiv octdec similar_text token_get_all highlight_string readline getmygid getmyuid'

export const php: CodeReader = scriptReader({
  dialect: 'php',
  rows: ROWS,
  pure: new Set([
    ...names(FUNCTIONS),
    ...names(
      'datetime datetimeimmutable dateinterval datetimezone closure intldateformatter normalizer collator',
    ).map((name) => `${name}.*`),
    ...names(
      'fetch fetchall fetchcolumn execute bindvalue bindparam setattribute begintransaction commit rollback rowcount getfilename getpathname getsize isfile isdir isdot getextension format modify add sub diff getTimestamp setTimezone getMessage getCode getTraceAsString getPrevious count append getArrayCopy current next valid key rewind',
    ).map((name) => `.${name.toLowerCase()}`),
  ]),
  pureNames: PURE_PREFIX,
  keywords: new Set(
    names(
      'if else elseif endif while endwhile for endfor foreach endforeach as do switch case endswitch default break continue return function fn class extends implements interface trait abstract final public protected private static const var new clone instanceof insteadof namespace use try catch finally throw yield from global and or xor not array callable declare goto match enum readonly true false null self parent this int float string bool mixed void never object iterable php',
    ),
  ),
  transparent: new Set(names('realpath escapeshellarg trim strval rtrim')),
  globs: new Set(['glob']),
  home: new Set(),
  here: new Set(['getcwd', '__DIR__']),
})

export const PHP_ROWS = ROWS
