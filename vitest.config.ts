import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * What changes the process that it runs in (its clock, environment, folder), or measures it: each file
 * in a worker of its own. All others share workers and what those have loaded, which was a third of the
 * time: they may not leave anything behind.
 */
const APART = [
  'test/domain/receipt/machines.test.ts',
  'test/infra/client/clientProgram.test.ts',
  'test/infra/control/replaySession.test.ts',
  'test/infra/files/secureDirs.test.ts',
  'test/infra/gaps/watch.test.ts',
  'test/infra/guard/run.test.ts',
  'test/infra/receipts/sources.test.ts',
  'test/infra/server/{abuse,anchor}.test.ts',
  'test/infra/store/checkpointTimer.test.ts',
  'test/infra/transport/programs.test.ts',
  'test/model/**/*.test.ts',
]

const NEVER = ['test/e2e/**', 'test/slow/**']

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closingLine.ts'],
    // Left to itself it keeps one core free, which is half of a machine with two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // For what hangs. What is slow on a busy machine is not wrong: no test is about this.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...NEVER, ...APART],
          isolate: false,
          setupFiles: ['test/support/asFound.ts'],
        },
      },
      { extends: true, test: { name: 'apart', include: APART, exclude: NEVER } },
    ],
  },
})
