import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics'
import type { Metrics } from '../ports.ts'

/**
 * Metrics as lines of the log, in CloudWatch's embedded format, through Powertools. The namespace is that of the deployment
 * (`signaux-faibles-prod`), taken from the name that Lambda gives to the function; the one dimension, `service`, is the function.
 * Outside Lambda nothing is written.
 */
export const createMetrics = (fn: string, lambdaName = process.env.AWS_LAMBDA_FUNCTION_NAME): Metrics => {
  if (lambdaName === undefined) return silentMetrics
  const metrics = new Powertools({ serviceName: fn, namespace: lambdaName.endsWith(`-${fn}`) ? lambdaName.slice(0, -fn.length - 1) : lambdaName })
  return {
    count: (name, value) => void metrics.addMetric(name, MetricUnit.Count, value),
    milliseconds: (name, value) => void metrics.addMetric(name, MetricUnit.Milliseconds, Math.round(value)),
    flush: () => {
      // Powertools warns when there is nothing to write: an empty shard is no news
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
    },
  }
}

/** Metrics that go nowhere. */
export const silentMetrics: Metrics = { count: () => {}, milliseconds: () => {}, flush: () => {} }
