import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { Command } from 'commander'
import { planRanges } from '../../shared/csv/plan.ts'
import { readCsv } from '../../shared/csv/read-csv.ts'
import { isoInstant } from '../../shared/domain/canonical-json.ts'
import type { Tuple } from '../../shared/domain/entity.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Mapping } from '../../shared/domain/mapping.ts'
import { parseDay } from '../../shared/domain/month.ts'
import { type Months, parseMapping } from '../../shared/sources/admin-urssaf.ts'
import { isSourceName, sourceNames, sourceOf } from '../../shared/sources/index.ts'
import { needsOf, openParser, type RowOutcome } from '../../shared/sources/parser.ts'
import { encodingRemarks, toPlainCsv } from '../../shared/sources/plain.ts'
import { addOutcome, eventOf, fatalReport, newReport, type Report } from '../../shared/sources/report.ts'
import { type RawFile, readMapping, readPerimetre } from '../../shared/sources/rows-of-file.ts'
import type { Source } from '../../shared/sources/source.ts'
import { defaultSwitches, type Switches, withSwitch } from '../../shared/sources/switches.ts'

/**
 * `parse-file` (raw-formats §1.13): parses one file without any database. Tuples go to stdout as NDJSON, the report event to stderr. Exit status 0 even
 * when records are rejected, 1 when the file fails as a whole, 2 for bad arguments.
 */
export const parseFileCommand = (): Command =>
  commandWith((request) => parseFile(request, process.stdout, process.stderr)).exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : BAD_ARGUMENTS))

/** The same as a function, for tests: the exit status, or a `CommanderError` for bad arguments. */
export const parseFileWith = async (args: readonly string[], stdout: Writable, stderr: Writable): Promise<number> => {
  let status = 0
  const command = commandWith(async (request) => {
    status = await parseFile(request, stdout, stderr)
    return status
  })
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync([...args], { from: 'user' })
  return status
}

const commandWith = (run: (request: Request) => Promise<number>): Command => {
  /** Lists of values, the one that was written last on the command line at the end. */
  const lists = new Map<string, string[]>()
  const gather = (name: string) => (value: string) => {
    const list = [...(lists.get(name) ?? []), value]
    lists.delete(name)
    lists.set(name, list)
    return list
  }
  return new Command('parse-file')
    .description('parse one raw file: tuples to stdout, report event to stderr')
    .requiredOption('--type <type>', `type of the file: ${sourceNames.join(', ')}`)
    .option('--comptes <files...>', 'mapping files compte → SIRET, in the order in which they count', gather('comptes'))
    .option('--filter <files...>', 'filter files: the SIREN of the périmètre', gather('filter'))
    .option('--date-debut <date>', 'first month of the mapping’s tuples, AAAA-MM-JJ')
    .option('--date-fin <date>', 'end, exclusive, of the months, AAAA-MM-JJ')
    .option('--switch <settings...>', 'name=value, see raw-formats §3.2', gather('switch'))
    .option('--envelope', 'print key, scope, type and hash around each value')
    .argument('[file]', 'file to parse')
    .action(async (file: string | undefined, options: Options, command: Command) => {
      const request = requestOf(file ?? swallowed(lists), options)
      if (typeof request === 'string') command.error(`error: ${request}`, { exitCode: BAD_ARGUMENTS })
      else process.exitCode = await run(request)
    })
}

/** An option that takes several values swallows the file when it comes just before it: it is the last value of the last list that has several. */
const swallowed = (lists: ReadonlyMap<string, string[]>): string | undefined =>
  [...lists]
    .reverse()
    .find(([name, list]) => list.length > 1 && (name !== 'switch' || withSwitch(defaultSwitches, list.at(-1) ?? '') === undefined))?.[1]
    .pop()

const BAD_ARGUMENTS = 2

type Options = {
  type: string
  comptes?: string[]
  filter?: string[]
  dateDebut?: string
  dateFin?: string
  switch?: string[]
  envelope?: boolean
}

type Request = {
  source: Source
  file: string
  comptes: string[]
  filter: string[]
  months: Months | undefined
  switches: Switches
  envelope: boolean
}

/** A request, or what is wrong with the arguments. */
const requestOf = (file: string | undefined, options: Options): Request | string => {
  if (!isSourceName(options.type)) return `unknown type ${options.type}`
  if (file === undefined) return 'missing file'
  let switches: Switches = defaultSwitches
  for (const setting of options.switch ?? []) {
    const next = withSwitch(switches, setting)
    if (!next?.bypassFilter.every(isSourceName)) return `unknown switch ${setting}`
    switches = next
  }
  const debut = parseDay(options.dateDebut ?? '')
  const fin = parseDay(options.dateFin ?? '')
  const dated = options.dateDebut !== undefined || options.dateFin !== undefined
  if (dated && (debut === undefined || fin === undefined)) return '--date-debut and --date-fin go together, as AAAA-MM-JJ'
  if (debut !== undefined && debut.getUTCDate() !== 1) return '--date-debut must be the first of a month'
  const months = debut && fin && { debut, fin }
  return {
    source: sourceOf(options.type),
    file,
    comptes: options.comptes ?? [],
    filter: options.filter ?? [],
    months,
    switches,
    envelope: options.envelope === true,
  }
}

/** Writes the tuples and the event; the exit status. */
const parseFile = async (request: Request, stdout: Writable, stderr: Writable): Promise<number> => {
  const startDate = new Date()
  const output = lines(stdout)
  const warnings: string[] = []
  const report = await parse(request, output, warnings).catch((error: unknown) => {
    if (error instanceof AppError || isSystemError(error)) return fatalReport(error.message)
    throw error
  })
  await output.flush()
  const event = {
    date: isoInstant(new Date()),
    startDate: isoInstant(startDate),
    event: {
      ...eventOf(report, {
        batchKey: '',
        path: request.file.replace(PREFIX, ''),
      }),
      ...(warnings.length > 0 && { warnings }),
    },
    priority: 'info',
    parserCode: request.source.name,
    report_type: '',
  }
  stderr.write(`${JSON.stringify(event)}\n`)
  return report.fatal === undefined ? 0 : 1
}

const parse = async (request: Request, output: Lines, warnings: string[]): Promise<Report> => {
  const { source, switches } = request
  let perimetre: ReadonlySet<string> | null = null
  if (request.filter.length > 0) {
    const filtre = await readPerimetre(request.filter.map(fileAt))
    if (!filtre.ok) return fatalReport(filtre.fatal)
    perimetre = filtre.perimetre
  }
  const report = newReport()
  const take = (outcome: RowOutcome): Promise<void> | undefined => {
    addOutcome(report, outcome)
    for (const tuple of outcome.tuples) output.add(print(source, tuple, request.envelope))
    return output.drain()
  }

  const { name, open } = fileAt(request.file)
  const plain = await toPlainCsv(source, open, name)
  warnings.push(...encodingRemarks(plain.encoding))
  if (source.name === 'admin_urssaf') {
    const built = await readMapping([fileAt(request.file)], perimetre)
    if (!built.ok) return fatalReport(built.fatal)
    for (const outcome of parseMapping(built.mapping, { months: request.months })) {
      const wait = take(outcome)
      if (wait !== undefined) await wait
    }
    return report
  }
  // A file that fails as a whole gives nothing: its end may be what cannot be read. UTF-8 has been read whole already, to know that it is.
  if (source.malformed === 'file' || plain.encoding !== 'utf-8' || plain.container === 'xlsx') {
    const check = source.malformed === 'file'
    const { bad } = await planRanges((await toPlainCsv(source, open, name)).bytes, source.dialect, Number.POSITIVE_INFINITY, { check })
    if (bad !== undefined) return fatalReport(`record on line ${bad.line}: ${bad.why}`)
  }
  let parser: Exclude<ReturnType<typeof openParser>, { fatal: string }> | undefined
  for await (const batch of readCsv(plain.bytes, source.dialect)) {
    for (const row of batch) {
      if (parser !== undefined) {
        const wait = take(parser.parse(row))
        if (wait !== undefined) await wait
        continue
      }
      const header = row.cells ?? []
      const needed = needsOf(source, header).mapping && request.comptes.length > 0
      const built = needed ? await readMapping(request.comptes.map(fileAt), perimetre) : undefined
      if (built?.ok === false) return fatalReport(built.fatal)
      const mapping: Mapping | undefined = built?.mapping
      const opened = openParser(source, header, {
        switches,
        mapping,
        perimetre,
        hash: request.envelope,
      })
      if ('fatal' in opened) return fatalReport(row.cells === undefined ? `record on line ${row.line}: ${row.why}` : opened.fatal)
      warnings.push(...opened.warnings)
      parser = opened
    }
  }
  return parser === undefined ? fatalReport('EOF') : report
}

/** A reference may begin with `gzip:` (§1.1). */
const PREFIX = /^[a-z]+:/

const fileAt = (reference: string): RawFile => {
  const path = reference.replace(PREFIX, '')
  const gzip = reference.startsWith('gzip:') && !path.endsWith('.gz')
  return {
    name: gzip ? `${path}.gz` : path,
    open: () => bytesOf(path),
  }
}

/** Files are opened several times; a pipe, which gives its bytes once, is held in memory. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const kept = pipes.get(path)
  if (kept !== undefined) return yield await kept
  const kind = await stat(path)
  if (kind.isFIFO() || kind.isSocket() || kind.isCharacterDevice()) {
    const whole = readFile(path)
    pipes.set(path, whole)
    yield await whole
  } else yield* createReadStream(path)
}
const pipes = new Map<string, Promise<Buffer>>()

const print = (source: Source, { key, scope, type, hash, value }: Tuple, envelope: boolean): string => {
  const printed = source.printed?.(value) ?? value
  return JSON.stringify(envelope ? { key, scope, type, hash, value: printed } : printed, withoutMilliseconds)
}

/** Dates are `AAAA-MM-JJT00:00:00Z` (§1.11). `JSON.stringify` has made a text of a date before this sees it: the object still has the date. */
function withoutMilliseconds(this: Record<string, unknown>, field: string, value: unknown): unknown {
  const before = this[field]
  return before instanceof Date ? isoInstant(before) : value
}

type Lines = {
  add(line: string): void
  drain(): Promise<void> | undefined
  flush(): Promise<void>
}

/** Writes lines by packets, and waits when the reader is slow. */
const lines = (stream: Writable): Lines => {
  let packet = ''
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const text = packet
      packet = ''
      stream.write(text, (error) => (error ? reject(error) : resolve()))
    })
  return {
    add(line) {
      packet += `${line}\n`
    },
    drain: () => (packet.length > 1 << 16 ? flush() : undefined),
    flush,
  }
}

const isSystemError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
