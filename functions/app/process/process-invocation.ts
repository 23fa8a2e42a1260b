import { ConfigError } from "../../domain/errors.ts";
import { type Delivery, isFirstLook } from "../settle/ports.ts";
import { type ProcessDeps, processDeliveries } from "../settle/process-deliveries.ts";
import { readSwitch } from "../settle/write-gate.ts";
import { inBatches, isAboveSuspicion, isAloneAgain, mayTakeMore, narrower, type Width } from "./width.ts";

export type InvocationDeps = ProcessDeps & {
  readonly width: Width;
  /** Whether Zuora is being stayed away from: what would only wait is left where it is. */
  readonly isPaused: () => boolean;
  /** Told when a batch is done with; absent: nobody asks. */
  readonly afterBatch?: (() => Promise<void>) | undefined;
};

/**
 * In so much of its time an invocation puts another batch where one is done with: the last has as much time as it may
 * need.
 */
const takingPart = 1 / 3;

/**
 * Handles what SQS delivered, and as much more of the queue as is read and written together: a full delivery tells that
 * more is waiting, and one that waited comes back with others. Where a full batch is done with, another takes its place
 * at once, so that the calls of the slowest one leave no other idle. What was taken beside the delivery is deleted
 * here, since nobody else does; and so is the delivery itself, batch by batch, where another batch follows that might
 * kill the function.
 *
 * @returns the ids of the delivered messages that SQS shall keep
 * @throws what a batch of a single account threw, when all the others have been handled and deleted
 */
export const processInvocation = async (
  deps: InvocationDeps,
  delivered: readonly Delivery[],
): Promise<readonly string[]> => {
  const { width, maxReceiveCount, remainingMs } = deps;
  const takesUntilMs = remainingMs() * (1 - takingPart);
  const taken = await takeMore(deps, delivered);
  const batches = inBatches([...delivered, ...taken], width, maxReceiveCount);
  const sideBySide = batches.filter((batch) => isAboveSuspicion(batch, maxReceiveCount));
  const waiting = batches.filter((batch) => !sideBySide.includes(batch));
  let leavesToLambda = taken.length === 0 && batches.length === 1;
  const kept = new Set<Delivery>();
  const thrown: unknown[] = [];
  let handled = 0;
  const handle = async (batch: readonly Delivery[]): Promise<void> => {
    handled += 1;
    try {
      const invocationId = `${deps.invocationId}-${handled}`;
      const hadAllTime = handled === 1 && isAloneAgain(batch, maxReceiveCount);
      const keptIds = new Set(await processDeliveries({ ...deps, invocationId, hadAllTime }, batch));
      // By delivery: what was hidden for a moment may come back within the invocation, and be done with then.
      for (const each of batch) if (keptIds.has(each.messageId)) kept.add(each);
      if (!leavesToLambda)
        await acknowledge(
          deps,
          batch.filter((each) => !kept.has(each)),
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
    await deps.afterBatch?.();
  };
  /** @returns what takes the place of a batch: nothing, once somebody is to be handled beside fewer others */
  const takeNext = async (done: readonly Delivery[]): Promise<readonly Delivery[]> => {
    const isMoreWaiting = taken.length > 0 && done.length >= width.together;
    if (!isMoreWaiting || waiting.length > 0 || remainingMs() < takesUntilMs || !(await mayTake(deps))) return [];
    const more = inBatches(await receive(deps, width.together), width, maxReceiveCount);
    const [next = []] = more.filter((batch) => isAboveSuspicion(batch, maxReceiveCount));
    waiting.push(...more.filter((batch) => batch !== next));
    return next;
  };
  const handleInTurn = async (first: readonly Delivery[]): Promise<void> => {
    for (let batch = first; batch.length > 0; batch = await takeNext(batch)) await handle(batch);
  };
  await Promise.all(sideBySide.map(handleInTurn));
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) await handle(batch);
  if (thrown.length > 0) throw thrown[0];
  return delivered.filter((each) => kept.has(each)).map(({ messageId }) => messageId);
};

/** What waited together comes back within a second, one by one. */
const gatheringMs = 1_000;

const takeMore = async (deps: InvocationDeps, delivered: readonly Delivery[]): Promise<readonly Delivery[]> => {
  const { width, maxReceiveCount, clock } = deps;
  const room = width.batches * width.together - delivered.length;
  const isFull = delivered.length >= width.delivered;
  if (room <= 0 || !(isFull || !delivered.every(isFirstLook))) return [];
  if (!mayTakeMore(delivered, width, maxReceiveCount) || !(await mayTake(deps))) return [];
  if (!isFull) await clock.sleep(gatheringMs);
  return receive(deps, room);
};

/** What would only wait stays in the queue. */
const mayTake = async (deps: InvocationDeps): Promise<boolean> => {
  if (deps.isPaused()) return false;
  const position = await readSwitch(deps);
  return !(position instanceof ConfigError) && position === "on";
};

const receive = async ({ deliveries, telemetry }: InvocationDeps, max: number): Promise<readonly Delivery[]> => {
  const more = await deliveries.receiveMore(max);
  if (more.failed !== undefined)
    telemetry.warn("queue operation failed", { operation: "receive", reason: more.failed });
  return more.deliveries;
};

const acknowledge = async ({ deliveries, telemetry }: InvocationDeps, done: readonly Delivery[]): Promise<void> => {
  const left = await deliveries.acknowledge(done);
  if (left > 0) telemetry.warn("queue operation failed", { operation: "delete", messages: left });
};
