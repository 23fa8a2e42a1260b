import type { AccountId } from "../../../domain/account.ts";
import { add, type Money, negate, zero } from "../../../domain/money.ts";
import { begunWithin, couldCharge, type PaymentRun } from "../../../domain/payment-run.ts";
import type { Policy } from "../../../domain/policy.ts";
import { isOurs } from "../../../domain/run-id.ts";
import type { CreditMove, PaymentRunWatch } from "../../scan/ports.ts";
import { freshCreditAt, freshCreditMs } from "./fresh-credit.ts";
import { unappliedAt } from "./memo-book.ts";
import { isWithin, movedWithin, movesOf } from "./moves.ts";
import { owedAt } from "./owed-at.ts";
import type { Report } from "./report.ts";

/** An account that a payment run found while the customer was owed something. */
export type FoundByRun = {
  readonly paymentRun: string | undefined;
  /** Epoch milliseconds. */
  readonly beganAt: number;
  readonly accountId: AccountId;
  readonly why: "negative invoice" | "idle credit" | "credit memo";
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
    const applies = policy.application === "apply";
    const idle = applies ? idleAt(report, run.beganAt, policy) : new Set<AccountId>();
    const onMemos = applies ? onMemosAt(report, run.beganAt, policy) : new Set<AccountId>();
    const ids = [...negative.union(idle).union(onMemos)];
    const chargeable = ids.length === 0 ? [] : await watch.withSomethingToCharge(ids, run.beganAt, run.beganAt);
    for (const account of chargeable.filter((each) => couldCharge(run, each))) {
      const why = negative.has(account.id) ? "negative invoice" : idle.has(account.id) ? "idle credit" : "credit memo";
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

/** Accounts with money on a memo that the policy would have let pay. */
const onMemosAt = ({ memos }: Report, instant: number, { standingCredit }: Charging): ReadonlySet<AccountId> =>
  new Set(
    (memos?.memos ?? [])
      .filter(({ isExcluded, isStanding }) => !isExcluded && (!isStanding || standingCredit === "apply"))
      .filter((memo) => unappliedAt(memo, instant).gt(0))
      .map(({ accountId }) => accountId),
  );

/** Every application of ours, under the first run after it that could have charged the account. */
const sparedBy = (begun: readonly BegunRun[], report: Report): readonly SparedCharge[] => {
  const runs = begun.toSorted((a, b) => a.beganAt - b.beganAt);
  const spared = new Map<string, SparedCharge>();
  const decreases = report.adjustments.filter(
    ({ type, createdAt }) => type === "Decrease" && isWithin(createdAt, report),
  );
  const applied = [
    ...decreases.map((each) => ({
      ...each,
      movedUntil: (end: number) => movedWithin(each, { since: report.since, until: end }),
    })),
    ...(report.memos?.applied ?? []).map((each) => ({ ...each, movedUntil: () => each.amount })),
  ];
  for (const { accountId, accountNumber, currency, createdAt, movedUntil } of applied) {
    const run = runs.find((one) => one.beganAt >= createdAt && couldCharge(one, { id: accountId, currency }));
    if (run === undefined) continue;
    const { number: paymentRun, beganAt } = run;
    const key = `${beganAt} ${paymentRun} ${accountId}`;
    const amount = add(spared.get(key)?.amount ?? zero, movedUntil(beganAt + 1));
    spared.set(key, { paymentRun, beganAt, accountId, accountNumber, currency, amount });
  }
  return [...spared.values()].filter(({ amount }) => amount.gt(0));
};
