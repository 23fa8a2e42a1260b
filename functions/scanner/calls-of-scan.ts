/** How the calls that a stage may have in flight are shared between a scan and the processors. */
export type SharedCalls = {
  /** All that a scan may have in flight while nothing is being settled. */
  readonly alone: number;
  /** What it may have however much is being settled. */
  readonly beside: number;
  /** What each processor may have. */
  readonly eachProcessor: number;
};

/** Lambda hands a processor as many messages of a FIFO queue at most: so many keep one busy at the least. */
const messagesOfProcessor = 10;

/**
 * How many calls a scan may have in flight that begins now: what the processors leave that have something to do.
 *
 * @param messages in the queue, those in hand included; SQS counts approximately
 */
export const callsOfScan = (messages: number, { alone, beside, eachProcessor }: SharedCalls): number =>
  Math.max(beside, alone - Math.ceil(messages / messagesOfProcessor) * eachProcessor);

/** So often a scan looks into the queue again, in milliseconds. */
const lookAgainMs = 3_000;

export type ShareDeps = {
  /** In the queue now, those in hand included. */
  readonly messages: () => Promise<number>;
  /** So many calls may be in flight from now on. */
  readonly allow: (calls: number) => void;
  readonly now: () => number;
  /** Told where the queue could not be looked into again: the scan keeps what it has. */
  readonly onUnread: (error: unknown) => void;
};

/** What a scan has of the calls of its stage, for as long as it lasts. */
export type Share = {
  /** When it began. */
  readonly calls: number;
  /**
   * Asked before a call leaves. What is queued during a scan, by a replay, a callout or the scan itself, is settled by
   * the calls that were idle when it began: it gives them back, and never takes them again.
   */
  readonly lookAgain: () => Promise<void>;
};

export const takeShare = async ({ messages, allow, now, onUnread }: ShareDeps, shared: SharedCalls): Promise<Share> => {
  let lookedAt = now();
  let calls = callsOfScan(await messages(), shared);
  allow(calls);
  const narrow = async (): Promise<void> => {
    calls = Math.min(calls, callsOfScan(await messages(), shared));
    allow(calls);
  };
  return {
    calls,
    lookAgain: async () => {
      if (calls <= shared.beside || now() - lookedAt < lookAgainMs) return;
      lookedAt = now();
      await narrow().catch(onUnread);
    },
  };
};
