import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { completionScript, wordsOf } from '../../../src/commands/render/completion.ts'

const flag = (name: string, type: string, options?: ReadonlyArray<string>) => ({
  [name]: { name, type, ...(options === undefined ? {} : { options }) },
})

const WORDS = wordsOf(
  [
    { id: 'completion', flags: {}, args: { shell: { options: ['bash', 'zsh', 'fish'] } } },
    {
      id: 'hook:mode',
      flags: flag('yes', 'boolean'),
      args: { mode: { options: ['profile', 'enforce'] } },
    },
    { id: 'hook:install', flags: flag('scope', 'option', ['user', 'project']), args: {} },
    { id: 'hook:witness:verify', flags: flag('against', 'option'), args: {} },
    { id: 'hook:secret', flags: {}, args: {}, hidden: true },
    { id: 'hook:explain', flags: flag('template', 'option'), args: {} },
    { id: 'hook:policy:apply', flags: {}, args: { name: {} } },
  ],
  ['default', 'web-dev'],
)

/** What bash would offer for a line; the last word is the one being typed. */
const offered = (...line: ReadonlyArray<string>): ReadonlyArray<string> => {
  const script = `${completionScript('bash', WORDS)}
COMP_WORDS=(isonapse "$@"); COMP_CWORD=$#; _isonapse; printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8', cwd: '/' })
  return out.split('\n').filter((word) => word !== '')
}

describe('completion', () => {
  it('offers commands, then what belongs to them', () => {
    expect(offered('')).toEqual(['completion', 'hook'])
    expect(offered('hook', '')).toEqual(['explain', 'install', 'mode', 'policy', 'witness'])
    expect(offered('hook', 'm')).toEqual(['mode'])
    expect(offered('hook', 'mode', '')).toEqual(['--help', '--yes', 'enforce', 'profile'])
    expect(offered('hook', 'witness', '')).toEqual(['verify'])
  })

  it('offers the values of a flag, or files', () => {
    expect(offered('hook', 'install', '--scope', '')).toEqual(['user', 'project'])
    expect(offered('hook', 'witness', 'verify', '--against', '/et')).toContain('/etc')
  })

  it('offers the names of templates where one is taken, the second as the first', () => {
    expect(offered('hook', 'policy', 'apply', 'w')).toEqual(['web-dev'])
    expect(offered('hook', 'policy', 'apply', 'web-dev', 'd')).toEqual(['default'])
    expect(offered('hook', 'explain', '--template', '')).toEqual(['default', 'web-dev'])
  })

  it('does not offer what is hidden', () => {
    expect(offered('hook', 's')).not.toContain('secret')
  })

  it('is made for every shell from the same words', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const)
      for (const word of ['witness', 'enforce', 'scope', 'project'])
        expect(completionScript(shell, WORDS), `${shell} ${word}`).toContain(word)
  })
})
