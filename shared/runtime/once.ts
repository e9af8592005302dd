/**
 * One value per container, made at first use; a failure is not kept, so that the next message tries again
 * (style: drivers are opened outside the handler and never closed by it).
 */
export const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined
  return async () => {
    made ??= make()
    try {
      return await made
    } catch (error) {
      made = undefined
      throw error
    }
  }
}
