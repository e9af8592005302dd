import { APART_VARIABLES } from './apart.ts'
import { APART_DEMANDES_VARIABLES } from './apart-demandes.ts'
import { BDF_VARIABLES } from './bdf.ts'
import { CCSF_VARIABLES } from './ccsf.ts'
import { CIBLE_VARIABLES } from './cible.ts'
import { COMPTE_VARIABLES } from './compte.ts'
import { COTISATION_VARIABLES } from './cotisation.ts'
import { DEFAILLANCE_VARIABLES } from './defaillance.ts'
import { DELAI_VARIABLES } from './delai.ts'
import { DETTE_VARIABLES } from './dette.ts'
import { DIANE_VARIABLES } from './diane.ts'
import type { VariableDocumentation } from './documentation-types.ts'
import { EFFECTIF_ENT_VARIABLES, EFFECTIF_VARIABLES } from './effectif.ts'
import { ENTREPRISE_VARIABLES } from './entreprise.ts'
import { EXCLUSION_VARIABLES } from './exclusion.ts'
import { NAF_VARIABLES } from './naf.ts'
import { PAYDEX_VARIABLES } from './paydex.ts'
import { PROCOL_VARIABLES } from './procol-siren.ts'
import { SIRENE_VARIABLES } from './sirene.ts'
import { SOMME_VARIABLES } from './sommes.ts'

const ROW: readonly VariableDocumentation[] = [
  { group: 'row', name: 'siret', type: 'string', unit: '-', present: 'always', null: '-', formula: 'key of the établissement' },
  { group: 'row', name: 'periode', type: 'date', unit: 'month', present: 'always', null: '-', formula: 'first day of the month, UTC midnight' },
]

/** Every variable of a row, family by family, in the order of the documentation. */
export const VARIABLES: readonly VariableDocumentation[] = [
  ...ROW,
  ...SIRENE_VARIABLES,
  ...NAF_VARIABLES,
  ...COMPTE_VARIABLES,
  ...EFFECTIF_VARIABLES,
  ...DETTE_VARIABLES,
  ...COTISATION_VARIABLES,
  ...DELAI_VARIABLES,
  ...DEFAILLANCE_VARIABLES,
  ...CCSF_VARIABLES,
  ...CIBLE_VARIABLES,
  ...APART_VARIABLES,
  ...ENTREPRISE_VARIABLES,
  ...EFFECTIF_ENT_VARIABLES,
  ...PAYDEX_VARIABLES,
  ...BDF_VARIABLES,
  ...DIANE_VARIABLES,
  ...SOMME_VARIABLES,
  ...PROCOL_VARIABLES,
  ...EXCLUSION_VARIABLES,
  ...APART_DEMANDES_VARIABLES,
]

/** The names of the columns of an export, in order; a family of lags gives one name per lag. */
export const variableNames = (options: { additions: boolean } = { additions: false }): string[] =>
  VARIABLES.filter(({ addition }) => options.additions || !addition).flatMap(({ name, lags }) =>
    lags === undefined ? [name] : lags.map((lag) => name.replace('N', String(lag))),
  )

/** `docs/variables.md`, as text. */
export const variablesMarkdown = (): string => {
  const groups = new Map<string, VariableDocumentation[]>()
  for (const variable of VARIABLES) groups.set(variable.group, [...(groups.get(variable.group) ?? []), variable])
  const sections = [...groups].map(([group, variables]) => [`## ${GROUP_TITLES[group] ?? group}`, '', HEADER, ...variables.map(line), ''].join('\n'))
  return [INTRODUCTION, ...sections].join('\n')
}

const HEADER = '| variable | type | unit | present when | null when | formula |\n|---|---|---|---|---|---|'

const line = ({ name, lags, type, unit, present, null: nullWhen, formula }: VariableDocumentation): string =>
  `| \`${name}\`${lags === undefined ? '' : ` (N = ${lags.join(', ')})`} | ${[type, unit, present, nullWhen, formula].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const GROUP_TITLES: Readonly<Record<string, string>> = {
  row: 'Row',
  sirene: 'Sirene, établissement',
  naf: 'Activity',
  compte: 'Compte URSSAF',
  repeatable: 'Sampling',
  effectifs: 'Headcounts',
  cotisationsdettes: 'Contributions and debts',
  cotisation: 'Ratios of debt',
  delais: 'Payment schedules',
  defaillances: 'Collective proceedings, établissement',
  ccsf: 'CCSF',
  cibleApprentissage: 'Learning targets',
  apart: 'Partial activity',
  cross: 'Ratios across families',
  entr_sirene: 'Sirene, entreprise',
  entr_paydex: 'Paydex',
  entr_bdf: 'Banque de France',
  diane: 'Diane',
  finalize: 'Sums over the entreprise',
  platform_entreprise: 'Additions of the platform, entreprise',
  platform_etablissement: 'Additions of the platform, établissement',
}

const INTRODUCTION = `# Variables

Generated from the documentation that each family of variables carries (\`shared/domain/variables\`): do not edit, run \`npm run docs\`.

One row per établissement of the perimeter and month of the window, one column per variable. *Absent* and *null* differ: absent means that
the variable does not exist for that month, null that it exists and is unknown; \`-\` under "null when" means never null. Numbers are IEEE
doubles, never rounded. Features store the columns of an établissement and those of its entreprise apart; the export joins them.

## What detection reads

The inputs of \`sf-features-1\` are made of: \`cotisation\`, \`cotisation_moy12m\`, \`montant_part_ouvriere\`, \`montant_part_patronale\` and their
\`_past_1\`, \`_past_2\`, \`_past_3\`, \`_past_6\`, \`_past_12\`, \`delai_nb_jours_restants\`, \`apart_heures_consommees\`, \`apart_heures_consommees_cumulees\`,
\`effectif\` (établissements, added up or maximum); \`effectif_ent\`, \`effectif_ent_past_12\`, \`paydex_nb_jours\`, \`paydex_nb_jours_past_12\`,
\`rentabilite_economique\`, \`rentabilite_nette\`, \`endettement\`, \`liquidite_reduite\`, \`equilibre_financier\`, \`poids_bfr_exploitation\`,
\`productivite_capital_investi\`, \`degre_immo_corporelle\`, \`financier_court_terme\`, \`taux_interet_sur_ca\`, \`taux_marge\`, \`autonomie_financiere\`, \`ca\`
(entreprise). Labels and strong signals come from \`procol_etat\` and \`procol_ouvertures\`, the black list from \`exclu\`, and expert rules also read
\`capacite_remboursement\` and \`apart_jours_demandes_12m\`.

## Rules

Each rule exists in its version of 2023 (the reference, which the conformance commands follow) and of 2026 (\`shared/domain/variables/rules.ts\`).
Production follows 2026, except for partial activity whose variables keep 2023; see the decision on rules in \`docs/decisions\`. Where a formula
below names one version only, it is that of 2023.
`
