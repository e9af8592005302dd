/**
 * What the browser keeps to resume an upload after a reload: size and address only, under a key that holds the user, so that a shared computer never offers
 * one user's upload to the next and that no file name is stored (web §3.9).
 */
type Memoire = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export type Fichier = {
  name: string
  size: number
  lastModified: number
  type: string
}
/** Entry of the store of the tus client. */
export type Reprise = {
  size: number | null
  metadata: Record<string, string>
  creationTime: string
  urlStorageKey: string
  uploadUrl: string | null
  parallelUploadUrls: string[] | null
}

const PREFIXE = 'sf.tus.'

/** One hash for a file and its choices: two sends with other choices are two deposits. */
export const empreinte = async (sub: string, { name, size, lastModified, type }: Fichier, choix: Readonly<Record<string, string>>): Promise<string> => {
  const texte = JSON.stringify([sub, name, size, lastModified, type, Object.entries(choix).sort(([a], [b]) => (a < b ? -1 : 1))])
  const octets = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(texte))
  return PREFIXE + [...new Uint8Array(octets)].map((octet) => octet.toString(16).padStart(2, '0')).join('')
}

const lire = (memoire: Memoire, cle: string): Reprise[] => {
  try {
    const lu: unknown = JSON.parse(memoire.getItem(cle) ?? 'null')
    if (typeof lu !== 'object' || lu === null || !('url' in lu) || typeof lu.url !== 'string' || !('taille' in lu) || typeof lu.taille !== 'number') return []
    return [
      {
        size: lu.taille,
        metadata: {},
        creationTime: '',
        urlStorageKey: cle,
        uploadUrl: lu.url,
        parallelUploadUrls: null,
      },
    ]
  } catch {
    return []
  }
}

/** The store that tus-js-client asks for. */
export const memoireReprise = (memoire: Memoire) => ({
  findAllUploads: async (): Promise<Reprise[]> => [],
  findUploadsByFingerprint: async (cle: string): Promise<Reprise[]> => lire(memoire, cle),
  removeUpload: async (cle: string): Promise<void> => memoire.removeItem(cle),
  addUpload: async (cle: string, { size, uploadUrl }: { size: number | null; uploadUrl: string | null }): Promise<string> => {
    memoire.setItem(cle, JSON.stringify({ taille: size, url: uploadUrl }))
    return cle
  },
})
