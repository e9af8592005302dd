/** `config.json` (web §6.3), read at start so that one build serves every environment. It never holds a secret. */

export type TonBandeau = 'info' | 'attention' | 'erreur'
/** Shown between `du` and `au` (ISO instants), for ever when they are absent. */
export type Bandeau = {
  texte: string
  du?: string
  au?: string
  ton: TonBandeau
}

export type Configuration = {
  environnement: string
  /** Base of every JSON route. */
  api: string
  depot: { url: string; morceau: number; remplacerPatch: boolean }
  oidc: { emetteur: string; client: string }
  contact: string
  version: string
  bandeaux: Bandeau[]
}

/** A configuration that cannot be used: `cle` names the faulty key. */
export class ConfigurationInvalide extends Error {
  override name = 'ConfigurationInvalide'
  readonly cle: string
  constructor(cle: string) {
    super(`config.json: ${cle}`)
    this.cle = cle
  }
}

/** Below 6 MB once in base64, which is what a Lambda receives (web §3.9). */
const MORCEAU = 4 * 1024 * 1024

type Objet = Record<string, unknown>
const estObjet = (valeur: unknown): valeur is Objet => typeof valeur === 'object' && valeur !== null && !Array.isArray(valeur)

const texte = (valeur: unknown, cle: string, defaut?: string): string => {
  if (typeof valeur === 'string' && valeur !== '') return valeur
  if (valeur === undefined && defaut !== undefined) return defaut
  throw new ConfigurationInvalide(cle)
}
const objet = (valeur: unknown, cle: string): Objet => {
  if (valeur === undefined) return {}
  if (estObjet(valeur)) return valeur
  throw new ConfigurationInvalide(cle)
}

const lireBandeau = (valeur: unknown, rang: number): Bandeau => {
  const cle = `bandeaux[${rang}]`
  const brut = objet(valeur, cle)
  const ton = brut.ton ?? 'info'
  if (ton !== 'info' && ton !== 'attention' && ton !== 'erreur') throw new ConfigurationInvalide(`${cle}.ton`)
  const bandeau: Bandeau = { texte: texte(brut.texte, `${cle}.texte`), ton }
  for (const borne of ['du', 'au'] as const) {
    if (brut[borne] == null) continue
    const date = texte(brut[borne], `${cle}.${borne}`)
    if (Number.isNaN(Date.parse(date))) throw new ConfigurationInvalide(`${cle}.${borne}`)
    bandeau[borne] = date
  }
  return bandeau
}

/** Checks what was read; throws `ConfigurationInvalide` with the first faulty key. */
export const lireConfiguration = (brut: unknown): Configuration => {
  if (!estObjet(brut)) throw new ConfigurationInvalide('(document)')
  const oidc = objet(brut.oidc, 'oidc')
  const depot = objet(brut.depot, 'depot')
  const morceau = depot.morceau ?? MORCEAU
  if (typeof morceau !== 'number' || !Number.isInteger(morceau) || morceau < 1) throw new ConfigurationInvalide('depot.morceau')
  const bandeaux = brut.bandeaux ?? []
  if (!Array.isArray(bandeaux)) throw new ConfigurationInvalide('bandeaux')
  return {
    environnement: texte(brut.environnement, 'environnement', 'production'),
    api: texte(brut.api, 'api', '/api').replace(/\/$/, ''),
    depot: {
      url: texte(depot.url, 'depot.url', '/files'),
      morceau,
      remplacerPatch: depot.remplacerPatch === true,
    },
    oidc: {
      emetteur: texte(oidc.emetteur, 'oidc.emetteur'),
      client: texte(oidc.client, 'oidc.client'),
    },
    contact: texte(brut.contact, 'contact', ''),
    version: texte(brut.version, 'version', ''),
    bandeaux: bandeaux.map(lireBandeau),
  }
}

/** Banners that apply at `maintenant`. */
export const bandeauxActifs = (bandeaux: readonly Bandeau[], maintenant: Date): Bandeau[] =>
  bandeaux.filter(({ du, au }) => (du === undefined || maintenant >= new Date(du)) && (au === undefined || maintenant < new Date(au)))
