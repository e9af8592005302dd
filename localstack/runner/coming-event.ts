import type { Writable } from 'node:stream'

/**
 * The JSON of an event that is being written, of which the length is known: it travels to the function while the rest of it arrives from the client. An event
 * that is whole already is one too.
 */
export class ComingEvent {
  readonly length: number
  readonly #written: () => Buffer
  readonly #listeners = new Set<() => void>()
  #failure: Error | undefined

  /** `written` gives the bytes that are there: they only become more. */
  constructor(length: number, written: () => Buffer) {
    this.length = length
    this.#written = written
  }

  static whole(bytes: Buffer): ComingEvent {
    return new ComingEvent(bytes.byteLength, () => bytes)
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get isWhole(): boolean {
    return !this.hasFailed && this.#written().byteLength === this.length
  }

  /** More is written. */
  grown(): void {
    for (const listener of this.#listeners) listener()
  }

  /** The rest will never come: whoever sends it lets go. */
  fail(error: Error): void {
    this.#failure = error
    this.grown()
  }

  /** All of it, once it is there. Throws what it failed with. */
  bytes(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#failure !== undefined) reject(this.#failure)
        else if (this.isWhole) resolve(this.#written())
        else return
        this.#listeners.delete(look)
      }
      this.#listeners.add(look)
      look()
    })
  }

  /** Writes it from its beginning as it comes, then ends `target`; destroys it when the rest never comes. */
  sendTo(target: Writable): void {
    let sent = 0
    const send = () => {
      if (this.#failure !== undefined) target.destroy(this.#failure)
      if (target.destroyed) {
        this.#listeners.delete(send)
        return
      }
      const part = this.#written().subarray(sent)
      sent += part.byteLength
      if (sent < this.length) {
        if (part.byteLength > 0) target.write(part)
        return
      }
      this.#listeners.delete(send)
      target.end(part)
    }
    this.#listeners.add(send)
    send()
  }
}
