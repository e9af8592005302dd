import type { PageWork } from '../domain/spine/worker.ts'
import type { Metrics } from '../ports.ts'

/** Handler whose metrics are written when it ends, well or not: afterwards the process is frozen. */
export const flushing =
  <Arguments extends unknown[], Result>(metrics: Metrics, handler: (...args: Arguments) => Promise<Result>) =>
  async (...args: Arguments): Promise<Result> => {
    try {
      return await handler(...args)
    } finally {
      metrics.flush()
    }
  }

/** Work on a page of SIRENs: what became of them, and the time that the page took. `SirensDone` counts work, those that an import touched meanwhile included. */
export const measuredPage =
  (metrics: Metrics, work: PageWork): PageWork =>
  async (page, batch) => {
    const started = performance.now()
    const outcomes = await work(page, batch)
    metrics.milliseconds('PageTime', performance.now() - started)
    const values = [...outcomes.values()]
    metrics.count('SirensDone', values.filter((outcome) => outcome === 'done').length)
    metrics.count('SirensAgain', values.filter((outcome) => outcome === 'again').length)
    metrics.count('SirenErrors', values.filter((outcome) => typeof outcome === 'object').length)
    return outcomes
  }

/** Handler of HTTP: requests by what was answered, and the time of each. */
export const measuredHttp =
  <Arguments extends unknown[], Answer extends { statusCode: number }>(metrics: Metrics, handler: (...args: Arguments) => Promise<Answer>) =>
  async (...args: Arguments): Promise<Answer> => {
    const started = performance.now()
    const answer = await handler(...args)
    metrics.milliseconds('RequestTime', performance.now() - started)
    metrics.count(classOf(answer.statusCode), 1)
    return answer
  }

const classOf = (status: number): string => {
  if (status === 401) return 'RequestsUnauthenticated'
  if (status === 403) return 'RequestsDenied'
  if (status >= 500) return 'RequestsFailed'
  return status >= 400 ? 'RequestsRefused' : 'RequestsAnswered'
}
