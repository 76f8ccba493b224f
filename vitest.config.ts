import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/slow/**'],
    reporters: ['default', './test/support/closingLine.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
