/**
 * An event in the making: JSON whose last property is the body, in Base64, encoded as it arrives. Base64 has no character that JSON escapes.
 * Frames are used again: five fresh megabytes per request, several times over, make the garbage collector of a process with a large heap the
 * first cost of this gateway (measured: 27 of 40 ms per piece).
 */
export type EventFrame = {
  /** Takes bytes of the body. False once the event has become longer than a frame: the rest is not kept. */
  add(chunk: Buffer): boolean
  /** The whole event. It may be read until `release`. */
  finish(): Buffer
  /** Gives the memory back, once nobody reads it any more. */
  release(): void
}

/** `bytes` is the longest event. */
export const eventFrames = (bytes: number): { open(head: string): EventFrame } => {
  const free: Buffer[] = []
  return {
    open(head) {
      const memory = free.pop() ?? Buffer.allocUnsafeSlow(bytes)
      let end = memory.write(`${head.slice(0, -1)},"body":"`)
      let rest = Buffer.alloc(0)
      let fits = true
      /** Small texts that die young, never one of the size of the body. */
      const encode = (part: Buffer) => {
        const length = Math.ceil(part.byteLength / 3) * 4
        fits &&= end + length + CLOSING.length <= memory.byteLength
        if (fits) end += memory.write(part.toString('base64'), end, 'latin1')
      }
      return {
        add(chunk) {
          const lead = rest.byteLength === 0 ? 0 : 3 - rest.byteLength
          if (chunk.byteLength < lead) rest = Buffer.concat([rest, chunk])
          else {
            if (lead > 0) encode(Buffer.concat([rest, chunk.subarray(0, lead)]))
            const whole = lead + Math.floor((chunk.byteLength - lead) / 3) * 3
            encode(chunk.subarray(lead, whole))
            rest = Buffer.from(chunk.subarray(whole))
          }
          return fits
        },
        finish() {
          encode(rest)
          end += memory.write(CLOSING, end, 'latin1')
          return memory.subarray(0, end)
        },
        release: () => void free.push(memory),
      }
    },
  }
}

const CLOSING = '"}'
