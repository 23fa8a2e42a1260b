import type { QueueCounts } from "./queues.ts";

const everyMs = 1_000;

/** Writes one line a second while the queue drains; plain lines, so that it reads the same in a log. */
export const progressPrinter = (print: (line: string) => void, now: () => number) => {
  let lastAt = now();
  return ({ visible, hidden, delayed }: QueueCounts, accountsSeen: number): void => {
    if (now() - lastAt < everyMs) return;
    lastAt = now();
    print(`${accountsSeen} accounts handled, ${visible + delayed} messages waiting, ${hidden} in flight`);
  };
};
