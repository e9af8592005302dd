import type { DroitDonnees } from '../boot/identite.ts'

/** Why a block is masked and what to do about it (web §2.1). `null` = not masked. */
export type Masque = {
  titre: string
  explication: string
  action: 'suivre' | 'habilitations'
}

const NOMS: Readonly<Record<DroitDonnees, string>> = {
  urssaf: 'Urssaf',
  dgefp: 'd’activité partielle',
  score: 'de détection',
  bdf: 'de la Banque de France',
  pge: 'sur les prêts garantis par l’État',
  stats: 'd’usage',
}

/** `autorise` is the boolean of the API: the server decides. The role of the token only chooses between the two explanations. */
export const masqueDe = (autorise: boolean, droit: DroitDonnees, droits: ReadonlySet<DroitDonnees>): Masque | null => {
  if (autorise) return null
  return droits.has(droit)
    ? {
        titre: 'Données non accessibles pour l’instant',
        explication: 'Votre habilitation le permet si vous suivez cet établissement.',
        action: 'suivre',
      }
    : {
        titre: 'Données non accessibles',
        explication: `Votre habilitation ne comprend pas les données ${NOMS[droit]}.`,
        action: 'habilitations',
      }
}
