import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseCall } from '../../../../src/domain/action/analyse.ts'
import type { ActionEffect } from '../../../../src/domain/action/effect.ts'
import { describeEffect, OBSERVED, PLACE } from '../../action/describe.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const run = (program: string, text: string): ReadonlyArray<ActionEffect> =>
  analyseCall({ name: 'Bash', input: { command: `${program} ${quoted(text)}` } }, PLACE, OBSERVED)
    .effects

const shown = (program: string, text: string): string =>
  run(program, text).map(describeEffect).join(', ')

const isHarmless = (effects: ReadonlyArray<ActionEffect>): boolean =>
  effects.every(({ kind }) => /^(?:exec|fs\.read|net\.fetch)$/.test(kind))

/** Ways to hide one command; each must come out as the loss, or as unknown. */
const HIDDEN: Readonly<Record<string, ReadonlyArray<string>>> = {
  'ruby -e': [
    's = "sys" + "tem"; Kernel.send(s, "rm -rf /")',
    'method(:system).call("rm -rf /")',
    '%w[/].each(&FileUtils.method(:rm_rf))',
    'x = 1; y = 2; x /y; system("rm -rf /") #/',
    'a = []; a <<END1\nsystem("rm -rf /")\nEND1',
    'c = "ls"; c.replace("rm -rf /"); system(c)',
    'c = "ls"; c << " ; rm -rf /"; system(c)',
    'def f(c) = system(c); c = "ls"; f("rm -rf /")',
    'alias foo system; foo "rm -rf /"',
    'puts :"#{system(\'rm -rf /\')}"',
    'eval(["cm0="].pack("H*"))',
    'IO.popen("sh", "w") { |p| p.puts "rm -rf /" }',
    'open("|sh", "w") { |p| p.puts "rm -rf /" }',
    'Object.const_get(:Kernel).system("rm -rf /")',
  ],
  'perl -e': [
    '$_="rm -rf /"; system',
    'my $f = \\&CORE::system; $f->("rm -rf /")',
    '"x" =~ /(?{ system(q(rm -rf /)) })/',
    '$x = "rm"; $x .= " -rf /"; system $x',
    '*{"main::foo"} = sub { system @_ }; foo("rm -rf /")',
    's//system(q{rm -rf \\/})/e',
    's//q(system "rm -rf \\/")/ee',
    'open(F, "|sh"); print F "rm -rf /"',
    'print "@{[ `rm -rf /` ]}"',
    '&{"sys"."tem"}("rm -rf /")',
    'y = "x"; system("rm -rf /"); # =',
    'eval unpack("u", "x")',
    'do { local @ARGV = "/"; exec "rm", "-rf", @ARGV }',
  ],
  'php -r': [
    '("sys"."tem")("rm -rf /");',
    '$a = ["system"]; $a[0]("rm -rf /");',
    'array_map("system", ["rm -rf /"]);',
    'usort($a, "system");',
    'echo "{${system(\'rm -rf /\')}}";',
    'extract(["f" => "system"]); $f("rm -rf /");',
    '$c = "ls"; preg_match("/(.*)/", "rm -rf /", $c); system($c[0]);',
    '$o->{"ex"."ec"}("rm -rf /");',
    'eval(\'?><?php system("rm -rf /");\');',
    'function f($c) { system($c); } $c = "ls"; f("rm -rf /");',
    'fwrite(popen("sh", "w"), "rm -rf /");',
    '/* x */ SyStEm("rm -rf /"); // ?>',
  ],
  awk: [
    'BEGIN { system("\\x72m -rf /") }',
    'BEGIN { cmd = "rm -rf "; cmd = cmd "/"; system(cmd) }',
    'function f(c) { system(c) } BEGIN { c = "ls"; f("rm -rf /") }',
    '$1 ~ /"/ { system("rm -rf /") } # "',
    '{ x = $1 / 2; system("rm -rf /"); y = 3 / 4 }',
    'BEGIN { print "rm -rf /" | "sh" }',
    'BEGIN { f = "system"; @f("rm -rf /") }',
    'BEGIN { "rm -rf /" | getline }',
  ],
  'pwsh -c': [
    'I`E`X "Remove-Item -Recurse C:\\"',
    '$c = "Remove-Item"; & $c C:\\ -Recurse',
    "&('Remove'+'-Item') C:\\ -Recurse",
    '[IO.Directory]::Delete("C:\\Users", $true)',
    'gci C:\\ | ri -Recurse -Force',
    'cmd /c "rd /s /q C:\\"',
    '$a = "x"; $a = "Remove-Item C:\\ -Recurse"; iex $a',
    'if ($true) { Remove-Item -r -fo C:\\ }',
    'rm -rf /',
    'Write-Output "$(Remove-Item -Recurse C:\\)"',
  ],
  'cmd /c': [
    'd^el /s /q C:\\*',
    'set X=del& %X% /s /q C:\\',
    'if exist C:\\x (rd /s /q C:\\)',
    'call rd /s /q C:\\',
    'echo a & rd /s /q C:\\',
    '@rd/s/q C:\\',
  ],
}

describe('text that hides what it does', () => {
  for (const [program, texts] of Object.entries(HIDDEN))
    for (const text of texts)
      it(`is never harmless: ${program} ${text}`, () => {
        expect(isHarmless(run(program, text)), shown(program, text)).toBe(false)
      })
})

/** Everyday text that computes, prints, reads. */
const EVERYDAY: Readonly<Record<string, ReadonlyArray<string>>> = {
  'ruby -e': [
    'puts (1..10).map { |x| x * 2 }.select(&:even?).sum',
    'require "json"; JSON.parse(File.read("package.json"))["dependencies"].each { |k, v| puts "#{k}: #{v}" }',
    'def fib(n)\n  n < 2 ? n : fib(n - 1) + fib(n - 2)\nend\nputs fib(20)',
    'class Foo\n  attr_reader :bar\n  def initialize(bar)\n    @bar = bar\n  end\nend\nputs Foo.new(3).bar',
    'text = <<~END1\n  hello "world" system(x)\nEND1\nputs text.gsub(/l+/, "L")',
    'puts ENV["HOME"]; puts Time.now.strftime("%Y")',
  ],
  'perl -e': [
    'print join(",", map { $_ * 2 } grep { $_ % 2 } 1..10), "\\n"',
    'open(my $fh, "<", "a.txt") or die "no: $!"; while (my $line = <$fh>) { chomp $line; my ($a, $b) = split /\\t/, $line; printf "%s\\n", $a; } close $fh;',
    'my %count; while (<STDIN>) { $count{lc $1}++ while /(\\w+)/g } foreach my $w (sort keys %count) { print "$w: $count{$w}\\n" }',
    'use strict; use warnings; use List::Util qw(sum); print sum(1, 2), "\\n";',
  ],
  'php -r': [
    'echo json_encode(array_map(fn($x) => $x ** 2, range(1, 5))), PHP_EOL;',
    '$d = json_decode(file_get_contents("composer.json"), true); foreach ($d["require"] as $k => $v) { echo "$k: $v\\n"; }',
    'class A { private $x = 1; public function get() { return $this->x; } } $a = new A(); echo $a->get();',
    'echo date("Y-m-d", strtotime("+1 day")) . "\\n"; print_r(explode(",", "a,b"));',
  ],
  awk: [
    '{ sum += $2 } END { print sum / NR }',
    'NR==FNR { a[$1]=$2; next } $1 in a { print $0, a[$1] }',
    '{ printf "%-10s %s\\n", $1, ($2 > 3 ? "big" : "small") }',
    '!seen[$0]++',
    '{ gsub(/a|b/, "x"); split($0, p, "/"); print p[1] }',
  ],
  'pwsh -c': [
    'Get-ChildItem -Recurse -Filter *.cs | Where-Object { $_.Length -gt 100 } | Select-Object Name | Format-Table',
    'Get-Content package.json | ConvertFrom-Json | Select-Object -ExpandProperty scripts',
    'foreach ($f in Get-ChildItem src) { if ($f.Name -like "*.ts") { Write-Output $f.FullName } }',
    '1..10 | ForEach-Object { $_ * 2 } | Measure-Object -Sum',
    'Invoke-RestMethod https://x.example/api | ConvertTo-Json',
    'function Get-Foo { param($a) return $a + 1 }; Get-Foo 3',
    'git status',
  ],
  'cmd /c': ['type a.txt | find "h"', 'if exist build echo yes', 'dir /b src', 'echo hi & ver'],
}

describe('text that only computes, prints and reads', () => {
  for (const [program, texts] of Object.entries(EVERYDAY))
    for (const text of texts)
      it(`raises no question: ${program} ${text}`, () => {
        expect(isHarmless(run(program, text)), shown(program, text)).toBe(true)
      })
})

const PROGRAMS = Object.keys(HIDDEN)
const PIECES =
  `" ' \` ( ) { } [ ] < > / \\ | & ; , . : = => -> :: \n # #{ $ $( $x @ @{ % %w[ %x( q{ s/ y/ qx <<END <<~A << <<<A A END =begin =end __END__ ?> <?php /* */ // -r /s ^ ~ ! * ? 1 x if do end sub def system exec eval open "rm -rf /" getline print function [IO.File]:: & | 'a' "b#{" iex`.split(
    ' ',
  )

describe('any text at all', () => {
  it('is read to effects that begin with the program itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PROGRAMS),
        fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), {
          maxLength: 80,
        }),
        (program, parts) => {
          const effects = run(program, parts.join(' ').replaceAll('\0', ''))
          expect(effects.length).toBeLessThan(200)
          expect(effects.every(({ why }) => why !== 'reader-failed')).toBe(true)
        },
      ),
      { numRuns: 600 },
    )
  })

  it('is not read without end where it nests, repeats or never closes', () => {
    const many = 20_000
    const texts = [
      ...PIECES.map((piece) => `${piece} `.repeat(many)),
      '"#{'.repeat(many),
      '(('.repeat(many),
      'system '.repeat(many),
      'a(b '.repeat(many),
      '<<A\n'.repeat(many),
      'x = y + '.repeat(many),
      '$x[1 '.repeat(many),
      `${'URI('.repeat(2000)}"a"${')'.repeat(2000)}`,
      `$(${'('.repeat(many)}`,
      `& { `.repeat(many),
      '%A% '.repeat(many),
    ]
    for (const program of PROGRAMS)
      for (const text of texts)
        expect(run(program, text.slice(0, 100_000)).length).toBeGreaterThanOrEqual(0)
  }, 120_000)
})
