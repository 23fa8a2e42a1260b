import { type SqsQueue, SqsStore } from "./fauxqs.ts";
import { FifoQueue } from "./fifo-queue.ts";

/** How long SQS remembers a deduplication id. */
const deduplicationMs = 5 * 60_000;

/** Ids that one queue remembers at a time. fauxqs forgets after 10,000, which a large scan exceeds. */
const deduplicationIdsMax = 1_000_000;

/** Queues by name, the FIFO ones behaving as in AWS. */
export class FifoStore extends SqsStore {
  // An empty host makes queue URLs carry the address that the client used, which resolves everywhere.
  override host = "";

  override createQueue(...args: Parameters<SqsStore["createQueue"]>): SqsQueue {
    const queue = super.createQueue(...args);
    if (!queue.isFifo()) return queue;
    const Cache = queue.deduplicationCache.constructor as new (
      max: number,
      ttlMs: number,
    ) => SqsQueue["deduplicationCache"];
    // fauxqs makes the queue itself and knows no other class, so the queue changes its class afterwards.
    return Object.setPrototypeOf(
      Object.assign(queue, {
        deduplicationCache: new Cache(deduplicationIdsMax, deduplicationMs),
        expiredHandles: new Set<string>(),
      }),
      FifoQueue.prototype,
    ) as FifoQueue;
  }
}
