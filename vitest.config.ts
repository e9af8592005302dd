import { defineConfig } from 'vitest/config'

/** In CI a test on real services is given a second chance: the machine may be busy, and a rule that is broken fails twice. */
const retry = process.env.CI === 'true' ? 1 : 0

/** Levels of test: unit (pure, no service), integration (embedded services), e2e (the whole stack through HTTP and a browser). */
export default defineConfig({
  test: {
    // two cores: files mostly wait for services and processes of their own
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{functions,shared,cli,localstack,tests,scripts,bench}/**/*.test.ts', 'web/src/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', 'tests/e2e/**', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          retry,
          include: ['{functions,shared,cli,localstack,tests,scripts}/**/*.int.test.ts'],
          exclude: ['tests/e2e/**', '**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
