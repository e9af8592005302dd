import { describe, expect, test } from 'vitest'
import { functionNames } from '../../scripts/environment.ts'
import { MONGO_POOL } from '../../shared/adapters/mongo/connect.ts'
import { connectPostgres } from '../../shared/adapters/postgres/connect.ts'
import { lambda, logicalOf, mappings } from './deployed.ts'
import { referenceOf } from './packaged.ts'

export const describeConnections = (): void => {
  describe('connections to the databases', () => {
    /** Servers are chosen for these (docs/operations.md); the rest is for operators and migrations. */
    const POSTGRES_CONNECTIONS = 180
    const MONGODB_CONNECTIONS = 450

    const concurrencyOf = (name: string): number => {
      const mapping = mappings().find(({ FunctionName }) => referenceOf(FunctionName) === `${logicalOf(name)}LambdaFunction`)
      const cap = mapping?.ScalingConfig.MaximumConcurrency ?? lambda(name).ReservedConcurrentExecutions
      if (cap === undefined) throw new Error(`nothing bounds the function ${name}`)
      return cap
    }
    const readersOf = (variable: string): string[] => functionNames().filter((name) => variable in lambda(name).Environment.Variables)

    test('PostgreSQL: what the functions may open fits', async () => {
      const pool = connectPostgres('postgres://localhost/none')
      const usual = pool.options.max ?? 10
      await pool.end()
      const sizeOf = (name: string): number => Number(lambda(name).Environment.Variables['POSTGRES_POOL'] ?? usual)
      const total = readersOf('POSTGRES_URL').reduce((sum, name) => sum + concurrencyOf(name) * sizeOf(name), 0)
      expect(total).toBeGreaterThan(0)
      expect(total).toBeLessThanOrEqual(POSTGRES_CONNECTIONS)
    })

    test('MongoDB: what the functions may open fits', () => {
      const total = readersOf('MONGODB_URI').reduce((sum, name) => sum + concurrencyOf(name) * MONGO_POOL, 0)
      expect(total).toBeGreaterThan(0)
      expect(total).toBeLessThanOrEqual(MONGODB_CONNECTIONS)
    })
  })
}
