import type { LedgerStage, ListState } from '../shared/domain/spine/documents.ts'
import type { DepositStatus, PlatformStatus } from '../shared/domain/spine/status.ts'

type Forms = readonly [one: string, several: string]

/** What people read of the states while the platform works; the names of the code stay in `--json` and in `sf status`. */
const DEPOSITS: Readonly<Record<DepositStatus['state'], Forms>> = {
  waiting: ['en attente d’un autre fichier', 'en attente d’un autre fichier'],
  importing: ['en lecture', 'en lecture'],
  confirmation: ['à confirmer', 'à confirmer'],
  imported: ['importé', 'importés'],
  rejected: ['refusé', 'refusés'],
  withdrawn: ['retiré', 'retirés'],
  replaced: ['remplacé', 'remplacés'],
}

const STAGES: Readonly<Record<LedgerStage, Forms>> = {
  refine: ['à calculer', 'à calculer'],
  detect: ['à évaluer', 'à évaluer'],
  publish: ['à publier', 'à publier'],
  done: ['publiée', 'publiées'],
  failed: ['mise de côté', 'mises de côté'],
}

const LISTS: Readonly<Record<ListState, string>> = { building: 'en construction', published: 'publiée', closed: 'close' }

/** Zero is singular in French. */
const counted = (count: number, [one, several]: Forms): string => `${count} ${count < 2 ? one : several}`

/** « 3 à calculer, 17 publiées »: the stages that have entreprises, in their order. */
export const stagesSentence = (stages: PlatformStatus['stages']): string =>
  Object.entries(STAGES)
    .flatMap(([stage, forms]) => (stages[stage as LedgerStage] > 0 ? [counted(stages[stage as LedgerStage], forms)] : []))
    .join(', ')

/** « dépôts : 1 en lecture, 7 importés ; entreprises : 16 à calculer, 4 publiées ». */
export const progressSentence = ({ deposits, stages }: Pick<PlatformStatus, 'deposits' | 'stages'>): string => {
  const states = [...Map.groupBy(deposits, ({ state }) => state)].map(([state, group]) => counted(group.length, DEPOSITS[state]))
  const entreprises = stagesSentence(stages)
  return [states.length === 0 ? 'aucun dépôt lu' : `dépôts : ${states.join(', ')}`, ...(entreprises === '' ? [] : [`entreprises : ${entreprises}`])].join(' ; ')
}

export const depositState = (state: DepositStatus['state']): string => DEPOSITS[state][0]

export const listState = (state: ListState): string => LISTS[state]
