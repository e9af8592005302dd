import type { Resume } from '../../contracts/datapi.ts'
import { type CodeNiveau, niveauDe } from '../../design/niveau.ts'
import { sansEspaces } from '../../format/identifiants.ts'

export type Tri = 'niveau' | 'nom' | 'effectif'
export const TRIS: readonly { code: Tri; nom: string }[] = [
  { code: 'niveau', nom: 'Niveau de risque' },
  { code: 'nom', nom: 'Raison sociale' },
  { code: 'effectif', nom: 'Effectif de l’entreprise' },
]

const GRAVITE: Readonly<Record<CodeNiveau, number>> = {
  eleve: 0,
  modere: 1,
  aucun: 2,
  defaillance: 3,
  absent: 4,
  verrou: 5,
}
const normal = (texte: string): string => texte.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Name or town contains the text, or SIREN/SIRET begins with it. */
export const filtrerSuivis = (resumes: readonly Resume[], texte: string): Resume[] => {
  const cherche = normal(texte.trim())
  const chiffres = sansEspaces(cherche)
  return resumes.filter(
    ({ raison_sociale: nom, commune, siret }) => cherche === '' || normal(`${nom ?? ''} ${commune ?? ''}`).includes(cherche) || siret.startsWith(chiffres),
  )
}

/** A copy in order; equals by name, then SIRET. */
export const trierSuivis = (resumes: readonly Resume[], tri: Tri): Resume[] =>
  [...resumes].sort((a, b) => {
    const premier =
      tri === 'niveau'
        ? GRAVITE[niveauDe(a).code] - GRAVITE[niveauDe(b).code]
        : tri === 'effectif'
          ? (b.dernier_effectif_entreprise ?? -1) - (a.dernier_effectif_entreprise ?? -1)
          : 0
    return premier || (a.raison_sociale ?? '').localeCompare(b.raison_sociale ?? '', 'fr') || a.siret.localeCompare(b.siret)
  })
