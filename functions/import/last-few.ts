/** Keeps the last few results, by key: a mapping is read once per container and not once per range. */
export const lastFew = <Value>(size: number): ((key: string, make: () => Promise<Value>) => Promise<Value>) => {
  const kept = new Map<string, Promise<Value>>()
  return (key, make) => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = make()
    kept.set(key, made)
    made.catch(() => kept.delete(key))
    const oldest = kept.keys().next().value
    if (kept.size > size && oldest !== undefined) kept.delete(oldest)
    return made
  }
}
