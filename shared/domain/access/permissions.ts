import type { Groupe } from '../publication/rows.ts'

/** Groups of data, each opened by the role of the same name. */
export const GROUPES: readonly Groupe[] = ['score', 'urssaf', 'dgefp', 'bdf', 'pge']

/** What the rule looks at. `alerted`: an établissement of the entreprise was in alert in a published list; `followed`: the agent follows one. */
export type Situation = {
  deps: readonly string[]
  departement: string | null
  alerted: boolean
  followed: boolean
}

/** `ouvert`: the agent may read the groups of which he has the role. */
export type Permissions = {
  visible: boolean
  inZone: boolean
  ouvert: boolean
} & Readonly<Record<Groupe, boolean>>

/**
 * The rule of access (datapi §2.1), at the level of the entreprise: in the zone and in alert once, or followed. The same rule is in SQL,
 * close to the rows (`shared/adapters/postgres/summaries.ts`); the two are tested against each other and against the recorded table.
 */
export const permissionsOf = (agent: { roles: readonly string[]; zone: readonly string[] }, situation: Situation): Permissions => {
  const visible = situation.deps.some((code) => agent.zone.includes(code))
  const inZone = situation.departement !== null && agent.zone.includes(situation.departement)
  const ouvert = (visible && situation.alerted) || situation.followed
  const may = (groupe: Groupe): boolean => ouvert && agent.roles.includes(groupe)
  return {
    visible,
    inZone,
    ouvert,
    score: may('score'),
    urssaf: may('urssaf'),
    dgefp: may('dgefp'),
    bdf: may('bdf'),
    pge: may('pge'),
  }
}

/** The groups that these permissions open: the badges of the sheets that may be read. */
export const badgesOf = (permissions: Permissions): Groupe[] => GROUPES.filter((groupe) => permissions[groupe])
