/** Rules of the return from the identity provider (web §3.1), kept apart from the browser so that they can be tested. */

/** A path of ours: one single `/` first (never another host), and not the callback itself. Anything else leads to the start. */
export const cheminSur = (chemin: string | null | undefined): string =>
  chemin != null && /^\/(?![/\\])/.test(chemin) && !chemin.startsWith('/retour') && !chemin.includes('\\') ? chemin : '/'

/** Redirects to the provider within this time are counted; a third is refused. */
export const FENETRE_MS = 10_000
export const REDIRECTIONS_MAX = 2

/** The instants (ms) of the redirects still in the window, read from what the session storage kept. */
export const redirectionsRecentes = (memoire: string | null, maintenant: number): number[] => {
  if (memoire === null) return []
  return memoire
    .split(',')
    .map(Number)
    .filter((instant) => Number.isFinite(instant) && instant > 0 && maintenant - instant < FENETRE_MS)
}

/** Null when another redirect would be a loop; else the memory to keep. */
export const noterRedirection = (memoire: string | null, maintenant: number): string | null => {
  const recentes = redirectionsRecentes(memoire, maintenant)
  return recentes.length >= REDIRECTIONS_MAX ? null : [...recentes, maintenant].join(',')
}
