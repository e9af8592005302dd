import type { CorpsRecherche, Regions } from '../../contracts/datapi.ts'
import { sansEspaces } from '../../format/identifiants.ts'

/** A search as the address tells it. `zone`: `''` = the whole country, `ma-zone`, `r:…` or `d:…`. */
export type Demande = {
  q: string
  zone: string
  secteur: string
  effectif: number | null
  siege: boolean
  ouverts: boolean
}

export const MINIMUM = 3
/** The API counts no further (datapi §3.3). */
export const TOTAL_MAX = 1000

const texte = (valeur: unknown): string => (typeof valeur === 'string' ? valeur : '')

export const lireRecherche = (parametres: Record<string, unknown>): Demande => ({
  q: texte(parametres.q),
  zone: /^(ma-zone|[dr]:.+)$/.test(texte(parametres.zone)) ? texte(parametres.zone) : '',
  secteur: /^[A-U]$/.test(texte(parametres.secteur)) ? texte(parametres.secteur) : '',
  effectif: /^\d{1,9}$/.test(texte(parametres.effectif)) ? Number(parametres.effectif) : null,
  siege: parametres.siege === 'oui',
  ouverts: parametres.ouverts === 'oui',
})

/** Body of the request, null when there is nothing to ask. « Ma zone » leaves both rules of the server on; elsewhere both are lifted. */
export const corpsRecherche = ({ q, zone, secteur, effectif, siege, ouverts }: Demande, regions: Regions): CorpsRecherche | null => {
  const net = q.trim()
  if ([...net].length < MINIMUM) return null
  return {
    search: /^[\d\s]+$/.test(net) ? sansEspaces(net) : net,
    siegeUniquement: siege,
    ignoreZone: zone !== 'ma-zone',
    ignoreRoles: zone !== 'ma-zone',
    ...(zone.startsWith('d:') ? { departements: [zone.slice(2)] } : {}),
    ...(zone.startsWith('r:') ? { departements: regions[zone.slice(2)] ?? [] } : {}),
    ...(secteur === '' ? {} : { activites: [secteur] }),
    ...(effectif === null ? {} : { effectifMin: effectif }),
    ...(ouverts ? { etatAdministratif: 'A' as const } : {}),
  }
}
