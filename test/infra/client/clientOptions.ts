// Options of a hook client for tests that need its text and never run it.
import type { HookClientOptions } from '../../../src/infra/transport/hookClient.ts'

export const clientOptions = (socket: string, marker: string): HookClientOptions => ({
  programs: { env: '/usr/bin/env', sh: '/bin/sh', cat: '/bin/cat', sleep: '/bin/sleep' },
  exchange: { kind: 'nc-openbsd', path: '/usr/bin/nc' },
  socket,
  marker,
  start: ['/opt/node', '/opt/daemon.js'],
  startEnvironment: { HOME: '/home/ada' },
  deadlineSeconds: 8,
  startSeconds: 10,
})
