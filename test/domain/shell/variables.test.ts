import { describe, expect, it } from 'vitest'
import { setsLoader } from '../../../src/domain/shell/variables.ts'

describe('variables that make programs run other code', () => {
  it('say where packages come from and which programs a build starts', () => {
    for (const assignment of [
      'PIP_INDEX_URL=https://h.example',
      'npm_config_registry=https://h.example',
      'NPM_CONFIG_SCRIPT_SHELL=./x',
      'UV_INDEX_URL=https://h.example',
      'GOPROXY=https://h.example',
      'CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=./x',
      'CARGO_BUILD_RUSTC_WRAPPER=./x',
      'GOFLAGS=-toolexec=./x',
      'RUSTFLAGS=-C linker=./x',
      'MAVEN_OPTS=-javaagent:x.jar',
      'PYTEST_ADDOPTS=-p x',
      'LD_PRELOAD=./x.so',
      'PATH=.:/usr/bin',
    ])
      expect(setsLoader(assignment), assignment).toBe(true)
  })

  it('pass where they only tune', () => {
    for (const assignment of [
      'GOFLAGS=-mod=mod',
      'GOPROXY=direct',
      'RUSTFLAGS=-D warnings',
      'RUSTFLAGS=-C target-cpu=native',
      'MAVEN_OPTS=-Xmx2g',
      'PYTEST_ADDOPTS=-q --color=yes',
      'npm_config_loglevel=error',
      'CARGO_TERM_COLOR=always',
      'NODE_ENV=test',
      'CI=1',
      'PATH=/usr/bin:/bin',
    ])
      expect(setsLoader(assignment), assignment).toBe(false)
  })
})
