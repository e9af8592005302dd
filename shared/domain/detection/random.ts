import { createHash } from 'node:crypto'

/** A stream of pseudo-random draws. Same (seed, purpose, index) ⇒ same stream, on every machine (detect §4.3, determinism). */
export type Random = {
  /** 32 bits, unsigned. */
  uint32: () => number
  /** Uniform in [0, 1). */
  uniform: () => number
  /** Standard normal (Box–Muller, one value per two draws: the number of draws does not depend on the values). */
  normal: () => number
}

/** `sfc32` whose state is the first 16 bytes of SHA-256("sf:" + seed + ":" + purpose + ":" + index), 20 outputs discarded (detect §4.3). */
export const randomOf = (seed: number, purpose: string, index: number | string): Random => {
  const digest = createHash('sha256').update(`sf:${seed}:${purpose}:${index}`).digest()
  let a = digest.readInt32BE(0)
  let b = digest.readInt32BE(4)
  let c = digest.readInt32BE(8)
  let counter = digest.readInt32BE(12)
  const uint32 = (): number => {
    const result = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + result) | 0
    return result >>> 0
  }
  for (let i = 0; i < 20; i++) uint32()
  const uniform = (): number => uint32() / 2 ** 32
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uint32, uniform, normal }
}

/** A number in [0, 1) that depends on the text alone: first 4 bytes of its SHA-256 (detect §1.4). */
export const hashedUniform = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
