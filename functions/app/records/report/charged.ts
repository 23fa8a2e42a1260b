import type { AccountId } from "../../../domain/account.ts";
import { type Money, negate } from "../../../domain/money.ts";
import { begunWithin, couldCharge, type PaymentRun } from "../../../domain/payment-run.ts";
import type { Policy } from "../../../domain/policy.ts";
import { isOurs } from "../../../domain/run-id.ts";
import { freshCreditAt, freshCreditMs } from "../../scan/negative-when-charged.ts";
import type { CreditMove, PaymentRunWatch } from "../../scan/ports.ts";
import { isWithin, movedWithin, movesOf } from "./moves.ts";
import { owedAt } from "./owed-at.ts";
import type { Report } from "./report.ts";

/** An account that a payment run found while the customer was owed something. */
export type FoundByRun = {
  readonly paymentRun: string | undefined;
  /** Epoch milliseconds. */
  readonly beganAt: number;
  readonly accountId: AccountId;
  readonly why: "negative invoice" | "idle credit";
};

/** What a payment run did not find any more, since our credit had paid it: what a customer would have been charged. */
export type SparedCharge = {
  readonly paymentRun: string | undefined;
  readonly beganAt: number;
  readonly accountId: AccountId;
  readonly accountNumber: string;
  readonly currency: string;
  readonly amount: Money;
};

export type Charged = { readonly found: readonly FoundByRun[]; readonly spared: readonly SparedCharge[] };

type Charging = Pick<Policy, "application" | "standingCredit">;

type BegunRun = PaymentRun & { readonly beganAt: number };

/**
 * Who was charged, or could have been, although money of theirs was there; and who would have been, but for what we
 * applied before the run began.
 *
 * @param now epoch milliseconds
 */
export const chargedIn = async (
  watch: PaymentRunWatch,
  report: Report,
  policy: Charging,
  now: number,
): Promise<Charged> => {
  const { since, until = now + 1 } = report;
  const begun = begunWithin(await watch.runs(since), { after: since - 1, until: until - 1 }).filter(hasBegun);
  const found: FoundByRun[] = [];
  for (const run of begun) {
    const negative = negativeAt(report, run.beganAt);
    const idle = policy.application === "apply" ? idleAt(report, run.beganAt, policy) : new Set<AccountId>();
    const ids = [...negative.union(idle)];
    const chargeable = ids.length === 0 ? [] : await watch.withSomethingToCharge(ids, run.beganAt);
    for (const account of chargeable.filter((each) => couldCharge(run, each))) {
      const why = negative.has(account.id) ? "negative invoice" : "idle credit";
      found.push({ paymentRun: run.number, beganAt: run.beganAt, accountId: account.id, why });
    }
  }
  return { found, spared: sparedBy(begun, report) };
};

const hasBegun = (run: PaymentRun): run is BegunRun => run.beganAt !== undefined;

const negativeAt = ({ invoices }: Report, instant: number): ReadonlySet<AccountId> =>
  new Set(
    invoices
      .filter((each) => (each.postedAt ?? 0) <= instant && owedAt(each, each.history, instant).gt(0))
      .map(({ accountId }) => accountId),
  );

const idleAt = ({ adjustments, notOurs }: Report, instant: number, policy: Charging): ReadonlySet<AccountId> => {
  const ofCredit = [...adjustments, ...notOurs].filter(({ isOfInvoiceAlone }) => !isOfInvoiceAlone);
  const moves = ofCredit.flatMap((each) =>
    movesOf(each).map(
      ({ at, amount }): CreditMove => ({
        accountId: each.accountId,
        at,
        change: each.type === "Increase" ? amount : negate(amount),
        isOurs: isOurs(each.reference),
      }),
    ),
  );
  const lately = moves.filter(({ at }) => at >= instant - freshCreditMs);
  const byAccount = [...Map.groupBy(lately, ({ accountId }) => accountId)];
  return new Set(byAccount.filter(([, own]) => freshCreditAt(instant, own, policy).gt(0)).map(([id]) => id));
};

/** Every application of ours, under the first run after it that could have charged the account. */
const sparedBy = (begun: readonly BegunRun[], report: Report): readonly SparedCharge[] => {
  const runs = begun.toSorted((a, b) => a.beganAt - b.beganAt);
  const spared = new Map<string, SparedCharge>();
  for (const each of report.adjustments) {
    if (each.type !== "Decrease" || !isWithin(each.createdAt, report)) continue;
    const { accountId, accountNumber, currency, createdAt } = each;
    const run = runs.find((one) => one.beganAt >= createdAt && couldCharge(one, { id: accountId, currency }));
    if (run === undefined) continue;
    const { number: paymentRun, beganAt } = run;
    const amount = movedWithin(each, { since: report.since, until: beganAt + 1 });
    if (!amount.gt(0)) continue;
    const key = `${beganAt} ${paymentRun} ${accountId}`;
    const total = (spared.get(key)?.amount.plus(amount) ?? amount) as Money;
    spared.set(key, { paymentRun, beganAt, accountId, accountNumber, currency, amount: total });
  }
  return [...spared.values()];
};
