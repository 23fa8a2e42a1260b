import type { Delivery } from "../settle/ports.ts";
import { slices } from "../slices.ts";

/** How many accounts a processor handles at a time. */
export type Width = {
  /** As many as Lambda hands out at once: a delivery of fewer was all that waited. */
  readonly delivered: number;
  /** As many as are read and written together. */
  readonly together: number;
  /** So many of those at a time. */
  readonly batches: number;
};

/** Lambda hands out no more messages of a FIFO queue than these. */
export const fifoDeliveryMax = 10;

/** One that dies leaves no more than so many batches waiting. */
const batchesMax = 7;

/** A fifth more batches than calls: while some look at who is being charged, others read. */
const batchesForEachCall = 1.2;

/**
 * Some steps of a batch are a single call, and Decreases are one call after the other: as many batches as calls, and
 * a fifth more, keep all of them busy.
 *
 * @param together as many accounts as shall be read and written together
 * @param calls to Zuora that one environment may have in flight
 */
export const widthFor = (together: number, calls: number): Width => ({
  delivered: Math.min(fifoDeliveryMax, together),
  together,
  batches: Math.min(Math.floor(batchesForEachCall * calls), batchesMax),
});

/** What has come back twice is handled beside so few others. */
const fewMax = 10;

/** Up to this receive a delivery is above suspicion: one invocation may die of anything. */
const receivesTogether = 2;

/**
 * How many a delivery may be handled together with, itself included. Waiting is renewed, so a receive count tells of
 * invocations that died or had too little time, and of the account's own failures: whoever may be the cause is handled
 * beside fewer and fewer others, and from the last receive but one beside nobody.
 */
const widthOf = ({ receiveCount }: Delivery, together: number, maxReceiveCount: number): number => {
  if (receiveCount > 1 && receiveCount >= maxReceiveCount - 1) return 1;
  return receiveCount <= receivesTogether ? together : Math.min(fewMax, together);
};

/** Whether more may be taken in beside these: not where one of them has come back too often. */
export const mayTakeMore = (deliveries: readonly Delivery[], { together }: Width, maxReceiveCount: number): boolean =>
  deliveries.every((each) => widthOf(each, together, maxReceiveCount) === together);

/**
 * Deliveries in the batches that they are handled in, one after the other: first together what is above suspicion, then
 * in tens what has come back, and last, each alone, what is on its last receives. On the very last the order is
 * reversed, so that whoever stood behind a killer stands before it now. Messages of one group stay together.
 */
export const inBatches = (
  deliveries: readonly Delivery[],
  { together }: Width,
  maxReceiveCount: number,
): readonly (readonly Delivery[])[] => {
  const groups = [...Map.groupBy(deliveries, ({ messageGroupId }) => messageGroupId).values()];
  const isLast = (group: readonly Delivery[]) => group.some(({ receiveCount }) => receiveCount >= maxReceiveCount);
  const ordered = [...groups.filter((group) => !isLast(group)), ...groups.filter(isLast).toReversed()];
  const widthOfGroup = (group: readonly Delivery[]) =>
    Math.min(...group.map((each) => widthOf(each, together, maxReceiveCount)));
  return [...Map.groupBy(ordered, widthOfGroup)]
    .toSorted(([a], [b]) => b - a)
    .flatMap(([width, own]) => slices(own, width))
    .map((batch) => batch.flat());
};

/** Whether all of a batch is above suspicion: it kills nobody who is handled beside it. */
export const isAboveSuspicion = (batch: readonly Delivery[], maxReceiveCount: number): boolean =>
  batch.every((each) => widthOf(each, Number.POSITIVE_INFINITY, maxReceiveCount) === Number.POSITIVE_INFINITY);

/** Whether a batch is a single group that has come back, rather than one that nobody happens to be beside. */
export const isAloneAgain = (batch: readonly Delivery[], maxReceiveCount: number): boolean =>
  !isAboveSuspicion(batch, maxReceiveCount) && narrower(batch).length === 1;

/**
 * A batch in narrower ones: tens, and then one group each. One batch, where it is a single group already.
 */
export const narrower = (batch: readonly Delivery[]): readonly (readonly Delivery[])[] => {
  const groups = [...Map.groupBy(batch, ({ messageGroupId }) => messageGroupId).values()];
  return slices(groups, groups.length > fewMax ? fewMax : 1).map((part) => part.flat());
};
