import type { DetailedError, Upload } from 'tus-js-client'
import { computed, onBeforeUnmount, reactive } from 'vue'
import { useServices } from '../../api/services.ts'
import { reglesEnvoi, reponseDe } from './regles.ts'
import { empreinte, memoireReprise } from './reprise.ts'
import { type Mesure, noterMesure, palier, pourcentage } from './vitesse.ts'

export type EtatEnvoi = 'pret' | 'attente' | 'envoi' | 'pause' | 'erreur' | 'envoye'

/** One file in the part « Envoyer ». `source` and `lot` empty = recognised by the server. */
export type Envoi = {
  readonly cle: number
  readonly fichier: File
  prive: boolean
  source: string
  lot: string
  /** Id of the deposit that this one corrects. */
  readonly remplace: string | null
  etat: EtatEnvoi
  octets: number
  mesures: Mesure[]
  erreur: string | null
  /** True when sending went on from where an earlier send stopped. */
  reprise: boolean
}

const EN_PARALLELE = 3
/** They add up to more than the lease of the server's lock (upload §3.2). */
const DELAIS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000]
const ECHO_MS = 1000

/** A little later than planned, so that many clients do not come back together. */
const avecAlea = (delai: number): number => Math.round(delai * (1 + Math.random() * 0.25))

const phraseErreur = (erreur: Error | DetailedError): string => {
  const reponse = reponseDe(erreur)
  if (reponse === null) return 'Le service de dépôt est injoignable. Reprenez quand la connexion sera rétablie.'
  try {
    const corps: unknown = JSON.parse(reponse.getBody())
    if (typeof corps === 'object' && corps !== null && 'detail' in corps && typeof corps.detail === 'string') return corps.detail
  } catch {
    // Not a problem document: the status says enough.
  }
  return reponse.getStatus() === 413 ? 'Le fichier est trop volumineux.' : `Le dépôt a été refusé (code ${reponse.getStatus()}).`
}

/** Uploads of the page: three files at a time, one stream each; `surFin` is called when a file is whole on the server. */
export const useEnvois = (surFin: () => void) => {
  const { session, configuration } = useServices()
  const envois = reactive<Envoi[]>([])
  const actifs = new Map<number, Upload>()
  /** Bytes that the client counted, and the timers of those not shown yet. */
  const vus = new Map<number, number>()
  const echos = new Map<number, ReturnType<typeof setTimeout>>()
  const annonce = reactive({ texte: '' })
  let derniere = 0

  const dire = (texte: string): void => {
    annonce.texte = texte
  }
  const choixDe = ({ prive, source, lot, remplace, fichier }: Envoi): Record<string, string> => ({
    filename: fichier.name,
    filetype: fichier.type || 'application/octet-stream',
    private: String(prive),
    ...(source === '' ? {} : { typeSignauxFaibles: source }),
    ...(lot === '' ? {} : { batch: lot }),
    ...(remplace === null ? {} : { replaces: remplace }),
  })

  const suivant = (): void => {
    for (const envoi of envois) if (envoi.etat === 'attente' && envois.filter(({ etat }) => etat === 'envoi').length < EN_PARALLELE) void demarrer(envoi)
  }
  const progresser = (envoi: Envoi, octets: number, taille: number): void => {
    const instant = Date.now()
    const reste = ECHO_MS - (instant - (envoi.mesures.at(-1)?.instant ?? 0))
    vus.set(envoi.cle, octets)
    if (octets < taille && reste > 0) {
      // The last bytes before a silence are shown too, a little later.
      if (!echos.has(envoi.cle))
        echos.set(
          envoi.cle,
          setTimeout(() => rattraper(envoi, taille), reste),
        )
      return
    }
    const avant = palier(pourcentage(envoi.octets, taille))
    envoi.octets = octets
    envoi.mesures = noterMesure(envoi.mesures, { instant, octets })
    const apres = palier(pourcentage(octets, taille))
    if (apres > avant) dire(`${envoi.fichier.name}\u00a0: ${apres}\u00a0%`)
  }

  const rattraper = (envoi: Envoi, taille: number): void => {
    echos.delete(envoi.cle)
    const octets = vus.get(envoi.cle) ?? 0
    if (envoi.etat !== 'envoye' && octets > envoi.octets) progresser(envoi, octets, taille)
  }

  const demarrer = async (envoi: Envoi): Promise<void> => {
    envoi.etat = 'envoi'
    envoi.erreur = null
    envoi.mesures = []
    const choix = choixDe(envoi)
    const cle = await empreinte(session.identite.sub, envoi.fichier, choix)
    // Sixteen kilobytes that only a send needs.
    const { Upload: Envoyeur } = await import('tus-js-client')
    if (envoi.etat !== 'envoi') return
    const upload = new Envoyeur(envoi.fichier, {
      endpoint: configuration.depot.url,
      chunkSize: configuration.depot.morceau,
      retryDelays: DELAIS.map(avecAlea),
      overridePatchMethod: configuration.depot.remplacerPatch,
      removeFingerprintOnSuccess: false,
      metadata: choix,
      fingerprint: async () => cle,
      urlStorage: memoireReprise(localStorage),
      ...reglesEnvoi(session),
      onProgress: (octets, taille) => progresser(envoi, octets, taille),
      onSuccess: () => {
        actifs.delete(envoi.cle)
        envoi.octets = envoi.fichier.size
        envoi.etat = 'envoye'
        dire(`${envoi.fichier.name}\u00a0: envoyé en entier`)
        surFin()
        suivant()
      },
      onError: (erreur) => {
        actifs.delete(envoi.cle)
        envoi.etat = 'erreur'
        envoi.erreur = phraseErreur(erreur)
        dire(`${envoi.fichier.name}\u00a0: ${envoi.erreur}`)
        suivant()
      },
    })
    actifs.set(envoi.cle, upload)
    const precedents = await upload.findPreviousUploads()
    // Paused or removed while the key was computed.
    if (actifs.get(envoi.cle) !== upload) return
    const precedent = precedents[0]
    envoi.reprise = precedent !== undefined
    if (precedent !== undefined) upload.resumeFromPreviousUpload(precedent)
    upload.start()
  }

  const pause = async (envoi: Envoi): Promise<void> => {
    if (envoi.etat !== 'envoi' && envoi.etat !== 'attente') return
    envoi.etat = 'pause'
    const upload = actifs.get(envoi.cle)
    actifs.delete(envoi.cle)
    await upload?.abort()
    dire(`${envoi.fichier.name}\u00a0: en pause`)
    suivant()
  }
  const lancer = (envoi: Envoi): void => {
    if (envoi.etat === 'envoi' || envoi.etat === 'envoye') return
    envoi.etat = 'attente'
    suivant()
  }
  const retirer = async (envoi: Envoi): Promise<void> => {
    await pause(envoi)
    const rang = envois.indexOf(envoi)
    if (rang >= 0) envois.splice(rang, 1)
  }
  const ajouter = (fichier: File, reste: { prive: boolean; source: string; lot: string; remplace?: string }): void => {
    derniere += 1
    envois.push({
      cle: derniere,
      fichier,
      prive: reste.prive,
      source: reste.source,
      lot: reste.lot,
      remplace: reste.remplace ?? null,
      etat: 'pret',
      octets: 0,
      mesures: [],
      erreur: null,
      reprise: false,
    })
  }

  const enCours = computed(() => envois.some(({ etat }) => etat === 'envoi' || etat === 'attente'))
  // Without network everything waits, and goes on by itself when it is back.
  let coupes: Envoi[] = []
  const coupure = (): void => {
    coupes = envois.filter(({ etat }) => etat === 'envoi' || etat === 'attente')
    for (const envoi of coupes) void pause(envoi)
    dire('Connexion perdue\u00a0: les envois reprendront d’eux-mêmes.')
  }
  const retour = (): void => {
    for (const envoi of coupes) if (envoi.etat === 'pause') lancer(envoi)
    coupes = []
  }
  const retenir = (evenement: BeforeUnloadEvent): void => {
    if (enCours.value) evenement.preventDefault()
  }
  addEventListener('offline', coupure)
  addEventListener('online', retour)
  addEventListener('beforeunload', retenir)
  onBeforeUnmount(() => {
    removeEventListener('offline', coupure)
    removeEventListener('online', retour)
    removeEventListener('beforeunload', retenir)
    for (const upload of actifs.values()) void upload.abort()
    for (const echo of echos.values()) clearTimeout(echo)
  })

  return { envois, annonce, enCours, ajouter, lancer, pause, retirer }
}
