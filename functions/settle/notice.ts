import type { DepositRecord } from '../../shared/domain/deposit/record.ts'
import type { Notice } from './settle.ts'

const SUBJECT: Record<Notice, string> = {
  announced: 'Votre dépôt a bien été reçu',
  quarantined: 'Votre dépôt a été écarté par l’antivirus',
  blocked: 'Votre dépôt est en attente d’une intervention',
}

const SENTENCE: Record<Notice, string> = {
  announced: 'Votre fichier a été reçu en entier et transmis à l’import.',
  quarantined: 'Votre fichier a été reçu, mais il n’a été ni publié ni importé.',
  blocked: 'Votre fichier a été reçu, mais il n’a pas encore pu être publié. Nos équipes sont prévenues : il est inutile de le renvoyer.',
}

/**
 * What a partner is told. The subject has nothing that a client wrote; the name of the file is in the text alone, on one line
 * (upload §1.5).
 */
export const noticeOf = (notice: Notice, record: DepositRecord): { subject: string; text: string } => ({
  subject: SUBJECT[notice],
  text: [
    'Bonjour,',
    '',
    SENTENCE[notice],
    ...(record.reason === null ? [] : [record.reason]),
    '',
    `Fichier : ${oneLine(record.metadata.filename ?? 'sans nom')}`,
    `Dépôt : ${record.id}`,
    `Taille : ${record.size} octets`,
    ...(record.sha256 === null ? [] : [`Empreinte SHA-256 : ${record.sha256}`]),
    '',
    'Ce message est automatique.',
    '',
  ].join('\n'),
})

const oneLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 255)
