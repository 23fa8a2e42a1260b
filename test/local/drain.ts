import { setTimeout as sleep } from "node:timers/promises";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { QueueCounts } from "./queues.ts";

const lookEveryMs = 100;

export type DrainSettings = {
  readonly mapping: EventSourceMapping;
  readonly count: () => Promise<QueueCounts>;
  /** Aborted when the deadline has passed or the run was interrupted. */
  readonly giveUp: AbortSignal;
  readonly onProgress: (counts: QueueCounts) => void;
};

/**
 * Waits until nothing is queued, hidden or being handled.
 *
 * @returns whether it came to that
 */
export const drain = async ({ mapping, count, giveUp, onProgress }: DrainSettings): Promise<boolean> => {
  let failure: unknown;
  mapping.finished.catch((error: unknown) => {
    failure = error;
  });
  while (!giveUp.aborted) {
    if (failure !== undefined) throw failure;
    const counts = await count();
    if (counts.visible + counts.hidden + counts.delayed === 0 && mapping.handling === 0) return true;
    onProgress(counts);
    await pause(lookEveryMs, giveUp);
  }
  return false;
};

/** Waits, or less when there is no reason to wait any longer. */
export const pause = async (milliseconds: number, giveUp: AbortSignal): Promise<void> => {
  await sleep(milliseconds, undefined, { signal: giveUp }).catch(() => undefined);
};
