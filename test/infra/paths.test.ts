import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { type PathsInput, pathsUnder, resolvePaths } from '../../src/infra/paths.ts'

const input = (over: Partial<PathsInput> = {}): PathsInput => ({
  env: {},
  platform: 'linux',
  homedir: '/home/ada',
  uid: 1000,
  isPrivateDir: () => false,
  ...over,
})
const resolved = (over: Partial<PathsInput> = {}) => Result.getOrThrow(resolvePaths(input(over)))
const refused = (over: Partial<PathsInput>) => {
  const result = resolvePaths(input(over))
  return Result.isFailure(result) ? result.failure.message : undefined
}

describe('resolvePaths', () => {
  it('follows the XDG defaults on Linux', () => {
    expect(resolved()).toMatchObject({
      configFile: '/home/ada/.config/isonapse/config.toml',
      identityFile: '/home/ada/.config/isonapse/identity.json',
      witnessDir: '/home/ada/.local/share/isonapse/witness',
      keysDir: '/home/ada/.local/share/isonapse/keys',
      runDir: '/home/ada/.local/state/isonapse/run',
      hookSocket: '/home/ada/.local/state/isonapse/run/hook.sock',
    })
  })

  it('takes absolute XDG folders and ignores relative and empty ones, as the specification says', () => {
    const env = {
      XDG_CONFIG_HOME: '/c/./x',
      XDG_DATA_HOME: 'data',
      XDG_STATE_HOME: '',
      XDG_RUNTIME_DIR: 'run',
    }
    expect(resolved({ env })).toMatchObject({
      configDir: '/c/x/isonapse',
      dataDir: '/home/ada/.local/share/isonapse',
      runDir: '/home/ada/.local/state/isonapse/run',
    })
  })

  it('uses the runtime folder only when it is private', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' }
    expect(resolved({ env, isPrivateDir: (dir) => dir === '/run/user/1000' }).runDir).toBe(
      '/run/user/1000/isonapse',
    )
    expect(resolved({ env }).runDir).toBe('/home/ada/.local/state/isonapse/run')
  })

  it('finds the same sockets with and without the variable', () => {
    const isPrivateDir = (dir: string) => dir === '/run/user/1000'
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' }
    expect(resolved({ isPrivateDir })).toEqual(resolved({ env, isPrivateDir }))
  })

  it('never uses a shared temporary folder, on any platform', () => {
    const env = { TMPDIR: '/tmp', TEMP: '/tmp', TMP: '/tmp' }
    for (const platform of ['linux', 'darwin', 'freebsd'] as const)
      for (const path of Object.values(resolved({ platform, env })))
        expect(path).toMatch(/^\/home\/ada\//)
  })

  it('follows the macOS convention there and ignores XDG', () => {
    const paths = resolved({
      platform: 'darwin',
      homedir: '/Users/ada',
      env: { XDG_CONFIG_HOME: '/elsewhere' },
    })
    expect(paths.configDir).toBe('/Users/ada/Library/Application Support/isonapse/config')
    expect(paths.dataDir).toBe('/Users/ada/Library/Application Support/isonapse/data')
    expect(paths.hookSocket).toBe('/Users/ada/Library/Application Support/isonapse/run/hook.sock')
  })

  it('puts everything under ISONAPSE_HOME when it is set', () => {
    const paths = resolved({ env: { ISONAPSE_HOME: '/x/y/../z/', XDG_DATA_HOME: '/d' } })
    expect(paths).toEqual(pathsUnder('/x/z'))
    for (const path of Object.values(paths)) expect(path).toMatch(/^\/x\/z\/(config|data|run)/)
    expect(resolved({ env: { ISONAPSE_HOME: '' } })).toEqual(resolved())
  })

  it('refuses a home it could not be sure of', () => {
    expect(refused({ env: { ISONAPSE_HOME: 'x' } })).toContain('not an absolute path')
    expect(refused({ env: { ISONAPSE_HOME: '/x\ny' } })).toContain('control character')
    expect(refused({ env: { ISONAPSE_HOME: '/x\0y' } })).toContain('control character')
    expect(refused({ homedir: '' })).toContain('HOME')
    expect(refused({ platform: 'win32' })).toContain('Windows')
  })

  it('gives every path a place of its own', () => {
    const paths = Object.values(resolved())
    expect(new Set(paths).size).toBe(paths.length)
  })
})
