import { defineConfig } from 'vitest/config'

/** In CI a test on real services is given a second chance: the machine may be busy, and a rule that is broken fails twice. */
const retry = process.env.CI === 'true' ? 1 : 0

/** Tests run as the code does, read by Node itself: hot loops take two thirds of the time that they take through the runner of Vite. */
const experimental = { viteModuleRunner: false, nodeLoader: false }

/** Levels of test: unit (pure, no service), integration (embedded services), e2e (the whole stack through HTTP and a browser). */
export default defineConfig({
  test: {
    experimental,
    projects: [
      {
        test: {
          name: 'unit',
          experimental,
          include: ['{functions,shared,cli,localstack,tests,scripts,bench}/**/*.test.ts', 'web/src/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', 'tests/e2e/**', '**/node_modules/**'],
          testTimeout: 60_000,
          maxWorkers: 2,
          // Files share what they import, which most of them do not change; one that needs a world of its own starts a process.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          experimental,
          retry,
          include: ['{functions,shared,cli,localstack,tests,scripts}/**/*.int.test.ts'],
          exclude: ['tests/e2e/**', '**/node_modules/**'],
          globalSetup: 'tests/support/postgres-server.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          experimental,
          retry,
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // A stack keeps two cores busy by itself; two of them work for each other's delays.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
