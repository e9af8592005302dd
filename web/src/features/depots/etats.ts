import type { Depot } from '../../contracts/depots.ts'
import { formatEntier } from '../../format/nombres.ts'
import { libelleSource } from './sources.ts'

export type Ton = 'info' | 'attention' | 'succes' | 'erreur'
export type ActionDepot = 'renvoyer' | 'confirmer' | 'contacter'
export type EtatAffiche = { texte: string; ton: Ton; actions: ActionDepot[] }

/** `lignes` agrees with a number: « 1 rejetée », « 3 rejetées », « 0 rejetée ». */
const lignes = (nombre: number, un: string, plusieurs: string): string => `${formatEntier(nombre)}\u00a0${nombre < 2 ? un : plusieurs}`

/** The four counts in a sentence (web §3.9). */
export const phraseRapport = ({ imported, filtered, rejected, ignored }: NonNullable<Depot['report']>): string =>
  [
    lignes(imported, 'ligne prise en compte', 'lignes prises en compte'),
    lignes(filtered, 'hors périmètre ou écartée', 'hors périmètre ou écartées'),
    lignes(rejected, 'rejetée', 'rejetées'),
    lignes(ignored, 'sans objet', 'sans objet'),
  ].join(', ')

const avecRaison = (debut: string, raison: string | null): string => (raison ? `${debut}\u00a0: ${raison}` : debut)

/** What a partner reads of a deposit, in which tone, and what can be done. */
export const etatAffiche = ({ state, reason, waitingFor, private: prive, report }: Depot): EtatAffiche => {
  switch (state) {
    case 'complete':
      return {
        texte: 'Reçu en entier, vérification en cours',
        ton: 'info',
        actions: [],
      }
    case 'scanned':
      return { texte: 'Mise en place en cours', ton: 'info', actions: [] }
    case 'placed':
      return {
        texte: `Rangé dans votre espace ${prive === false ? 'partagé' : 'privé'}`,
        ton: 'info',
        actions: [],
      }
    case 'announced':
      return { texte: 'Transmis au traitement', ton: 'info', actions: [] }
    case 'waiting':
      return {
        texte: `En attente d’un autre fichier\u00a0: ${waitingFor.map(libelleSource).join(', ') || 'n/c'}`,
        ton: 'attention',
        actions: [],
      }
    case 'importing':
      return { texte: 'Import en cours', ton: 'info', actions: [] }
    case 'confirmation':
      return {
        texte: avecRaison('En attente de confirmation', reason),
        ton: 'attention',
        actions: ['confirmer', 'renvoyer'],
      }
    case 'imported': {
      const rejets = report?.rejected
      return {
        texte: `Importé${report ? `\u00a0: ${phraseRapport(report)}` : ''}${reason ? `. ${reason}` : ''}`,
        ton: rejets ? 'attention' : 'succes',
        actions: rejets ? ['renvoyer'] : [],
      }
    }
    case 'rejected':
      return {
        texte: avecRaison('Fichier refusé', reason),
        ton: 'erreur',
        actions: ['renvoyer'],
      }
    case 'quarantined':
      return {
        texte: 'En quarantaine\u00a0: un logiciel malveillant a été détecté. Le fichier n’a pas été transmis.',
        ton: 'erreur',
        actions: ['renvoyer', 'contacter'],
      }
    case 'failed':
      return {
        texte: `${avecRaison('Traitement interrompu de notre côté', reason)} Il est inutile de renvoyer le fichier.`,
        ton: 'erreur',
        actions: ['contacter'],
      }
    case 'withdrawn':
      return {
        texte: 'Retiré\u00a0: ce fichier n’est plus pris en compte',
        ton: 'info',
        actions: ['contacter'],
      }
    case 'replaced':
      return {
        texte: 'Remplacé par un dépôt plus récent',
        ton: 'info',
        actions: [],
      }
    default:
      // A state of a newer server.
      return { texte: state, ton: 'info', actions: [] }
  }
}

/** The scan, beside the state; null while it is not known. */
export const texteAnalyse = (scan: Depot['scan']): string | null => {
  if (scan === null) return null
  if (scan.result === 'clean') return 'Analysé'
  if (scan.result === 'infected') return 'En quarantaine'
  return scan.reason === 'too-large' ? 'Non analysé\u00a0: fichier trop grand pour l’antivirus' : 'Non analysé'
}
