import { afterEach, describe, expect, test, vi } from 'vitest'
import { createMetrics } from './metrics.ts'

const linesOf = (work: () => void): Record<string, unknown>[] => {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
  work()
  vi.restoreAllMocks()
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('metrics in the embedded format', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('are one line per flush, in the namespace of the deployment, with the function as the only dimension', () => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
    const [line, ...more] = linesOf(() => {
      const metrics = createMetrics('refine', 'signaux-faibles-prod-refine')
      metrics.count('SirensDone', 50)
      metrics.milliseconds('PageTime', 12.4)
      metrics.flush()
      metrics.flush()
    })
    expect(more).toEqual([])
    expect(line).toMatchObject({ service: 'refine', SirensDone: 50, PageTime: 12 })
    expect(line).toHaveProperty('_aws.CloudWatchMetrics', [
      {
        Namespace: 'signaux-faibles-prod',
        Dimensions: [['service']],
        Metrics: [
          { Name: 'SirensDone', Unit: 'Count' },
          { Name: 'PageTime', Unit: 'Milliseconds' },
        ],
      },
    ])
  })

  test('are silent outside Lambda', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', undefined)
    const lines = linesOf(() => {
      const metrics = createMetrics('refine')
      metrics.count('SirensDone', 1)
      metrics.flush()
    })
    expect(lines).toEqual([])
  })
})
