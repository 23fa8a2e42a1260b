import { add, type Money, min, negate, subtract, sum, zero } from "../money.ts";

/**
 * One credit balance adjustment of an account, whoever made it and whatever its source. Instants are epoch
 * milliseconds.
 */
export type CreditMovement = {
  /** Zuora's number, such as `CBA-00000001`: the order within a second. */
  readonly number: string;
  /** It carries the id of a run. */
  readonly isOurs: boolean;
  readonly type: "Increase" | "Decrease";
  readonly amount: Money;
  /** Zuora's id of the invoice, payment or refund that it was made on; absent where Zuora does not tell. */
  readonly sourceId?: string | undefined;
  readonly createdAt: number;
  /** Absent where it still stands. */
  readonly canceledAt?: number | undefined;
};

/** Whose an account's credit is. Together they are its credit balance. */
export type CreditParts = {
  /** Put there by others. */
  readonly standing: Money;
  /** Put there by our transfers and not spent since. */
  readonly ours: Money;
  /** Given back where a person canceled an application of ours: a person said no, and until one says yes it stays. */
  readonly freed: Money;
};

type Part = keyof CreditParts;

/** Nothing says whose credit was spent, so each order below is the one that cannot do what somebody forbade. */
const spentByOthers: readonly Part[] = ["standing", "ours", "freed"];
/** Freed credit last: it is spent by us only when a person released it. */
const spentByUs: readonly Part[] = ["ours", "standing", "freed"];
/** What a transfer brought was either not spent yet, or was given back first. */
const takenBack: readonly Part[] = ["ours", "freed", "standing"];
/** What left without a record is not ours any more. */
const unexplained: readonly Part[] = ["ours", "standing", "freed"];

/**
 * Walks an account's credit through time and keeps every part between nought and what is there: what others spend is
 * gone, and nobody's later credit makes up for it. Where the records end above the balance, or below it, the difference
 * is not ours.
 */
export const creditParts = (movements: readonly CreditMovement[], balance: Money): CreditParts => {
  const parts = walked(movements);
  const unrecorded = subtract(balance, totalOf(parts));
  return unrecorded.lt(0) ? take(parts, negate(unrecorded), unexplained) : give(parts, unrecorded, "standing");
};

/** What there would be if nothing had moved without a record. */
export const recordedCredit = (movements: readonly CreditMovement[]): Money => totalOf(walked(movements));

/**
 * The same as it was when a payment run began, less what others have spent until it ended: a run that applies credit
 * does so once it has begun. What came without a record is left out, since nothing tells when.
 *
 * @param balance the credit as it is now
 * @param run in epoch milliseconds; without an end where it is under way
 */
export const creditPartsAt = (
  movements: readonly CreditMovement[],
  balance: Money,
  { beganAt, endedAt = Number.POSITIVE_INFINITY }: { readonly beganAt: number; readonly endedAt?: number | undefined },
): CreditParts => {
  const isSpentMeanwhile = ({ createdAt, isOurs, type }: CreditMovement) =>
    !isOurs && type === "Decrease" && createdAt <= endedAt;
  const before = movements
    .filter((each) => each.createdAt <= beganAt || isSpentMeanwhile(each))
    .map((each) => (each.isOurs && (each.canceledAt ?? 0) > beganAt ? { ...each, canceledAt: undefined } : each));
  const lost = subtract(recordedCredit(movements), balance);
  return lost.gt(0) ? take(walked(before), lost, unexplained) : walked(before);
};

const walked = (movements: readonly CreditMovement[]): CreditParts => {
  let parts: CreditParts = { standing: zero, ours: zero, freed: zero };
  for (const { change } of movements.flatMap(eventsOf).toSorted(inTime)) parts = change(parts);
  return parts;
};

const totalOf = (parts: CreditParts): Money => sum(Object.values(parts));

type Event = {
  readonly at: number;
  readonly gains: boolean;
  readonly number: string;
  readonly change: (parts: CreditParts) => CreditParts;
};

const eventsOf = ({ isOurs, type, amount, createdAt, number, ...rest }: CreditMovement): readonly Event[] => {
  // What others made and took back is as if it had never been.
  if (!isOurs && rest.canceledAt !== undefined) return [];
  const canceledAt = rest.canceledAt === undefined ? undefined : Math.max(rest.canceledAt, createdAt + 1);
  const gain = (at: number, to: Part): Event => ({
    at,
    gains: true,
    number,
    change: (parts) => give(parts, amount, to),
  });
  const loss = (at: number, order: readonly Part[]): Event => ({
    at,
    gains: false,
    number,
    change: (parts) => take(parts, amount, order),
  });
  if (type === "Increase") {
    const made = gain(createdAt, isOurs ? "ours" : "standing");
    return canceledAt === undefined ? [made] : [made, loss(canceledAt, takenBack)];
  }
  const made = loss(createdAt, isOurs ? spentByUs : spentByOthers);
  return canceledAt === undefined ? [made] : [made, gain(canceledAt, "freed")];
};

/** Zuora tells instants in seconds. Credit is never below nought, so within one second it came before it went. */
const inTime = (a: Event, b: Event): number =>
  a.at - b.at || Number(b.gains) - Number(a.gains) || (a.number < b.number ? -1 : 1);

const give = (parts: CreditParts, amount: Money, to: Part): CreditParts => ({ ...parts, [to]: add(parts[to], amount) });

/** As much as there is, part after part. */
const take = (parts: CreditParts, amount: Money, order: readonly Part[]): CreditParts => {
  let left = amount;
  const rest = { ...parts };
  for (const part of order) {
    const taken = min(left, rest[part]);
    rest[part] = subtract(rest[part], taken);
    left = subtract(left, taken);
  }
  return rest;
};
