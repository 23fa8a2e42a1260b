import type { AccountId } from "../../domain/account.ts";
import { couldCharge, type PaymentRun } from "../../domain/payment-run.ts";
import type { PaymentRunWatch } from "./ports.ts";

/** The payment runs as somebody sees them who looks now. */
export type PaymentRunsNow = {
  /** Those that are charging; what they may charge gets no credit until they end. */
  readonly charging: readonly Pick<PaymentRun, "number" | "beganAt">[];
  readonly next: NextPaymentRun | undefined;
};

/** The payment run that charges next, and whom it would charge who has credit or a negative invoice. */
export type NextPaymentRun = {
  readonly number: string | undefined;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  /** Accounts that are owed something and have an open invoice which its filters allow. */
  readonly wouldCharge: readonly AccountId[];
};

/**
 * Looks for payment runs that charge, for the next one, and for accounts that it would charge although money of theirs
 * is there.
 *
 * @param owed accounts with credit or a negative invoice; asked for only where there is a run
 */
export const paymentRunsNow = async (
  watch: PaymentRunWatch,
  owed: () => Promise<readonly AccountId[]>,
  now: number,
): Promise<PaymentRunsNow> => {
  const runs = await watch.runs(now);
  const charging = runs.filter(({ status }) => status === "Processing");
  const next = runs.filter(isPending).toSorted((a, b) => a.startsAt - b.startsAt)[0];
  if (next === undefined) return { charging, next };
  const ids = await owed();
  const chargeable = ids.length === 0 ? [] : await watch.withSomethingToCharge(ids, now);
  const wouldCharge = chargeable.filter((account) => couldCharge(next, account)).map(({ id }) => id);
  return { charging, next: { number: next.number, startsAt: next.startsAt, wouldCharge } };
};

const isPending = (run: PaymentRun): run is PaymentRun & { startsAt: number } =>
  run.startsAt !== undefined && run.beganAt === undefined;
