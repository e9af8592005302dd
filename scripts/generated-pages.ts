import { datapiApp } from '../functions/datapi/app.ts'
import { silentLog } from '../shared/adapters/log.ts'
import { CODES, CONSEQUENCES, type Kind } from '../shared/domain/errors.ts'
import { variablesMarkdown } from '../shared/domain/variables/documentation.ts'
import { SWITCHES } from '../tests/simulation/sabotage.ts'
import type { Schedule } from '../tests/simulation/switches/switch.ts'
import { functionNames, variablesOf } from './environment.ts'
import { MEANINGS } from './environment-meanings.ts'

/** The pages of `docs/` that follow from the code, by their path: what `npm run docs` writes and what the tests compare. */
export const generatedPages = async (): Promise<Record<string, string>> => ({
  'docs/variables.md': variablesMarkdown(),
  'docs/errors.md': errorsMarkdown(),
  'docs/env.md': environmentMarkdown(),
  'docs/simulation-switches.md': switchesMarkdown(),
  'docs/openapi.json': await openApiJson(),
})

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))].map((row) => `| ${row.join(' | ')} |`).join('\n')

const KINDS: Readonly<Record<Kind, string>> = {
  invalid: 'what was given cannot be accepted, now or later',
  unauthenticated: 'the caller is not known',
  denied: 'the caller is known and may not',
  missing: 'what is named does not exist, or not for this caller',
  conflict: 'somebody else was faster, or still works on it',
  unavailable: 'a service that is needed does not answer, or time is up',
  bug: 'a fault of ours, or of the configuration: nothing of it is shown',
}

const errorsMarkdown = (): string => {
  const kinds = Object.entries(CONSEQUENCES).map(([kind, { status, retry, level, exit }]) => [
    `\`${kind}\``,
    KINDS[kind as Kind],
    String(status),
    retry ? 'delivered again, then dead letters' : 'reason recorded, acknowledged',
    level,
    String(exit),
  ])
  const codes = Object.entries(CODES).map(([code, entry]) => [
    `\`${code}\``,
    `\`${entry.kind}\``,
    String('status' in entry ? entry.status : CONSEQUENCES[entry.kind].status),
    entry.title,
  ])
  return `# Errors

Generated from \`shared/domain/errors.ts\`: do not edit, run \`npm run docs\`.

There is one class of errors, \`AppError\`, and one closed list of codes. The kind of a code decides everything else: the HTTP answer
(\`application/problem+json\`), whether a queue delivers the message again, the level of the log, the exit code of \`sf\`. Whatever is thrown and
is no \`AppError\` is a bug: its answer holds the id of the request and nothing else, which finds the error in the log.

A rejected record of a file is not an error: it is counted and reported (\`sf depots show\`, \`Journal\`).

## Kinds

${table(['kind', 'meaning', 'HTTP', 'in a queue', 'log', 'exit code'], kinds)}

## Codes

${table(['code', 'kind', 'HTTP', 'title shown'], codes)}
`
}

type Row = { functions: string[]; required: boolean; default: string }

const environmentMarkdown = (): string => {
  const rows = new Map<string, Row>()
  for (const fn of functionNames()) {
    for (const variable of variablesOf(fn)) {
      const row = rows.get(variable.name) ?? { functions: [], required: false, default: variable.default ?? '' }
      rows.set(variable.name, { ...row, functions: [...row.functions, fn], required: row.required || variable.required })
    }
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => [
      `\`${name}\``,
      MEANINGS[name] ?? '',
      row.required ? 'required' : row.default === '' ? 'none' : `\`${row.default}\``,
      row.functions.join(', '),
    ])
  return `# Variables of the environment

Generated from the \`config.ts\` of each function: do not edit, run \`npm run docs\`.

A function reads its variables once, when it loads; a missing or wrong one stops it with one line that names them all. An empty variable
counts as missing. Lists are separated by commas. Where the values come from in production: [operations](operations.md#configuration); the
local run gives its own.

${table(['variable', 'meaning', 'default', 'functions'], lines)}
`
}

const scheduleText = (schedule: Schedule): string => {
  if ('seed' in schedule) return `seed ${schedule.seed}`
  return 'directed' in schedule ? schedule.directed : `${schedule.fault.kind} in « ${schedule.scenario} »`
}

const switchesMarkdown = (): string => `# Switches of the simulation

Generated from \`tests/simulation/switches\`: do not edit, run \`npm run docs\`.

One switch per rule of the spine: with the rule turned off, the schedule fails. What a switch is, and how to run one: [simulation](simulation.md#switches).

${table(
  ['switch', 'rule', 'schedule that fails without it'],
  SWITCHES.map(({ name, rule, fails }) => [`\`${name}\``, rule, scheduleText(fails)]),
)}
`

const unused = (): never => {
  throw new Error('the document needs no service')
}

const openApiJson = async (): Promise<string> => {
  const app = datapiApp({
    pool: unused,
    verify: unused,
    clock: unused,
    log: silentLog,
    settings: { pageLength: 20, rolesClient: '', origins: [], redressementsYear: 2020, version: '0.1.0' },
  })
  const answer = await app.request('/api/openapi.json')
  return `${JSON.stringify(await answer.json(), null, 2)}\n`
}
