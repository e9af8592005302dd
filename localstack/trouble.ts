import * as z from 'zod'

/** How long the same trouble is not told again. */
const QUIET_MS = 30_000

const LogLine = z.looseObject({ level: z.string(), message: z.string(), error: z.looseObject({ message: z.string().optional() }).optional() })

/**
 * From the lines of the functions, those that somebody should see without asking, short and once: the same fault of two
 * hundred messages is one line.
 */
export const troubleFilter = (now: () => number = Date.now) => {
  const told = new Map<string, number>()
  return (line: string): string | undefined => {
    const short = shortOf(line)
    if (short === undefined) return undefined
    const last = told.get(short)
    if (last !== undefined && now() - last < QUIET_MS) return undefined
    told.set(short, now())
    return short
  }
}

const shortOf = (line: string): string | undefined => {
  const at = line.indexOf(': {')
  if (at === -1) return /: error: |uncaught|the process ended/.test(line) ? line : undefined
  try {
    const { level, message, error } = LogLine.parse(JSON.parse(line.slice(at + 2)))
    if (level !== 'ERROR' && level !== 'CRITICAL') return undefined
    return `${line.slice(0, at)}: ${message}${error?.message === undefined ? '' : `: ${error.message}`}`
  } catch {
    return undefined
  }
}
