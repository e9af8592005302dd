/**
 * An event in the making: JSON whose last property is the body, in Base64, encoded as it arrives. Base64 has no character that JSON escapes.
 * Frames are used again: five fresh megabytes per request, several times over, make the garbage collector of a process with a large heap the
 * first cost of this gateway (measured: 27 of 40 ms per piece).
 */
export type EventFrame = {
  /** Takes bytes of the body. False once the event has become longer than a frame: the rest is not kept. */
  add(chunk: Buffer): boolean
  /** What is written so far. It may be read until `release`, and does not change any more. */
  written(): Buffer
  /** The whole event. It may be read until `release`. */
  finish(): Buffer
  /** Length of the whole event for a body of so many bytes; undefined when it does not fit. */
  lengthFor(bodyBytes: number): number | undefined
  /** Gives the memory back, once nobody reads it any more. */
  release(): void
}

/** `bytes` is the longest event. */
export const eventFrames = (bytes: number): { open(head: string): EventFrame } => {
  const free: Buffer[] = []
  return {
    open(head) {
      const memory = free.pop() ?? Buffer.allocUnsafeSlow(bytes)
      const start = memory.write(`${head.slice(0, -1)},"body":"`)
      let end = start
      let rest = Buffer.alloc(0)
      let fits = true
      /** Small texts that die young, never one of the size of the body. */
      const encode = (part: Buffer) => {
        const length = base64Length(part.byteLength)
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
        written: () => memory.subarray(0, end),
        lengthFor(bodyBytes) {
          const length = start + base64Length(bodyBytes) + CLOSING.length
          return length <= memory.byteLength ? length : undefined
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

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4
