/** Sources that a partner may declare, with a readable name, and what a file name says of them (raw-formats §4.4). */
export const SOURCES: Readonly<Record<string, string>> = {
  admin_urssaf: 'Comptes Urssaf',
  apconso: 'Activité partielle consommée',
  apdemande: 'Demandes d’activité partielle',
  bdf: 'Banque de France',
  ccsf: 'Plans CCSF',
  cotisation: 'Cotisations',
  debit: 'Débits',
  delai: 'Délais de paiement',
  diane: 'Bilans',
  effectif: 'Effectifs des établissements',
  effectif_ent: 'Effectifs des entreprises',
  ellisphere: 'Groupes',
  filter: 'Périmètre',
  paydex: 'Retards de paiement',
  procol: 'Procédures collectives',
  sirene: 'Sirene, établissements',
  sirene_histo: 'Sirene, historique des établissements',
  sirene_ul: 'Sirene, unités légales',
}

/** Readable name of a source; an unknown code is shown as it is. */
export const libelleSource = (code: string): string => SOURCES[code] ?? code.replaceAll('_', ' ')

type Regle = readonly [motif: RegExp, source: string]
/** Tried in order. The server decides for good: this only tells the partner what to expect. */
const REGLES: readonly Regle[] = [
  [/^(consommation_ap|act_partielle_conso.*)\.csv$/, 'apconso'],
  [/^(demande_ap|act_partielle_ddes.*)\.csv$/, 'apdemande'],
  [/^[Ss]igfaible_etablissement_utf8\.csv$/, 'admin_urssaf'],
  [/^[Ss]igfaible_effectif_siren\.csv$/, 'effectif_ent'],
  [/^[Ss]igfaible_pcoll\.csv$/, 'procol'],
  [/^[Ss]igfaible_cotisdues\.csv$/, 'cotisation'],
  [/^[Ss]igfaible_delais\.csv$/, 'delai'],
  [/^[Ss]igfaible_ccsf\.csv$/, 'ccsf'],
  [/^sireneUL\.csv$/, 'sirene_ul'],
  [/^StockEtablissement_utf8_geo\.csv$/, 'sirene'],
  [/^StockEtablissementHistorique_utf8\.csv$/, 'sirene_histo'],
  [/_debits/, 'debit'],
  [/^[Dd]iane/, 'diane'],
  [/effectif_/, 'effectif'],
  [/^filter/, 'filter'],
  [/^E_\d{12}_Retro-Paydex_\d{8}.csv$/, 'paydex'],
  [/^Ellisphère-Tête de groupe-[^.]*.xlsx$/, 'ellisphere'],
]

/** Source that the name of a file suggests; null when none. `.gz` does not count, and names of macOS are composed first. */
export const sourceDuNom = (nom: string, goupPath: string | null): string | null => {
  if (goupPath === 'bdf') return 'bdf'
  const net = nom.normalize('NFC').replace(/\.gz$/, '')
  return REGLES.find(([motif]) => motif.test(net))?.[1] ?? null
}

/** A month is `AAMM`, with an optional sub-batch `_NN`. */
export const lotValide = (texte: string): boolean => /^\d{2}(0[1-9]|1[0-2])(_\d{2})?$/.test(texte)
