/** Half of V8's young generation, in MiB: what a container never needs more of, here where two of them share a process. */
const YOUNG_HALF = 16

/**
 * Limits of V8 for each container of a process, from the memory of the function in MiB. Lambda's runtime gives nine tenths of the memory to the old generation
 * and a tenth to the young one. Without them V8 sizes its heap by the machine, and collects what is garbage only when gigabytes of it are there.
 * The containers of a process share what one of them has on AWS, so that a process never needs more than its function is given.
 */
export const heapLimits = (memoryMegabytes: number, containers: number): string[] => {
  const share = Math.floor(memoryMegabytes / containers)
  const young = Math.min(YOUNG_HALF, Math.max(1, Math.floor(share / 20)))
  return [`--max-old-space-size=${Math.floor((share * 9) / 10)}`, `--max-semi-space-size=${young}`]
}

/**
 * For a function that receives pieces of megabytes, which hang outside the heap while little is in it: V8 frees them when it marks the whole heap, never when it
 * clears the young generation. With its own settings it marks once per piece, at half the cost of the piece; left to grow threefold it keeps a dozen pieces
 * (measured: 60 MiB more). The young generation, which only holds what a request needs, stays at its smallest. Given after those of `heapLimits`, it wins.
 */
export const PIECES_HEAP: readonly string[] = ['--max-semi-space-size=1', '--heap-growing-percent=50']
