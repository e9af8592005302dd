/** What is held in memory at a time is counted in documents: a page of SIRENs, or a SIREN of many établissements, is cut by their number. */

/** A document of ImportedData holds one source of one entity: it weighs less than all that is known of the entity. */
export const IMPORTED_WEIGHT = 1 / 4

/** Groups of items that fit in `budget` together, in their order, and those that do not fit in it alone. */
export const partition = <Item>(items: readonly Item[], budget: number, weightOf: (item: Item) => number): { groups: Item[][]; alone: Item[] } => {
  const small = items.filter((item) => weightOf(item) <= budget)
  return { groups: [...piecesOf(small, budget, weightOf)], alone: items.filter((item) => weightOf(item) > budget) }
}

/** The items in pieces of a weight of at most `size`, an item above it in a piece of its own. */
export function* piecesOf<Item>(items: readonly Item[], size: number, weightOf: (item: Item) => number = () => 1): Generator<Item[]> {
  let piece: Item[] = []
  let left = size
  for (const item of items) {
    const weight = weightOf(item)
    if (piece.length > 0 && weight > left) {
      yield piece
      piece = []
      left = size
    }
    piece.push(item)
    left -= weight
  }
  if (piece.length > 0) yield piece
}
