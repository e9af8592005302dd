import { datapiConfig } from '../functions/datapi/config.ts'
import { depotsConfig } from '../functions/depots/config.ts'
import { detectConfig } from '../functions/detect/config.ts'
import { importConfig } from '../functions/import/config.ts'
import { maintenanceConfig } from '../functions/maintenance/config.ts'
import { publishConfig } from '../functions/publish/config.ts'
import { refineConfig } from '../functions/refine/config.ts'
import { settleConfig } from '../functions/settle/config.ts'
import { sweepConfig } from '../functions/sweep/config.ts'
import { uploadConfig } from '../functions/upload/config.ts'
import { AppError } from '../shared/domain/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>
type ReadConfig = (environment?: Environment) => object

/** The module `config.ts` of each function. A function that is not here fails the test of the template. */
const CONFIGS: Readonly<Record<string, ReadConfig>> = {
  upload: uploadConfig,
  settle: settleConfig,
  depots: depotsConfig,
  import: importConfig,
  refine: refineConfig,
  detect: detectConfig,
  publish: publishConfig,
  datapi: datapiConfig,
  sweep: sweepConfig,
  maintenance: maintenanceConfig,
}

/** A variable that a function reads. `default` is undefined for one that is required, and empty for one that may be absent. */
export type Variable = { name: string; required: boolean; default: string | undefined }

/** What each function reads of the environment, found by asking its configuration: nothing else has to be kept up to date. */
export const variablesOf = (fn: string): Variable[] => {
  const read = CONFIGS[fn]
  if (read === undefined) throw new Error(`the function ${fn} is not in scripts/environment.ts`)
  const names = namesReadBy(read)
  const required = new Set(requiredBy(read))
  const values = read(Object.fromEntries([...required].map((name) => [name, PLACEHOLDER]))) as Record<string, unknown>
  return names.map((name) => ({ name, required: required.has(name), default: required.has(name) ? undefined : textOf(values[name]) }))
}

export const functionNames = (): string[] => Object.keys(CONFIGS)

/** Accepted wherever a variable has no default: they are texts and addresses. */
const PLACEHOLDER = 'https://example.org'

const namesReadBy = (read: ReadConfig): string[] => {
  const names = new Set<string>()
  const spy: Environment = new Proxy(
    {},
    {
      get: (_, name) => {
        names.add(String(name))
        return undefined
      },
    },
  )
  attempt(read, spy)
  return [...names]
}

const requiredBy = (read: ReadConfig): string[] => {
  const error = attempt(read, {})
  const faults = error?.details.faults
  return Array.isArray(faults) ? faults.map((fault) => String(fault).split(':')[0] ?? '') : []
}

const attempt = (read: ReadConfig, environment: Environment): AppError | undefined => {
  try {
    read(environment)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

const textOf = (value: unknown): string => (value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value))
