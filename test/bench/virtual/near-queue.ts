import { writeMessage } from "../../../functions/app/message.ts";
import type { Clock } from "../../../functions/app/ports.ts";
import type { WorkQueue } from "../../../functions/app/queue-ports.ts";
import type { Deliveries, Delivery } from "../../../functions/app/settle/ports.ts";
import { slices } from "../../../functions/app/slices.ts";

/** SQS's limit on one batch of anything. */
const batchMax = 10;

/** As many batches as the scanner sends at a time. */
const senders = 8;

/**
 * A work queue in memory, where nothing goes wrong: messages in order, one of each group. Every request takes as long
 * as SQS takes for one, give or take the half, so that no two runs share out the messages alike.
 */
export class NearQueue {
  readonly #clock: Clock;
  readonly #requestMs: () => number;
  readonly #waiting: Delivery[] = [];
  readonly #inHand = new Set<Delivery>();
  #next = 0;

  constructor(clock: Clock, requestMs: () => number) {
    this.#clock = clock;
    this.#requestMs = requestMs;
  }

  get isEmpty(): boolean {
    return this.#next === this.#waiting.length && this.#inHand.size === 0;
  }

  async receive(max: number): Promise<readonly Delivery[]> {
    await this.#request();
    const received = this.#waiting.slice(this.#next, this.#next + Math.min(max, batchMax));
    this.#next += received.length;
    for (const each of received) this.#inHand.add(each);
    return received;
  }

  /** What is gone already went in the invocation itself, and SQS says nothing of it. */
  async remove(done: readonly Delivery[]): Promise<void> {
    await Promise.all(slices(done, batchMax).map(() => this.#request()));
    for (const each of done) this.#inHand.delete(each);
  }

  /** The scanner's end. */
  readonly work: WorkQueue = {
    depth: async () => this.#waiting.length - this.#next,
    send: async (accountIds, runId, firstQueuedAt) => {
      const batches = slices([...accountIds], batchMax);
      const turns = batches.values();
      const sendAll = async () => {
        for (const batch of turns) {
          await this.#request();
          for (const accountId of batch) this.#waiting.push(this.#delivery(accountId, runId, firstQueuedAt));
        }
      };
      await Promise.all(Array.from({ length: senders }, sendAll));
      return batches.flat().length;
    },
  };

  /** The processors' end. */
  readonly deliveries: Deliveries = {
    receiveMore: async (max) => {
      const deliveries: Delivery[] = [];
      for (let round = 1; round <= 3 && deliveries.length < max; round += 1) {
        const counts = slices(Array.from({ length: max - deliveries.length }), batchMax).map(({ length }) => length);
        const received = (await Promise.all(counts.map((count) => this.receive(count)))).flat();
        if (received.length === 0) break;
        deliveries.push(...received);
      }
      return { deliveries };
    },
    acknowledge: async (done) => {
      await this.remove(done);
      return 0;
    },
    hide: () => Promise.reject(nothingGoesWrong()),
    renew: () => Promise.reject(nothingGoesWrong()),
    deadLetter: () => Promise.reject(nothingGoesWrong()),
  };

  #request(): Promise<void> {
    return this.#clock.sleep(this.#requestMs());
  }

  #delivery(accountId: string, runId: string, firstQueuedAt: string): Delivery {
    return {
      messageId: `${runId}-${accountId}`,
      receiptHandle: accountId,
      body: writeMessage({ accountId, runId }),
      messageGroupId: accountId,
      receiveCount: 1,
      firstReceivedAt: firstQueuedAt,
      firstQueuedAt,
      earlierAttempts: 0,
      notBefore: undefined,
      troubledSince: {},
      queuedDry: false,
    };
  }
}

const nothingGoesWrong = () => new Error("an account of the bench was not settled at once");
