import { writeFile } from 'node:fs/promises'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import type { LevelReport } from './level-report.ts'

/** Tells `npm test` what a level gave, faults outside of any test included, in the file that `LEVEL_REPORT` names. */
export default class LevelReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Promise<void> {
    const file = process.env.LEVEL_REPORT
    if (file === undefined) throw new Error('LEVEL_REPORT names no file')
    await writeFile(file, JSON.stringify(reportOf(modules, unhandled)))
  }
}

const reportOf = (modules: readonly TestModule[], unhandled: readonly SerializedError[]): LevelReport => {
  const report: LevelReport = { passed: 0, failed: 0, skipped: 0, failures: [] }
  const fail = (name: string, error: SerializedError | undefined) => {
    report.failed += 1
    report.failures.push(`${name}: ${error?.message.split('\n')[0] ?? 'no message'}`)
  }
  for (const module of modules) {
    for (const error of module.errors()) fail(module.relativeModuleId, error)
    for (const suite of module.children.allSuites()) for (const error of suite.errors()) fail(`${module.relativeModuleId} > ${suite.fullName}`, error)
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result()
      if (state === 'failed') fail(`${module.relativeModuleId} > ${test.fullName}`, errors[0])
      else if (state === 'passed') report.passed += 1
      else report.skipped += 1
    }
  }
  for (const error of unhandled) fail('outside of any test', error)
  return report
}
