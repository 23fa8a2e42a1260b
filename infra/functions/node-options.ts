/** V8's share of a function's memory; the rest is for Node itself, its buffers and the code. */
const heapShare = 0.35;

/**
 * How Node runs in a function. V8 keeps garbage for as long as it may, so it is told what it has: a scan of a hundred
 * thousand accounts then takes half of the memory, at the same pace.
 */
export const nodeOptions = (memoryMb: number): string =>
  ["--enable-source-maps", "--max-semi-space-size=8", `--max-old-space-size=${Math.floor(memoryMb * heapShare)}`].join(
    " ",
  );
