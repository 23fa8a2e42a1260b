import { afterEach, beforeEach, vi } from "vitest";

/** Every line that is written to stdout or stderr during a test, oldest first; none of it reaches the terminal. */
export const useWrittenLines = (): string[] => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => {
        lines.push(...String(text).split("\n").filter(Boolean));
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return lines;
};
