/** Abbreviations of the addresses of INSEE (raw-formats §2.15, §6.5): whatever is not here disappears. */

export const INDREP: ReadonlyMap<string, string> = new Map([
  ['B', 'BIS'],
  ['T', 'TER'],
  ['Q', 'QUATER'],
  ['C', 'QUINQUIES'],
])

const TYPES =
  'ALL → ALLÉE, AV → AVENUE, BD → BOULEVARD, CAR → CARREFOUR, CHE → CHEMIN, CHS → CHAUSSÉE, CITE → CITÉ, COR → CORNICHE, CRS → COURS, DOM → DOMAINE, DSC → DESCENTE, ECA → ECART, ESP → ESPLANADE, FG → FAUBOURG, GR → GRANDE RUE, HAM → HAMEAU, HLE → HALLE, IMP → IMPASSE, LD → LIEU DIT, LOT → LOTISSEMENT, MAR → MARCHÉ, MTE → MONTÉE, PAS → PASSAGE, PL → PLACE, PLN → PLAINE, PLT → PLATEAU, PRO → PROMENADE, PRV → PARVIS, QUA → QUARTIER, QUAI → QUAI, RES → RÉSIDENCE, RLE → RUELLE, ROC → ROCADE, RPT → ROND POINT, RTE → ROUTE, RUE → RUE, SEN → SENTE - SENTIER, SQ → SQUARE, TPL → TERRE-PLEIN, TRA → TRAVERSE, VLA → VILLA, VLGE → VILLAGE'

export const TYPE_VOIE: ReadonlyMap<string, string> = new Map(
  TYPES.split(', ').map((pair) => {
    const [short = '', long = ''] = pair.split(' → ')
    return [short, long]
  }),
)
