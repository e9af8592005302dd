/**
 * The comptes of the URSSAF, one to two million texts of 18 digits, numbered from 0 in order of appearance. Digits are kept as integers in open-addressed
 * typed arrays, about 25 bytes a compte where a `Map` of texts takes 150; other texts, which no file should hold, go to a `Map`.
 */
export type CompteTable = {
  readonly size: () => number
  /** Number of a compte, −1 when unknown. */
  readonly find: (compte: string) => number
  /** Number of a compte, a new one when unknown. */
  readonly add: (compte: string) => number
  readonly text: (number: number) => string
}

export const newCompteTable = (): CompteTable => {
  /** Compte of each slot plus one, 0 when free; at most half of the slots are used. */
  let slots = new Int32Array(1024)
  let high = new Uint32Array(512)
  let low = new Uint32Array(512)
  let length = new Uint8Array(512)
  const others = new Map<string, number>()
  const otherTexts = new Map<number, string>()
  let count = 0

  /** The digits of the last text that was split: those before the last nine, and the last nine. */
  let upper = 0
  let lower = 0

  const split = (compte: string): boolean => {
    const size = compte.length
    if (size === 0 || size > 18) return false
    upper = 0
    lower = 0
    const border = size - 9
    for (let at = 0; at < size; at++) {
      const digit = compte.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) return false
      if (at < border) upper = upper * 10 + digit
      else lower = lower * 10 + digit
    }
    return true
  }

  /** The slot of these digits, or the free one where they would go. */
  const slotOf = (size: number): number => {
    const mask = slots.length - 1
    let slot = mix(upper, lower) & mask
    for (;;) {
      const found = (slots[slot] ?? 0) - 1
      if (found < 0 || (low[found] === lower && high[found] === upper && length[found] === size)) return slot
      slot = (slot + 1) & mask
    }
  }

  const grow = (): void => {
    high = copied(high, new Uint32Array(count * 2))
    low = copied(low, new Uint32Array(count * 2))
    length = copied(length, new Uint8Array(count * 2))
    slots = new Int32Array(slots.length * 2)
    const mask = slots.length - 1
    for (let compte = 0; compte < count; compte++) {
      if (length[compte] === 0) continue
      let slot = mix(high[compte] ?? 0, low[compte] ?? 0) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = compte + 1
    }
  }

  return {
    size: () => count,
    find(compte) {
      if (!split(compte)) return others.get(compte) ?? -1
      return (slots[slotOf(compte.length)] ?? 0) - 1
    },
    add(compte) {
      if (count === high.length) grow()
      if (!split(compte)) {
        const known = others.get(compte)
        if (known !== undefined) return known
        const text = owned(compte)
        others.set(text, count)
        otherTexts.set(count, text)
        return count++
      }
      const slot = slotOf(compte.length)
      const found = (slots[slot] ?? 0) - 1
      if (found >= 0) return found
      slots[slot] = count + 1
      high[count] = upper
      low[count] = lower
      length[count] = compte.length
      return count++
    },
    text(number) {
      const size = length[number] ?? 0
      if (size === 0) return otherTexts.get(number) ?? ''
      return size <= 9 ? String(low[number]).padStart(size, '0') : String(high[number]).padStart(size - 9, '0') + String(low[number]).padStart(9, '0')
    },
  }
}

/** Spreads consecutive numbers over the slots. */
const mix = (upper: number, lower: number): number => {
  let hash = Math.imul(upper ^ Math.imul(lower, 0x9e3779b1), 0x85ebca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 13)) >>> 0
}

const copied = <T extends Uint32Array | Uint8Array>(old: T, fresh: T): T => {
  fresh.set(old)
  return fresh
}

/** A text cut from a piece of a file keeps the whole piece in memory: a copy does not. */
const owned = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')
