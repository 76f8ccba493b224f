import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIdleSetting, settingRuns } from '../../../src/domain/shell/gitSettings.ts'
import { setsLoader } from '../../../src/domain/shell/variables.ts'

describe('settings of git', () => {
  it('tells how git runs the value of a setting', () => {
    expect(settingRuns('core.pager')).toBe('pager')
    expect(settingRuns('pager.log')).toBe('pager')
    expect(settingRuns('core.sshCommand')).toBe('command')
    expect(settingRuns('diff.pdf.textconv')).toBe('command')
    expect(settingRuns('filter.x.smudge')).toBe('command')
    expect(settingRuns('credential.https://h.example.helper')).toBe('helper')
    expect(settingRuns('alias.x')).toBe('alias')
    expect(settingRuns('core.hooksPath')).toBe('elsewhere')
    expect(settingRuns('url.ext::x.insteadOf')).toBe('elsewhere')
    expect(settingRuns('includeIf.gitdir:/x.path')).toBe('elsewhere')
  })

  it('lets settings pass that start nothing', () => {
    for (const key of ['user.name', 'color.ui', 'core.autocrlf', 'push.default', 'http.sslVerify'])
      expect(settingRuns(key), key).toBeUndefined()
  })

  it('takes a key for the same in any case, as git does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('core.pager', 'core.sshCommand', 'credential.helper', 'core.hooksPath'),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        (key, upper) => {
          const other = [...key].map((c, at) => (upper[at] === true ? c.toUpperCase() : c)).join('')
          expect(settingRuns(other)).toBe(settingRuns(key))
        },
      ),
    )
  })

  it('takes no value for idle that could start a program of somebody else', () => {
    for (const text of ['sh', 'less; rm a', 'cat a | sh', './less', '/tmp/ssh', 'ssh x', '$PAGER'])
      expect(isIdleSetting(text), text).toBe(false)
    for (const option of ['ProxyCommand', 'LocalCommand', 'PermitLocalCommand', 'Include', 'Match'])
      expect(isIdleSetting(`ssh -o ${option}=x`), option).toBe(false)
    expect(isIdleSetting('ssh -F ./config')).toBe(false)
    for (const text of ['', 'cat', 'less -FRX', 'vim', 'ssh -i ~/.ssh/k', 'ssh -p 22 -o Port=22'])
      expect(isIdleSetting(text), text).toBe(true)
  })

  it('never takes a value with characters of the shell for idle', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('less', 'vim', 'cat', 'ssh -i k'),
        fc.constantFrom(';', '|', '&', '`', '$(', '\n', '>', '<'),
        fc.string({ maxLength: 12 }),
        (idle, meta, rest) => !isIdleSetting(idle + meta + rest),
      ),
    )
  })

  it('knows settings that come by the environment', () => {
    expect(setsLoader('GIT_CONFIG_KEY_0=core.pager')).toBe(true)
    expect(setsLoader('GIT_CONFIG_KEY_0=user.name')).toBe(false)
    expect(setsLoader('GIT_CONFIG_PARAMETERS=x')).toBe(true)
    expect(setsLoader('GIT_SSH_COMMAND=ssh -o ProxyCommand=x')).toBe(true)
    expect(setsLoader('GIT_EDITOR=true')).toBe(false)
  })
})
