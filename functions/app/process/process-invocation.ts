import { ConfigError } from "../../domain/errors.ts";
import { type Delivery, isFirstLook } from "../settle/ports.ts";
import { type ProcessDeps, processDeliveries } from "../settle/process-deliveries.ts";
import { readSwitch } from "../settle/write-gate.ts";
import { inBatches, isAboveSuspicion, isAlone, mayTakeMore, narrower, type Width } from "./width.ts";

export type InvocationDeps = ProcessDeps & {
  readonly width: Width;
  /** Whether Zuora is being stayed away from: what would only wait is left where it is. */
  readonly isPaused: () => boolean;
};

/**
 * Handles what SQS delivered, and as much more of the queue as is read and written together: a full delivery tells that
 * more is waiting, and one that waited comes back with others. What was taken beside the delivery is deleted here, since
 * nobody else does; and so is the delivery itself, batch by batch, where another batch follows that might kill the
 * function.
 *
 * @returns the ids of the delivered messages that SQS shall keep
 * @throws what a batch of a single account threw, when all the others have been handled and deleted
 */
export const processInvocation = async (
  deps: InvocationDeps,
  delivered: readonly Delivery[],
): Promise<readonly string[]> => {
  const { width, maxReceiveCount } = deps;
  const taken = await takeMore(deps, delivered);
  const batches = inBatches([...delivered, ...taken], width, maxReceiveCount);
  const sideBySide = batches.filter((batch) => isAboveSuspicion(batch, maxReceiveCount));
  const waiting = batches.filter((batch) => !sideBySide.includes(batch));
  let leavesToLambda = taken.length === 0 && batches.length === 1;
  const kept = new Set<string>();
  const thrown: unknown[] = [];
  let handled = 0;
  const handle = async (batch: readonly Delivery[]): Promise<void> => {
    handled += 1;
    try {
      const invocationId = `${deps.invocationId}-${handled}`;
      const hadAllTime = handled === 1 && isAlone(batch, maxReceiveCount);
      for (const id of await processDeliveries({ ...deps, invocationId, hadAllTime }, batch)) kept.add(id);
      if (!leavesToLambda)
        await acknowledge(
          deps,
          batch.filter(({ messageId }) => !kept.has(messageId)),
        );
    } catch (error) {
      // A fault of ours that one account provokes: narrower, and at once, it delays and kills nobody else.
      const parts = narrower(batch);
      if (parts.length > 1) waiting.unshift(...parts);
      else thrown.push(error);
      leavesToLambda = false;
      deps.telemetry.warn("batch failed", {
        accounts: batch.length,
        partsNext: parts.length > 1 ? parts.length : 0,
        reason: error instanceof Error ? error.stack : "unknown",
      });
    }
  };
  await Promise.all(sideBySide.map(handle));
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) await handle(batch);
  if (thrown.length > 0) throw thrown[0];
  return delivered.map(({ messageId }) => messageId).filter((id) => kept.has(id));
};

/** What waited together comes back within a second, one by one. */
const gatheringMs = 1_000;

const takeMore = async (deps: InvocationDeps, delivered: readonly Delivery[]): Promise<readonly Delivery[]> => {
  const { width, maxReceiveCount, deliveries, telemetry, clock } = deps;
  const room = width.batches * width.together - delivered.length;
  const isFull = delivered.length >= width.delivered;
  if (room <= 0 || !(isFull || !delivered.every(isFirstLook))) return [];
  if (deps.isPaused() || !mayTakeMore(delivered, width, maxReceiveCount)) return [];
  const position = await readSwitch(deps);
  if (position instanceof ConfigError || position !== "on") return [];
  if (!isFull) await clock.sleep(gatheringMs);
  const more = await deliveries.receiveMore(room);
  if (more.failed !== undefined)
    telemetry.warn("queue operation failed", { operation: "receive", reason: more.failed });
  return more.deliveries;
};

const acknowledge = async ({ deliveries, telemetry }: InvocationDeps, done: readonly Delivery[]): Promise<void> => {
  const left = await deliveries.acknowledge(done);
  if (left > 0) telemetry.warn("queue operation failed", { operation: "delete", messages: left });
};
