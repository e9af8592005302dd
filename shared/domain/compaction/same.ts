/** Same content, whatever the order of the keys. Absent and `undefined` are the same, absent and null are not; dates are compared as instants. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Number.isNaN(a) && Number.isNaN(b)
  if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && Object.is(a.getTime(), b.getTime())
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  return hasSameFields(Object.entries(a), Object.entries(b))
}

const hasSameFields = (a: [string, unknown][], b: [string, unknown][]): boolean => {
  const left = a.filter(([, value]) => value !== undefined)
  const right = new Map(b.filter(([, value]) => value !== undefined))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
}
