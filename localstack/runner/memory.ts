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
 * For a function that receives pieces of megabytes. Each leaves twice its size outside the heap, which V8 counts as if it were in it: with its own settings
 * it marks the whole heap once per piece, which costs more than the piece (measured: 30 of 70 ms of processor). Here it waits until the heap and what hangs
 * on it have grown threefold.
 */
export const PIECES_HEAP: readonly string[] = ['--heap-growing-percent=200']

/**
 * For the same function, and for the edge: glibc keeps what is freed instead of giving it back to the system, which would clear every page again for the next piece
 * (measured: 10 ms of processor for five megabytes, 1 ms when they are kept). Other allocators ignore these variables.
 */
export const PIECES_ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(128 * 1024 * 1024),
  MALLOC_TOP_PAD_: String(16 * 1024 * 1024),
}
