// What Perl's calls do: processes, files, the network, evaluation. Whatever is neither here nor
// defined in the text makes it opaque.
import { UNKNOWN } from '../../shell/word.ts'
import type { CodeReader } from '../codeCall.ts'
import type { CallRow, ScriptCall } from './call.ts'
import { scriptReader } from './read.ts'
import { sqlRow } from './sql.ts'

const names = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/** `open(F, ">a")`, `open(F, ">", "a")`, `open(F, "cmd |")`, `open(F, "-|", "cmd", "arg")`. */
const open = (call: ScriptCall): void => {
  const how = call.word(1)
  if (how === undefined) return
  const target = call.word(2)
  const mode = how.text.trim()
  if (target !== undefined) {
    if (how.is === 'dynamic') call.opaque('dynamic-command')
    else if (mode.startsWith('|-')) {
      const words = call.words(2)
      if (words.length === 1) call.feed(words[0]!)
      else {
        call.command(words)
        if (SHELLS.test(words[0]!.text)) call.opaque('dynamic-command')
      }
    } else if (mode.startsWith('-|')) call.command(call.words(2))
    else if (/^\+?[>]|^\+</.test(mode)) call.take('write', target)
    else call.take('read', target)
    return
  }
  const rest = (from: number) => ({ ...how, text: how.text.trimStart().slice(from).trim() })
  if (mode.startsWith('|')) call.feed(rest(1))
  else if (mode.endsWith('|')) call.code.shellText({ ...how, text: mode.slice(0, -1) })
  else if (mode.startsWith('>')) call.take('write', rest(/^>>?/.exec(mode)![0].length))
  else if (mode.startsWith('+')) call.take('write', rest(2))
  else if (mode.startsWith('<')) call.take('read', rest(1))
  else if (mode.startsWith(UNKNOWN) || mode.endsWith(UNKNOWN)) call.opaque('dynamic-command')
  else call.take('read', how)
}

const SHELLS = /^(?:\/(?:usr\/)?bin\/)?(?:(?:ba|z|da|k)?sh|python[\d.]*|perl|ruby|node|php)$/

const request =
  (kind: 'fetch' | 'send') =>
  (call: ScriptCall): void => {
    const url = call.word(0)
    if (url !== undefined) call.take(kind, url)
  }

const file = (call: ScriptCall): void => {
  const word = call.word(0)
  const text = call.text(0)
  if (word === undefined) return
  if (call.site.written(0).startsWith('{')) return
  if (text === undefined) {
    // `do { … }` and `require Module` are told elsewhere; only a path that is computed is unknown.
    if (!/^[A-Z]/.test(call.site.written(0))) call.opaque('dynamic-command')
  } else if (!/^[\d.v]+$/.test(text)) call.code.runFile(word, 'perl')
}

const ROWS: ReadonlyArray<CallRow> = [
  sqlRow(
    '.do .prepare .selectall_arrayref .selectrow_array',
    'use DBI; DBI->connect($d)->do("DELETE FROM a"); => destroy.data database',
  ),
  {
    names: 'system exec CORE::system CORE::exec POSIX::system',
    command: true,
    examples: [
      'system("rm a") => fs.delete a',
      'system "rm", "-r", "a"; => fs.delete a',
      'my $x = "rm a"; system $x; => fs.delete a',
      'exec(qw(rm a)) => fs.delete a',
      'system($ARGV[0]) => exec perl, opaque dynamic-command',
      'my $o = `rm a`; => fs.delete a',
      'print qx{rm a} => fs.delete a',
      'print "@{[ system("rm a") ]}" => opaque dynamic-command, opaque inline-code',
      `print "@{[ system('rm a') ]}" => fs.delete a`,
      `s/x/system("rm a")/e => fs.delete a`,
      '&{"sys"."tem"}("rm a") => opaque dynamic-command',
    ],
  },
  {
    names: 'eval evalbytes',
    run: (call) => {
      const word = call.word(0)
      if (word !== undefined && !call.site.written(0).startsWith('{')) call.take('eval', word)
    },
    examples: [
      `eval "system('rm a')" => fs.delete a`,
      'eval { print 1 }; =>',
      'eval $x => opaque dynamic-command',
    ],
  },
  {
    names: 'do require',
    run: file,
    examples: [
      'do "./x.pl"; => exec perl, opaque unread-script',
      'do { print 1 }; =>',
      'require JSON; =>',
    ],
  },
  {
    names: 'open sysopen CORE::open',
    run: open,
    examples: [
      'open(F, ">a") => fs.write a',
      'open(my $f, ">>", "a") or die; => fs.write a',
      'open(F, "<a") => fs.read a',
      'open F, "rm a |"; => fs.delete a',
      'open(my $f, "|-", "rm", "a") => fs.delete a',
      'open(my $f, "<", $ARGV[0]) => fs.read',
    ],
  },
  {
    names: 'unlink rmdir File::Path::remove_tree',
    run: (call) => {
      for (const word of call.words())
        call.take(call.site.name.endsWith('remove_tree') ? 'deleteAll' : 'delete', word)
      if (call.count === 0) call.take('delete', { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 })
    },
    examples: [
      'unlink "a", "b" => fs.delete a, fs.delete b',
      'unlink glob("*.o") => fs.delete ., fs.read .',
      'unlink <*.o> => fs.delete .',
      'unlink $_ for @x => fs.delete, opaque dynamic-target',
    ],
  },
  {
    names: 'rmtree remove_tree',
    each: 'deleteAll',
    examples: ['use File::Path; rmtree("/") => fs.delete /, tamper /, destroy.system /'],
  },
  {
    names: 'rename move File::Copy::move mv',
    args: ['delete', 'write'],
    examples: ['rename "a", "b"; => fs.delete a, fs.write b'],
  },
  {
    names: 'copy cp File::Copy::copy symlink link',
    args: ['read', 'write'],
    examples: ['use File::Copy; copy("a", "b"); => fs.read a, fs.write b'],
  },
  {
    names: 'mkdir make_path mkpath truncate write_file append_file File::Slurp::write_file',
    run: (call) => {
      const word = call.word(0)
      if (word !== undefined) call.take('write', word)
    },
    examples: ['mkdir "a" => fs.write a'],
  },
  {
    names: 'chmod chown utime',
    run: (call) => {
      for (const word of call.words(call.site.name === 'chmod' ? 1 : 2)) call.take('write', word)
    },
    examples: ['chmod 0644, "a"; => fs.write a'],
  },
  { names: 'chdir', args: ['chdir'], examples: ['chdir "/tmp"; unlink "a"; => fs.delete /tmp/a'] },
  { names: 'read_file slurp File::Slurp::read_file', args: ['read'] },
  { names: 'opendir', args: ['data', 'list'], examples: ['opendir(D, "src") => fs.read src'] },
  { names: 'glob', each: 'list', examples: ['print glob("*.c") => fs.read .'] },
  {
    names: 'kill',
    run: (call) => {
      const all = call.words(1).some((word) => word.text === '1' || word.text === '-1')
      call.code.effect(all ? 'destroy.system' : 'destroy.data', { name: 'process' })
    },
    examples: ['kill "TERM", 42; => destroy.data process'],
  },
  { names: 'fork', does: ['spawn'], examples: ['fork() => spawn'] },
  {
    names: 'get getprint LWP::Simple::get head getstore mirror',
    run: (call) => {
      const url = call.word(0)
      if (url === undefined) return
      call.take('fetch', url)
      const to = call.word(1)
      if (to !== undefined) call.take('write', to)
    },
    examples: [
      'use LWP::Simple; print get("https://x.example/a") => net.fetch x.example',
      'use LWP::Simple; getstore("https://x.example/a", "b") => net.fetch x.example, fs.write b',
      'use LWP::Simple; eval get("https://x.example/a") => opaque remote-code, net.fetch x.example',
    ],
  },
  {
    names: '.get .head .mirror',
    run: request('fetch'),
    examples: ['LWP::UserAgent->new->get("https://x.example/a") => net.fetch x.example'],
  },
  {
    names: '.post .put .delete .patch .request .post_form',
    run: request('send'),
    examples: ['HTTP::Tiny->new->post("https://x.example", {}) => net.send x.example'],
  },
  {
    names:
      'IO::Socket::INET.new IO::Socket::SSL.new IO::Socket::IP.new Net::FTP.new Net::SMTP.new Net::SSH.new socket connect',
    does: ['net.send'],
    examples: ['IO::Socket::INET->new(PeerAddr => "h.example:1") => net.send'],
  },
  {
    names: 'dump syscall ioctl fcntl sysseek dbmopen',
    does: ['inline-code'],
    examples: ['syscall(1) => opaque inline-code'],
  },
]

const FUNCTIONS =
  'print printf say warn die chomp chop chr ord lc lcfirst uc ucfirst length index rindex substr sprintf join split reverse sort map grep ' +
  'push pop shift unshift splice keys values each exists delete defined undef scalar wantarray ref bless tie untie abs atan2 cos exp hex int log oct ' +
  'rand sin sqrt srand pack unpack vec sleep time times localtime gmtime exit return last next redo local my our state close closedir readdir ' +
  'rewinddir eof fileno flock getc read readline seek select tell binmode sysread syswrite format write caller die lock pos quotemeta study tr ' +
  'lstat stat readlink umask getpwuid getpwnam getppid getpgrp wait waitpid alarm prototype reset formline import qw q qq x lt gt le ge eq ne cmp ' +
  'sum sum0 min max first any all none uniq uniqnum shuffle reduce pairs maxstr minstr product looks_like_number blessed reftype dualvar weaken ' +
  'floor ceil fmod pow strftime mktime basename dirname fileparse abs_path cwd getcwd tempfile tempdir encode_json decode_json to_json from_json ' +
  'encode decode encode_utf8 decode_utf8 Dumper md5_hex sha1_hex sha256_hex encode_base64 decode_base64 uri_escape croak confess carp cluck ' +
  'GetOptions pod2usage gettimeofday tv_interval usleep catfile catdir find finddepth is_deeply ok is done_testing plan like isnt diag note chained fc not sprintf evalbytes'

const METHODS =
  'execute fetchrow_array fetchrow_hashref fetchall_arrayref disconnect commit rollback finish bind_param quote new print printf say close autoflush binmode getline getlines opened eof content decoded_content is_success status_line code header headers ' +
  'agent timeout env_proxy decode encode pretty canonical utf8 allow_nonref parse as_string format add sub strftime epoch ymd hms now year month day ' +
  'can isa DOES VERSION import name id value get_value push pop length keys values each default_header'

const MODULES =
  'DBI JSON JSON::PP JSON::XS Data::Dumper List::Util Scalar::Util File::Basename File::Spec File::Spec::Functions File::Path File::Copy File::Find File::Temp ' +
  'Cwd POSIX Time::HiRes Time::Local Time::Piece Encode MIME::Base64 Digest::MD5 Digest::SHA Getopt::Long Getopt::Std Carp Storable Text::Wrap ' +
  'Text::ParseWords Term::ANSIColor Math::Trig Math::BigInt Math::BigFloat LWP::Simple LWP::UserAgent LWP HTTP::Tiny HTTP::Request HTTP::Request::Common URI ' +
  'URI::Escape IO::File IO::Handle IO::Socket IO::Socket::INET IO::Socket::SSL IO::Select Socket Sys::Hostname Fcntl Env English Benchmark Test::More Test::Simple Tie::File ' +
  'Unicode::Normalize Hash::Util Pod::Usage constant Symbol Errno Exporter Config Module::CoreList IPC::Open3 IPC::Open2 I18N::Langinfo'

export const perl: CodeReader = scriptReader({
  dialect: 'perl',
  rows: [
    ...ROWS,
    {
      names: 'open2 open3',
      run: (call) => call.command(call.words(call.site.name === 'open3' ? 3 : 2)),
    },
  ],
  pure: new Set([
    ...names(FUNCTIONS),
    ...names(METHODS).map((name) => `.${name}`),
    ...names(MODULES).flatMap((name) => [`use ${name}`, `${name}.*`]),
    'CORE::print',
    'File::Spec.*',
    'Time::Piece.*',
  ]),
  pureNames:
    /^(?:POSIX|List::Util|Scalar::Util|Data::Dumper|Cwd|File::Basename|Time::HiRes|MIME::Base64|Digest::\w+|JSON(?:::\w+)?|Encode)::\w+$/,
  keywords: new Set(
    names(
      'if elsif else unless while until for foreach and or not xor sub package use no return last next redo goto my our local state BEGIN END INIT __PACKAGE__ __FILE__ __LINE__ STDIN STDOUT STDERR ARGV DATA undef default given when',
    ),
  ),
  transparent: new Set(names('URI.new canonpath abs_path')),
  globs: new Set(['glob']),
  home: new Set(),
  here: new Set(['cwd', 'getcwd']),
})

export const PERL_ROWS = ROWS
