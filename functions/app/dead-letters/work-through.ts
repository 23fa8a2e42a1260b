import type { DeadLetter, DeadLetterQueue } from "../records/ports.ts";

export type WorkThroughOptions = {
  /** For how long messages are hidden: what a crash holds back is seen again after that, in seconds. */
  readonly hideSeconds: number;
  /** Asked before each receive: whoever is interrupted leaves nothing hidden. */
  readonly isStopped?: (() => boolean) | undefined;
  /** Waited for before each receive, when nothing is in hand whose receipt could run out. */
  readonly beforeReceive?: () => Promise<void>;
};

/**
 * Takes dead letters until there are none to be had, deletes those that are done with, and makes all the others
 * visible again, whatever happens.
 *
 * @param handle told of each batch; returns those of it that are done with
 * @returns how many were deleted
 */
export const workThrough = async (
  queue: DeadLetterQueue,
  { hideSeconds, isStopped = () => false, beforeReceive = async () => {} }: WorkThroughOptions,
  handle: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>,
): Promise<number> => {
  const hidden = new Set<DeadLetter>();
  let deleted = 0;
  try {
    for (;;) {
      await beforeReceive();
      if (isStopped()) break;
      const letters = await queue.receive(hideSeconds);
      if (letters.length === 0) break;
      for (const letter of letters) hidden.add(letter);
      const done = await handle(letters);
      if (done.length === 0) continue;
      const kept = await queue.delete(done);
      for (const letter of done) hidden.delete(letter);
      deleted += done.length - kept.length;
    }
    return deleted;
  } finally {
    await queue.release([...hidden]);
  }
};
