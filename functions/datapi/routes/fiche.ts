import * as z from 'zod'
import { type EntrepriseSituation, readLabels, readSheets, readSituation } from '../../../shared/adapters/postgres/fiche.ts'
import { readSummaries, siretsOf } from '../../../shared/adapters/postgres/summaries.ts'
import { maskEntreprise, maskEtablissement } from '../../../shared/domain/access/masks.ts'
import { badgesOf, type Permissions, permissionsOf } from '../../../shared/domain/access/permissions.ts'
import { AppError } from '../../../shared/domain/errors.ts'
import { assemble, codesOf, paydexOf, periodesOf, type Sheets, scoresOf, sireneEntreprise, sireneEtablissement } from '../fiche.ts'
import { Entreprise, Etablissement } from '../fiche-schemas.ts'
import { readLists } from '../light.ts'
import { type Outcome, type RouteInput, route } from '../route.ts'
import { Siren, Siret } from '../schemas.ts'
import { summaryOf } from '../summary.ts'

type Input = RouteInput<unknown, unknown>

/** What a fiche of this entreprise is made of, for this agent: rights first, then only the sheets that they open. */
const readFiche = async ({ db, agent, at }: Input, siren: string, sirets: (situation: EntrepriseSituation) => readonly string[] | 'all') => {
  const lists = await readLists(db, at)
  const situation = await readSituation(db, agent, lists.light, siren)
  const permissions = permissionsOf(agent, {
    deps: situation.deps,
    departement: null,
    alerted: situation.alerted,
    followed: situation.followed.length > 0,
  })
  const sheets = assemble(await readSheets(db, siren, sirets(situation), badgesOf(permissions), at))
  const labels = await readLabels(db, codesOf(sheets))
  return { lists, situation, permissions, sheets, labels, siren }
}

type Fiche = Awaited<ReturnType<typeof readFiche>>

const flagsOf = (permissions: Permissions) => ({
  permScore: permissions.score,
  permUrssaf: permissions.urssaf,
  permDGEFP: permissions.dgefp,
  permBDF: permissions.bdf,
  permPGE: permissions.pge,
})

const etablissementOf = (fiche: Fiche, siret: string, { agent, settings }: Input): Record<string, unknown> => {
  const { sheets, situation, permissions, labels, lists } = fiche
  const site = sheets.sites.get(siret) ?? {}
  const sirene = site.etablissement
  const exercices = exercicesOf(sheets)
  const scores = scoresOf(sheets.scores.get(siret) ?? [], lists.current?.libelle, exercices, settings.redressementsYear)
  const territoire = sirene?.codeCommune == null ? undefined : labels.territoires[sirene.codeCommune]
  return maskEtablissement({
    siren: fiche.siren,
    siret,
    visiteFCE: sirene?.visiteFCE ?? null,
    ...(sirene?.siege == null ? {} : { siege: sirene.siege }),
    sirene: sireneEtablissement(sirene, labels),
    periodeUrssaf: periodesOf(site, permissions.urssaf),
    ...present('delai', site.delai),
    ...present('apDemande', site.apDemande),
    ...present('apConso', site.apConso),
    ...present('procol', sheets.entreprise.procol),
    ...(scores.length === 0 ? {} : { scores }),
    followed: situation.followed.includes(siret),
    followedEntreprise: situation.followed.length > 0,
    visible: permissions.visible,
    inZone: sirene?.codeDepartement != null && agent.zone.includes(sirene.codeDepartement),
    // That a company was flagged is known to those who may see scores (datapi §2.5-1).
    ...(situation.alerted && permissions.score ? { alert: true } : {}),
    ...present('territoireIndustrie', territoire),
    ...flagsOf(permissions),
  })
}

const entrepriseOf = async (fiche: Fiche, { db, agent, at }: Input): Promise<Record<string, unknown>> => {
  const { sheets, labels, lists, siren, permissions } = fiche
  const sirets = await siretsOf(db, siren)
  const summaries = (
    await readSummaries(
      db,
      agent,
      lists.light,
      sirets.map((siret) => ({ siret })),
    )
  ).map((row) => summaryOf(row))
  const { identite, diane, groupe, paydex, bdf, pge } = sheets.entreprise
  return maskEntreprise(
    {
      siren,
      Sirene: sireneEntreprise(identite, labels),
      ...present('paydex', paydexOf(paydex ?? [], at)),
      diane: diane ?? null,
      ...present('bdf', bdf),
      ...(summaries.length === 0 ? {} : { etablissementsSummary: summaries }),
      ...present('groupe', groupe),
      ...present('pge', pge),
    },
    flagsOf(permissions),
  )
}

const present = (name: string, value: unknown): Record<string, unknown> => (value === undefined ? {} : { [name]: value })

const exercicesOf = (sheets: Sheets): number[] => (sheets.entreprise.diane ?? []).flatMap((bilan) => bilan.exercice_diane ?? [])

const disclosure = (fiche: Fiche, sirets: readonly string[]) => ({
  sirens: [fiche.siren],
  sirets,
  groupes: badgesOf(fiche.permissions),
})

export const etablissementGet = route({
  method: 'get',
  path: '/etablissement/get/{siret}',
  summary: 'Fiche d’un établissement, avec son entreprise',
  roles: [],
  params: z.object({ siret: Siret }),
  answers: {
    200: {
      description: 'La fiche',
      schema: Etablissement.extend({ entreprise: Entreprise }),
    },
    404: { description: 'Établissement inconnu' },
  },
  run: async (input) => {
    const { siret } = input.params
    const fiche = await readFiche(input, siret.slice(0, 9), () => [siret])
    if (fiche.sheets.sites.get(siret)?.etablissement === undefined) throw new AppError('SIRET_UNKNOWN', 'Cet établissement est inconnu.')
    const { siren, ...etablissement } = etablissementOf(fiche, siret, input)
    return {
      status: 200,
      body: {
        siren,
        ...etablissement,
        entreprise: await entrepriseOf(fiche, input),
      },
      disclosure: disclosure(fiche, [siret]),
    }
  },
})

const entrepriseAnswers = {
  200: { description: 'L’entreprise', schema: Entreprise },
  404: { description: 'Entreprise inconnue' },
}
const sirenParams = z.object({ siren: Siren })

export const entrepriseGet = route({
  method: 'get',
  path: '/entreprise/get/{siren}',
  summary: 'Fiche d’une entreprise, avec son siège',
  roles: [],
  params: sirenParams,
  answers: entrepriseAnswers,
  run: async (input) => {
    const fiche = await readFiche(input, input.params.siren, ({ sieges }) => sieges.slice(0, 1))
    return answerEntreprise(fiche, fiche.situation.sieges.slice(0, 1), input)
  },
})

export const entrepriseAll = route({
  method: 'get',
  path: '/entreprise/all/{siren}',
  summary: 'Fiche d’une entreprise, avec tous ses établissements, le siège en premier',
  roles: [],
  params: sirenParams,
  answers: entrepriseAnswers,
  run: async (input) => {
    const fiche = await readFiche(input, input.params.siren, () => 'all')
    const isSiege = (siret: string): boolean => fiche.sheets.sites.get(siret)?.etablissement?.siege === true
    const sirets = [...fiche.sheets.sites].filter(([, site]) => site.etablissement !== undefined).map(([siret]) => siret)
    return answerEntreprise(
      fiche,
      sirets.sort((a, b) => Number(isSiege(b)) - Number(isSiege(a)) || (a < b ? -1 : 1)),
      input,
    )
  },
})

const answerEntreprise = async (fiche: Fiche, sirets: readonly string[], input: Input): Promise<Outcome> => {
  if (fiche.sheets.entreprise.identite === undefined || sirets.length === 0) throw new AppError('SIREN_UNKNOWN', 'Cette entreprise est inconnue.')
  const etablissements = sirets.map((siret) => etablissementOf(fiche, siret, input))
  return {
    status: 200,
    body: { ...(await entrepriseOf(fiche, input)), etablissements },
    disclosure: disclosure(fiche, sirets),
  }
}
