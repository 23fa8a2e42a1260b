import type { AccountId } from "../../domain/account.ts";
import { couldCharge, type PaymentRun } from "../../domain/payment-run.ts";
import type { PaymentRunWatch } from "./ports.ts";

/** The payment run that charges next, and whom it would charge who has credit or a negative invoice. */
export type NextPaymentRun = {
  readonly number: string | undefined;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  /** Accounts that are owed something and have an open invoice which its filters allow. */
  readonly wouldCharge: readonly AccountId[];
};

/**
 * Looks for the next payment run, and for accounts that it would charge although money of theirs is there.
 *
 * @param owed accounts with credit or a negative invoice; asked for only where there is a run
 */
export const nextPaymentRun = async (
  watch: PaymentRunWatch,
  owed: () => Promise<readonly AccountId[]>,
  now: number,
): Promise<NextPaymentRun | undefined> => {
  const next = (await watch.runs(now)).filter(isPending).toSorted((a, b) => a.startsAt - b.startsAt)[0];
  if (next === undefined) return undefined;
  const ids = await owed();
  const chargeable = ids.length === 0 ? [] : await watch.withSomethingToCharge(ids, now);
  const wouldCharge = chargeable.filter((account) => couldCharge(next, account)).map(({ id }) => id);
  return { number: next.number, startsAt: next.startsAt, wouldCharge };
};

const isPending = (run: PaymentRun): run is PaymentRun & { startsAt: number } =>
  run.startsAt !== undefined && run.beganAt === undefined;
