/** The level of risk of an établissement: one decision, used everywhere (web §2.3). */

export type CodeNiveau = 'verrou' | 'absent' | 'defaillance' | 'aucun' | 'modere' | 'eleve'
export type Niveau = { code: CodeNiveau; texte: string }

const TEXTES: Readonly<Record<CodeNiveau, string>> = {
  verrou: 'Non accessible',
  absent: 'Hors périmètre',
  defaillance: 'Fermé / En procédure',
  aucun: 'Pas d’alerte',
  modere: 'Risque modéré',
  eleve: 'Risque élevé',
}

export const ALERTE_F1 = 'Alerte seuil F1'
export const ALERTE_F2 = 'Alerte seuil F2'
export const SANS_ALERTE = "Pas d'alerte"

const DES_ALERTES: Readonly<Record<string, CodeNiveau>> = {
  [SANS_ALERTE]: 'aucun',
  [ALERTE_F2]: 'modere',
  [ALERTE_F1]: 'eleve',
}

export type EntreesNiveau = {
  permScore?: boolean | undefined
  alert?: string | null | undefined
  etatAdministratif?: string | null | undefined
  etat_procol?: string | null | undefined
}

const codeDe = ({ permScore, alert, etatAdministratif, etat_procol }: EntreesNiveau): CodeNiveau => {
  if (permScore === false) return 'verrou'
  if (alert == null) return 'absent'
  if (etatAdministratif === 'F' || etat_procol === 'redressement' || etat_procol === 'liquidation') return 'defaillance'
  return DES_ALERTES[alert] ?? 'absent'
}

/** First match of the table of web §2.3; an unknown value of `alert` is out of scope. */
export const niveauDe = (entrees: EntreesNiveau): Niveau => niveauDeCode(codeDe(entrees))
export const niveauDeCode = (code: CodeNiveau): Niveau => ({
  code,
  texte: TEXTES[code],
})

/** True when `alert` holds a text that the page does not know: worth a line in the console. */
export const alerteInconnue = (alert: string | null | undefined): boolean => alert != null && DES_ALERTES[alert] === undefined

const PROCEDURES: Readonly<Record<string, string>> = {
  in_bonis: 'In bonis',
  sauvegarde: 'Sauvegarde',
  plan_sauvegarde: 'Plan de sauvegarde',
  redressement: 'Redressement judiciaire',
  plan_continuation: 'Plan de continuation',
  liquidation: 'Liquidation judiciaire',
}
export const CODES_PROCEDURE = Object.keys(PROCEDURES)

/** Label of a state of procedure; an unknown code is made readable, never dropped. */
export const libelleProcedure = (code: string): string => PROCEDURES[code] ?? code.replaceAll('_', ' ')

export type Etiquette = {
  texte: string
  ton: 'info' | 'alerte' | 'neutre' | 'procedure'
}

/** Tags beside a name: first alert, closed, procedure. */
export const etiquettesDe = (entrees: EntreesNiveau & { firstAlert?: boolean | null | undefined }): Etiquette[] => {
  const etiquettes: Etiquette[] = []
  if (entrees.firstAlert === true) etiquettes.push({ texte: '1re alerte', ton: 'alerte' })
  if (entrees.etatAdministratif === 'F') etiquettes.push({ texte: 'Fermé', ton: 'procedure' })
  if (entrees.etat_procol != null && entrees.etat_procol !== 'in_bonis')
    etiquettes.push({
      texte: libelleProcedure(entrees.etat_procol),
      ton: 'procedure',
    })
  return etiquettes
}
