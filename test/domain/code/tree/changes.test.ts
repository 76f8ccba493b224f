// A harmless command that becomes another one before it runs: by changing a list that two names share,
// by leaving a block early, by cutting a text. None may be taken for the command that it was at first.
import { describe, expect, it } from 'vitest'
import { kindsOf } from '../reading.ts'

const PYTHON: ReadonlyArray<string> = [
  "c = 'rm -rf /'\ntry:\n  int('x')\n  c = 'ls'\nexcept ValueError: pass\nos.system(c)",
  "c = 'rm -rf /'\nfor i in [1]:\n  if i: break\n  c = 'ls'\nos.system(c)",
  "c = 'rm -rf /'\nwhile True:\n  if c: break\n  c = 'ls'\nos.system(c)",
  "c = 'ls'\ndef f():\n  global c\n  c = 'rm -rf /'\nif True:\n  c = 'ls'\n  f()\n  os.system(c)",
  "c = ['echo', 'rm', '-rf', '/']\ndel c[0]\nos.system(' '.join(c))",
  "c = ['echo', 'rm', '-rf', '/']\nc.pop(0)\nos.system(' '.join(c))",
  "c = ['/', '-rf', 'rm']\nc.reverse()\nos.system(' '.join(c))",
  "c = ['echo', '/', '-rf', 'rm']\nc.sort()\nos.system(' '.join(c))",
  "c = ['ls']\nc[:] = ['rm -rf /']\nos.system(c[0])",
  "c = ['ls']\nc[-1] = 'rm -rf /'\nos.system(c[0])",
  "c = ['ls']\nc[int(x)] = 'rm -rf /'\nos.system(c[0])",
  "c = ['rm', '-rf', '/']\nif x: c.append('--help')\nos.system(' '.join(c))",
  "c = ['rm', '-rf', '/', '--help']\nd = filter(None, c)\nos.system(' '.join(d))",
  "c = {'c': 'ls'}\nc.update(c='rm -rf /')\nos.system(c['c'])",
  "c = {'c': 'ls'}\nd = c\nd |= {'c': 'rm -rf /'}\nos.system(c['c'])",
  "c = ['ls']\nd = c\nd += ['rm -rf /']\nos.system(c[1])",
  "c = {'c': 'ls'}\nc.__setitem__('c', 'rm -rf /')\nos.system(c['c'])",
  "os.system('%.9s' % 'rm -rf / --help')",
  "os.system('{:.9}'.format('rm -rf / --help'))",
  "c = 'rm -rf / --help'\nos.system(f'{c:.9}')",
  "os.system('%c%c -rf /' % (114, 109))",
  "os.system('echo;rm -rf /'.split(sep=';')[1])",
  "s = ''\nwhile len(s) < 8: s += 'rm -rf /'[len(s)]\nos.system(s)",
  "c = ['rm', '-rf', '/', '--help']\nimport random\nrandom.shuffle(c)\nos.system(' '.join(c))",
]

const NODE: ReadonlyArray<string> = [
  "let c = 'ls'; function f() { if (x) { c = 'rm -rf /' } }; f(); exec(c)",
  "let c = 'rm -rf /'; a: { if (x) break a; c = 'ls' }; exec(c)",
  "let c = 'rm -rf /'; try { x(); c = 'ls' } catch {}; exec(c)",
  "let c = 'rm -rf /'; for (const i of [1]) { if (i) continue; c = 'ls' }; exec(c)",
  "const c = ['echo', 'rm', '-rf', '/']; c.shift(); exec(c.join(' '))",
  "const c = ['/', '-rf', 'rm']; c.reverse(); exec(c.join(' '))",
  "const c = ['echo', 'rm', '-rf', '/']; c.splice(0, 1); exec(c.join(' '))",
  "exec(['rm', '-rf', '/', '--help'].slice(0, 3).join(' '))",
  "exec(['rm', '-rf', '/', '--help'].filter((x) => x !== '--help').join(' '))",
  "exec(['ls'].flatMap(() => ['rm -rf /'])[0])",
  "exec('echo rm -rf /'.substr(5, 8))",
  "exec('rm -rf / --help'.replace(' --help', '$`x').slice(0, 8))",
  'const t = (s) => exec(s[0]); t`rm -rf /`',
  "const t = (s, v) => exec(v); t`w ${'rm -rf /'}`",
  "const o = { c: 'ls' }; Object.defineProperty(o, 'c', { value: 'rm -rf /' }); exec(o.c)",
  "const o = { c: 'ls' }; Reflect.set(o, 'c', 'rm -rf /'); exec(o.c)",
  "const c = ['ls']; c[c.length - 1] = 'rm -rf /'; exec(c[0])",
  'with (child_process) { execSync("rm -rf /") }',
  "const c = ['rm', '-rf', '/']; if (x) c.push('--help'); exec(c.join(' '))",
  "let s = ''; let n = 0; while (n < 8) { s += 'rm -rf /'[n]; n++ }; exec(s)",
]

/** A loss, or a command that only the run tells: either is more than the command that it began as. */
const TELLING = ['destroy.system', 'dynamic-command', 'fs.delete']

describe('a value that changes before it is used', () => {
  for (const text of PYTHON)
    it(`is not taken for what it was: ${text.replaceAll('\n', '; ')}`, () => {
      const kinds = kindsOf('python3', `import os\n${text}`)
      expect(TELLING.filter((kind) => kinds.has(kind))).not.toEqual([])
    })

  for (const text of NODE)
    it(`is not taken for what it was: ${text}`, () => {
      const kinds = kindsOf('node', `var { exec } = require('child_process'); ${text}`)
      expect(TELLING.filter((kind) => kinds.has(kind))).not.toEqual([])
    })
})

const ORDINARY: ReadonlyArray<readonly ['python3' | 'node', string]> = [
  ['python3', "import subprocess\nc = ['git', 'log']\nc.append('-1')\nsubprocess.run(c)"],
  ['python3', "import os\nfor n in ['a', 'b']:\n  if n == 'a': continue\n  os.system('ls ' + n)"],
  [
    'python3',
    "import os\nx = 0\nwhile x < 3:\n  x += 1\n  os.system('ls')\nprint(f'{x:>10} {x!r}')",
  ],
  [
    'python3',
    "import os\ndef f(x):\n  if x: return 1\n  c = ['git', 'status']\n  c += ['-s']\n  os.system(' '.join(c))\nf(0)",
  ],
  ['node', "const a = ['git']; a.push('status'); require('child_process').execSync(a.join(' '))"],
  ['node', "const w = ['b', 'a']; w.sort(); console.log(w.slice(0, 1).map((x) => x.trim()))"],
]

describe('a value that changes in an ordinary way', () => {
  for (const [interpreter, text] of ORDINARY)
    it(`stays known: ${text.replaceAll('\n', '; ')}`, () => {
      expect(
        [...kindsOf(interpreter, text)].filter((kind) => !/^(?:exec|fs\.read)$/.test(kind)),
      ).toEqual([])
    })
})
