import type { Procol, Resume } from '../../contracts/datapi.ts'

const TEXTES: Readonly<Record<string, string>> = {
  'sauvegarde+ouverture': 'Ouverture d’une sauvegarde',
  'sauvegarde+plan_continuation': 'Adoption d’un plan de sauvegarde',
  'redressement+ouverture': 'Ouverture d’un redressement judiciaire',
  'redressement+plan_continuation': 'Adoption d’un plan de redressement',
  'liquidation+ouverture': 'Ouverture d’une liquidation judiciaire',
  'liquidation+cloture_insuffisance_actif': 'Clôture de la liquidation pour insuffisance d’actif',
}

/** A judgment in words; unknown codes are made readable, never dropped (web §3.6 J). */
export const libelleJugement = ({ action, stade }: Pick<Procol, 'action' | 'stade'>): string => {
  const connu = TEXTES[`${action}+${stade}`]
  if (connu !== undefined) return connu
  const texte = `${action}\u00a0: ${stade}`.replaceAll('_', ' ')
  return texte.charAt(0).toUpperCase() + texte.slice(1)
}

/** Newest first; the field may be absent. */
export const jugements = (procol: readonly Procol[] | undefined): Procol[] =>
  [...(procol ?? [])].sort((a, b) => Date.parse(b.dateEffet) - Date.parse(a.dateEffet))

/** Head office first, then the same département, then the others; the order of the API inside each group. */
export const autresEtablissements = (resumes: readonly Resume[], siret: string): Resume[] => {
  const ici = resumes.find((resume) => resume.siret === siret)
  const rang = (resume: Resume): number => (resume.siege === true ? 0 : resume.departement === ici?.departement ? 1 : 2)
  return resumes
    .filter((resume) => resume.siret !== siret)
    .map((resume, index) => ({ resume, index }))
    .sort((a, b) => rang(a.resume) - rang(b.resume) || a.index - b.index)
    .map(({ resume }) => resume)
}
