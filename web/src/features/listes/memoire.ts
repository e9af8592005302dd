import { ref } from 'vue'

/** The row that was opened last: coming back gives it the focus (web §3.4). */
export const dernierOuvert = ref<string | null>(null)

const cle = (sub: string): string => `sf.filtres.${sub}`
type Memoire = Pick<Storage, 'getItem' | 'setItem'>

/** Last filters of this user on this browser, as parameters of the address. */
export const lireMemoire = (memoire: Memoire, sub: string): Record<string, string> => {
  try {
    const lu: unknown = JSON.parse(memoire.getItem(cle(sub)) ?? '{}')
    if (typeof lu !== 'object' || lu === null) return {}
    return Object.fromEntries(Object.entries(lu).filter((paire): paire is [string, string] => typeof paire[1] === 'string'))
  } catch {
    return {}
  }
}

export const noterMemoire = (memoire: Memoire, sub: string, parametres: Record<string, string>): void => memoire.setItem(cle(sub), JSON.stringify(parametres))
