import { monthKeyOf } from '../../shared/domain/batch-key.ts'
import { isEffective } from '../../shared/domain/spine/batches.ts'
import { DEFAULT_SETTINGS } from '../../shared/domain/spine/spine.ts'
import { entriesAt, finalState, type World } from '../spine/world.ts'
import { digest } from './digest.ts'
import { expectedState } from './oracle.ts'

/** Watches while the schedule runs, for what the final state cannot tell. */
export type Monitor = { faults: string[]; visible(): unknown; watch(): void; closed: Map<string, string> }

export const monitorOf = (world: World): Monitor => {
  const faults: string[] = []
  const closed = new Map<string, string>()
  const announced = new Set<string>()
  const batches = new Map<string, string>()
  const states = new Map<string, string>()
  const scoresOf = (list: string): string =>
    digest(
      [...world.data.scores.values()]
        .filter((score) => score.list === list)
        .map(({ siren, content, excluded }) => [siren, content, excluded])
        .sort(),
    )
  return {
    faults,
    closed,
    visible: () => finalState(world),
    watch() {
      for (const { siren, batch } of world.data.ledger.values()) {
        if (batch < (batches.get(siren) ?? '')) faults.push(`${siren} went back from ${batches.get(siren)} to ${batch}`)
        batches.set(siren, batch)
      }
      for (const list of world.data.lists.values()) {
        if (list.state === 'closed' && states.get(list.key) === 'published') closed.set(list.key, scoresOf(list.key))
        states.set(list.key, list.state)
      }
      for (const key of world.announced.keys()) {
        if (announced.has(key)) continue
        announced.add(key)
        const scored = new Set([...world.data.scores.values()].filter((score) => score.list === key).map(({ siren }) => siren))
        const missing = [...world.data.ledger.values()].filter(
          ({ siren, stage, batch }) => stage !== 'failed' && monthKeyOf(batch) >= key && !scored.has(siren),
        )
        const isCurrent = world.data.current !== undefined && monthKeyOf(world.data.current.batch) === key
        if (isCurrent && missing.length > 0 && scored.size === 0) faults.push(`list ${key} shows before any of its entreprises was scored`)
        if (isCurrent && !world.data.current?.opened) faults.push(`list ${key} shows before its batch is opened`)
      }
    },
  }
}

/** Everything in which the platform differs from what the files and the openings should give. */
export const failuresOf = (world: World, withdrawn: ReadonlySet<string>, confirmed: ReadonlySet<string>, monitor: Monitor): string[] => {
  const failures = [...new Set(monitor.faults)]
  const { data } = world
  const files = [...world.files.values()].map((file) => ({
    ...file,
    withdrawn: withdrawn.has(file.deposit),
    confirmed: confirmed.has(file.deposit) || file.confirmed === true,
  }))
  const current = data.current?.batch
  const expected = expectedState(files, current, DEFAULT_SETTINGS.guardShare, digest)
  const compare = (what: string, found: unknown, wanted: unknown): void => {
    if (digest(found) !== digest(wanted)) failures.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
  }

  const effective = [...data.batches.values()]
    .flatMap((batch) =>
      Object.keys(batch.verdicts)
        .filter((source) => isEffective(batch, source))
        .map((source) => `${batch.key} ${source}`),
    )
    .sort()
  compare('effective', effective, expected.effective)
  const keys = [...new Set([...data.raws.keys(), ...expected.states.keys()])].sort()
  for (const key of keys) {
    for (const batch of [...data.batches.keys()].sort())
      compare(`${key} at ${batch}`, entriesAt(data.raws.get(key)?.value, batch), expected.states.get(key)?.[batch] ?? {})
  }
  for (const { siren, stage, batch } of data.ledger.values())
    if (stage !== 'done' || batch !== (current ?? '')) failures.push(`${siren} rests at ${stage} of ${batch}`)
  for (const { key, owed } of data.batches.values()) if (Object.keys(owed).length > 0) failures.push(`${key} still owes ${Object.keys(owed)}`)
  if (current !== undefined) {
    const list = monthKeyOf(current)
    const scores = [...data.scores.values()].filter((score) => score.list === list && score.content !== undefined)
    compare('scores', scores.map(({ siren, key }) => [siren, key]).sort(), [...expected.scores].sort())
    const state = data.lists.get(list)
    if (state?.state !== 'published' || !world.announced.has(list)) failures.push(`list ${list} is ${state?.state}, announced: ${world.announced.has(list)}`)
    if (data.current?.opened !== true) failures.push(`${current} never opened`)
    for (const [siren, { content }] of world.published) {
      const shown = content as { entities: Record<string, unknown>; scores: { list: string; content: { score: string } }[] } | null
      if (expected.perimetre.has(siren) !== (shown !== null))
        failures.push(`${siren} shows ${shown !== null}, in the perimeter: ${expected.perimetre.has(siren)}`)
      if (shown === null) continue
      for (const [key, entries] of Object.entries(shown.entities)) compare(`published ${key}`, entries, expected.states.get(key)?.[current] ?? {})
      compare(`published score of ${siren}`, shown.scores.find((score) => score.list === list)?.content.score, expected.scores.get(siren))
    }
    for (const siren of expected.perimetre) if (!world.published.has(siren)) failures.push(`${siren} is not published`)
  }
  for (const [list, before] of monitor.closed) {
    const now = digest(
      [...data.scores.values()]
        .filter((score) => score.list === list)
        .map(({ siren, content, excluded }) => [siren, content, excluded])
        .sort(),
    )
    if (now !== before) failures.push(`the closed list ${list} changed`)
  }
  return failures
}
