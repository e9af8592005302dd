/**
 * The second barrier (datapi §4.3): SQL does not read a refused group, and what would come through all the same is removed here, from the
 * permission flags of the object itself.
 */
type Flags = {
  permScore: boolean
  permUrssaf: boolean
  permDGEFP: boolean
  permBDF: boolean
}

type Masked = Flags & {
  firstAlert: boolean | null
  alert?: unknown
  urssaf?: unknown
  detteUrssaf?: unknown
  hasDelai?: unknown
  activite_partielle?: unknown
  apHeureConsommeAVG12m?: unknown
  apMontantAVG12m?: unknown
}

/** A summary without what its flags refuse (datapi §2.4). */
export const maskSummary = <Summary extends Masked>(summary: Summary): Summary => {
  const masked = { ...summary }
  if (!masked.permScore) {
    delete masked.alert
    masked.firstAlert = null
  }
  if (!masked.permUrssaf) {
    delete masked.urssaf
    delete masked.detteUrssaf
    delete masked.hasDelai
  }
  if (!masked.permDGEFP) {
    delete masked.activite_partielle
    delete masked.apHeureConsommeAVG12m
    delete masked.apMontantAVG12m
  }
  return masked
}

const URSSAF_SERIES = ['cotisation', 'partPatronale', 'partSalariale', 'montantMajorations'] as const

type FicheFlags = Flags & { permPGE: boolean }

/** An établissement of a fiche without what its flags refuse (datapi §2.3). */
export const maskEtablissement = <Fiche extends FicheFlags & { periodeUrssaf: object }>(fiche: Fiche): Fiche => {
  const masked: Record<string, unknown> & Fiche = { ...fiche }
  const remove = (...names: string[]): void => {
    for (const name of names) delete (masked as Record<string, unknown>)[name]
  }
  if (!fiche.permScore) remove('scores', 'alert')
  if (!fiche.permUrssaf) {
    remove('delai')
    masked.periodeUrssaf = Object.fromEntries(Object.entries(fiche.periodeUrssaf).filter(([name]) => !URSSAF_SERIES.some((series) => series === name)))
  }
  if (!fiche.permDGEFP) remove('apDemande', 'apConso')
  return masked
}

/** The part of an entreprise without what the flags of its établissement refuse. */
export const maskEntreprise = (entreprise: Record<string, unknown>, flags: FicheFlags): Record<string, unknown> => {
  const masked = { ...entreprise }
  if (!flags.permPGE) delete masked['pge']
  if (!flags.permBDF) delete masked['bdf']
  return masked
}
