// Ends a test run with one plain line of counts, for whoever reads the log and not the screen.
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      // A file that does not load has no tests to fail: it counts itself.
      if (module.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) counts[test.result().state] += 1
    }
    const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed + counts.pending} failed${skipped}\n`,
    )
  }
}
