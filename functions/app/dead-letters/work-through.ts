import type { DeadLetter, DeadLetterQueue } from "./ports.ts";

export type WorkThroughOptions = {
  /** For how long messages are hidden: what a crash holds back is seen again after that, in seconds. */
  readonly hideSeconds: number;
  /** Asked before each receive: whoever is interrupted leaves nothing hidden. */
  readonly isStopped?: (() => boolean) | undefined;
  /** Waited for before each receive, when nothing is in hand whose receipt could run out. */
  readonly beforeReceive?: () => Promise<void>;
};

/** SQS hides no message for longer, in seconds. */
const hideSecondsMax = 43_200;

/**
 * Takes dead letters until there are none to be had, deletes those that are done with, and makes all the others
 * visible again, whatever happens. Whoever takes long sees letters again that he left: they are told of once, and each
 * further receive of nothing else hides for longer, so that there is an end to it.
 *
 * @param handle told of each letter once, in batches; returns those of a batch that are done with
 * @returns how many were deleted
 */
export const workThrough = async (
  queue: DeadLetterQueue,
  { hideSeconds, isStopped = () => false, beforeReceive = async () => {} }: WorkThroughOptions,
  handle: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>,
): Promise<number> => {
  /** By message id, with the receipt that counts now. */
  const left = new Map<string, DeadLetter>();
  let deleted = 0;
  let receivesOfSeen = 0;
  try {
    for (;;) {
      await beforeReceive();
      if (isStopped()) break;
      const letters = await queue.receive(Math.min(hideSecondsMax, hideSeconds * (1 + receivesOfSeen)));
      if (letters.length === 0) break;
      const fresh = letters.filter(({ messageId }) => !left.has(messageId));
      for (const letter of letters) left.set(letter.messageId, letter);
      if (fresh.length === 0) {
        receivesOfSeen += 1;
        continue;
      }
      const done = await handle(fresh);
      if (done.length === 0) continue;
      const kept = await queue.delete(done);
      // Those that came back before they were deleted are told of once more.
      for (const { messageId } of done) left.delete(messageId);
      deleted += done.length - kept.length;
    }
    return deleted;
  } finally {
    await queue.release([...left.values()]);
  }
};
