import type { CategorieFinSuivi, CategorieSuivi } from '../contracts/datapi.ts'

export const CATEGORIES_SUIVI: readonly {
  code: CategorieSuivi
  texte: string
}[] = [
  {
    code: 'source_interne',
    texte: 'L’entreprise ou un partenaire direct m’a contacté',
  },
  { code: 'source_externe', texte: 'Réseau local ou presse' },
  { code: 'detection', texte: 'Liste de détection' },
  { code: 'autre', texte: 'Autre raison' },
]
export const CATEGORIES_FIN: readonly {
  code: CategorieFinSuivi
  texte: string
}[] = [
  { code: 'actions', texte: 'Des actions ont été menées' },
  { code: 'aucune_action', texte: 'Aucune action n’a été menée' },
]

/** « Autre » needs ten characters of explanation (web §3.6 E). Null when it can be sent. */
export const erreurSuivi = (categorie: CategorieSuivi | null, commentaire: string): { champ: 'categorie' | 'commentaire'; texte: string } | null => {
  if (categorie === null) return { champ: 'categorie', texte: 'Choisissez une raison.' }
  if (categorie === 'autre' && commentaire.trim().length < 10)
    return {
      champ: 'commentaire',
      texte: 'Précisez la raison en 10 caractères au moins.',
    }
  return null
}
