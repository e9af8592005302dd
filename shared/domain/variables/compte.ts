import { documented } from './documentation-types.ts'
import { type Columns, type EntriesOfType, exactMonth, type Frame, write } from './frame.ts'

export const COMPTE_VARIABLES = [
  ...documented('compte', [
    ['compte_urssaf', 'string', '-', 'a compte entry has exactly this month', '-', 'numero_compte of that entry, the last one in document order'],
  ]),
  ...documented('repeatable', [['random_order', 'number', '[0;1[', 'a reporder entry has this month', '-', 'copied']]),
]

/** Accounts, and the numbers drawn for sampling: each counts for its own month only (refine §3.6). */
export const writeComptes = (columns: Columns, frame: Frame, comptes: EntriesOfType, reporders: EntriesOfType): void => {
  for (const entry of comptes?.values() ?? []) {
    const month = exactMonth(entry['periode'])
    const compte = entry['numero_compte']
    if (month !== undefined && (typeof compte === 'string' || compte === null)) write(columns, frame, 'compte_urssaf', month - frame.first, compte)
  }
  for (const entry of reporders?.values() ?? []) {
    const month = exactMonth(entry['periode'])
    const draw = entry['random_order']
    if (month !== undefined && (typeof draw === 'number' || draw === null)) write(columns, frame, 'random_order', month - frame.first, draw)
  }
}
