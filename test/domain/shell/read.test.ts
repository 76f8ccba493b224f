import { describe, expect, it } from 'vitest'
import { readScript } from '../../../src/domain/shell/read.ts'
import { UNKNOWN } from '../../../src/domain/shell/word.ts'

const PLACE = { home: '/home/dev', cwd: '/home/dev/app' }

const read = (text: string) => readScript(text, PLACE)

/** Words of each command; an unknown expansion shows as `?`. */
const commandsOf = (text: string): ReadonlyArray<string> =>
  read(text)
    .commands.filter((command) => command.words.length > 0)
    .map((command) => command.words.map((word) => word.text.replaceAll(UNKNOWN, '?')).join(' '))

describe('readScript', () => {
  it('finds every simple command at any nesting', () => {
    expect(commandsOf('a; b && c || d | e &')).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(commandsOf('if a; then b; elif c; then d; else e; fi')).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
    expect(commandsOf('while a; do b; done; until c; do d; done')).toEqual(['a', 'b', 'c', 'd'])
    expect(commandsOf('for x in 1 2; do a; done; case y in z) b;; *) c;; esac')).toEqual([
      'a',
      'a',
      'b',
      'c',
    ])
    expect(commandsOf('( a; { b; } ); coproc c; time d; ! e')).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(commandsOf('echo "$(a $(b))" `c` <(d) >(e) ${x#$(f)} $((1 + $(g)))')).toEqual([
      'b',
      'a ?',
      'c',
      'd',
      'e',
      'f',
      'g',
      'echo ? ? /dev/fd/63 /dev/fd/63 ? ?',
    ])
    expect(commandsOf('[[ -n $(a) ]] && (( x = $(b) ))')).toEqual(['a', 'b'])
    expect(commandsOf('x=$(a) y=($(b)) c > "$(d)"')).toEqual(['a', 'b', 'd', 'c'])
  })

  it('takes quoted text, here-documents and comments for data', () => {
    expect(commandsOf('echo \'rm -rf /\' "; rm x" # rm y')).toEqual(['echo rm -rf / ; rm x'])
    expect(commandsOf('cat <<EOF\nrm -rf /\nEOF\necho b')).toEqual(['cat', 'echo b'])
    expect(commandsOf("cat <<'EOF'\n$(rm x)\nEOF")).toEqual(['cat'])
    expect(commandsOf('cat <<EOF\n$(rm x)\nEOF')).toEqual(['rm x', 'cat'])
  })

  it('puts words together as the shell does', () => {
    expect(commandsOf(`"r"m -r'f' \\~ ~/x $'a\\x62' a\\ b`)).toEqual([
      'rm -rf ~ /home/dev/x ab a b',
    ])
    expect(commandsOf('rm {a,b{1..2}} ~/{x,y}')).toEqual(['rm a b1 b2 /home/dev/x /home/dev/y'])
    expect(commandsOf('{rm,-rf,/}')).toEqual(['rm -rf /'])
    expect(commandsOf('rm$IFS-rf$IFS/')).toEqual(['rm -rf /'])
    expect(commandsOf('dd of=~/x; echo --a=~/x; rm ~other/x')).toEqual([
      'dd of=/home/dev/x',
      'echo --a=~/x',
      'rm ?/x',
    ])
  })

  it('follows variables only while their value is certain', () => {
    expect(commandsOf('x="rm -rf"; $x ~; "$x" y')).toEqual(['rm -rf /home/dev', 'rm -rf y'])
    expect(read('x="rm -rf"; "$x" y').commands.at(-1)!.words).toHaveLength(2)
    expect(commandsOf('x=a; if b; then x=c; fi; d $x')).toEqual(['b', 'd c', 'd a'])
    expect(commandsOf('x=a; (x=b); c $x; d | x=e; f $x')).toEqual(['c a', 'd', 'f a'])
    expect(commandsOf('x=a; while b; do c $x; x=d; done; e $x')).toEqual([
      'b',
      'c a',
      'b',
      'c ?',
      'e ?',
    ])
    expect(commandsOf('x=a; read x; b $x; y=a; unset y; c $y')).toEqual([
      'read x',
      'b ?',
      'unset y',
      'c',
    ])
    expect(commandsOf('x=1 a $x; export y=2; b $y; y+=3; c $y')).toEqual([
      'a ?',
      'export y=2',
      'b 2',
      'c 23',
    ])
    expect(commandsOf('echo $HOME ${PWD}; HOME=/x; a ~/y $HOME')).toEqual([
      'echo /home/dev /home/dev/app',
      'a /x/y /x',
    ])
    expect(commandsOf('f() { x=b; }; x=a; f; c $x')).toEqual(['c b'])
    expect(commandsOf('IFS=x; v="axb c"; c $v')).toEqual(['c a b c'])
    expect(commandsOf('IFS=$X; v="a b"; c $v')).toEqual(['c ?'])
  })

  it('reads functions where they are called, with their arguments', () => {
    expect(commandsOf('f() { rm -rf "$1"; }; f ~/x; f y')).toEqual([
      'rm -rf /home/dev/x',
      'rm -rf y',
    ])
    expect(commandsOf('g() { ls "$@"; }; g a "b c"')).toEqual(['ls a b c'])
    const uncalled = read('f() { rm x; }; echo a').commands
    expect(uncalled.map((command) => command.certainty)).toEqual(['certain', 'possible'])
    expect(commandsOf('ls() { rm x; }; ls')).toEqual(['rm x'])
  })

  it('reads text that runs in place: eval, trap, alias', () => {
    expect(commandsOf('eval "rm x; cd /tmp"; ls')).toEqual([
      'eval rm x; cd /tmp',
      'rm x',
      'cd /tmp',
      'ls',
    ])
    expect(read('eval "cd /tmp"; ls').commands.at(-1)!.cwd).toBe('/tmp')
    expect(commandsOf('trap "rm x" EXIT')).toEqual(['trap rm x EXIT', 'rm x'])
    expect(commandsOf('eval "rm $X"')).toEqual(['eval rm ?', 'rm ?'])
    expect(commandsOf('$(echo rm -rf) a')).toEqual(['echo rm -rf', 'rm -rf a'])
  })

  it('follows the working directory while it is known', () => {
    const last = (text: string) => read(text).commands.at(-1)!.cwd
    expect(last('cd src && ls')).toBe('/home/dev/app/src')
    expect(last('cd ..; cd -; ls')).toBe('/home/dev/app')
    expect(last('cd; ls')).toBe('/home/dev')
    expect(last('(cd /tmp); ls')).toBe('/home/dev/app')
    expect(last('cd "$X" && ls')).toBeUndefined()
    expect(last('cd $X; cd /tmp; ls')).toBe('/tmp')
    expect(last('cd src || exit 1; ls')).toBe('/home/dev/app/src')
    expect(last('cd a || cd b; ls')).toBeUndefined()
    expect(last('if x; then cd a; fi; ls')).toBeUndefined()
    expect(last('for i in 1 2; do cd ..; done; ls')).toBe('/home')
    expect(last('while a; do cd ..; ls; done')).toBeUndefined()
    expect(last('pushd /a; pushd /b; popd; ls')).toBe('/a')
    expect(last('popd; ls')).toBeUndefined()
    expect(last('$X y; ls')).toBeUndefined()
    expect(readScript('ls').commands[0]!.cwd).toBeUndefined()
  })

  it('tells what certainly runs from what may', () => {
    const certain = (text: string) =>
      read(text).commands.map((command) => command.certainty === 'certain')
    expect(certain('a; b | c')).toEqual([true, true, true])
    expect(certain('a && b')).toEqual([true, false])
    expect(certain('if a; then b; fi; c')).toEqual([true, false, true])
    expect(certain('a; exit; b')).toEqual([true, true, false])
  })

  it('tells where a command is fed from', () => {
    const feeds = (text: string) => read(text).commands.at(-1)!.stdin
    expect(feeds('a | b | c')).toMatchObject({ from: 'pipe', start: 0, end: 2 })
    expect(feeds('sh <<< "x y"')).toEqual({ from: 'text', text: 'x y\n' })
    expect(feeds("sh <<'E'\nls\nE")).toEqual({ from: 'text', text: 'ls\n' })
    expect(feeds('sh < f')).toMatchObject({ from: 'file', file: { text: 'f' } })
    expect(feeds('a | while read x; do b; done')).toMatchObject({ from: 'pipe' })
  })

  it('keeps redirections of files and drops copies of descriptors', () => {
    const targets = (text: string) =>
      read(text).commands.flatMap((one) =>
        one.redirections.map(({ does, target }) => `${does} ${target.text}`),
      )
    expect(targets('a > o 2>&1 >&2 2>&- &> p >> q >| r <> s')).toEqual([
      'write o',
      'write p',
      'write q',
      'write r',
      'read s',
      'write s',
    ])
    expect(targets('{ a; } > o; (b) < i')).toEqual(['write o', 'read i'])
    expect(targets('> o')).toEqual(['write o'])
  })

  it('says what it could not read', () => {
    const whys = (text: string) => read(text).unread.map(({ why }) => why)
    expect(whys('rm -rf "')).toEqual(['parse-error'])
    expect(whys('echo $(if)')).toContain('parse-error')
    expect(whys(`echo ${'x'.repeat(200_000)}`)).toEqual(['too-large'])
    expect(whys(`${'$(echo '.repeat(300)}a${')'.repeat(300)}`)).toContain('too-large')
    expect(whys('a;'.repeat(5000))).toEqual(['too-large'])
    expect(commandsOf("rm -rf ~; echo 'open")).toContain('rm -rf /home/dev')
  })

  it('sees a function that multiplies itself without end', () => {
    expect(read(':(){ :|:& };:').forkBomb).toBe(true)
    expect(read('f() { f; }; f').forkBomb).toBe(false)
  })

  it('gives spans as offsets into the script', () => {
    const text = 'a; x=$(rm b) && c'
    const spans = read(text).commands.map(({ span }) => text.slice(span.start, span.end))
    expect(spans).toEqual(['a', 'rm b', 'x=$(rm b)', 'c'])
  })
})
