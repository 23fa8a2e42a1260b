import type { AccountId } from "../../../domain/account.ts";
import { add, type Money, zero } from "../../../domain/money.ts";
import { begunWithin, couldCharge, type PaymentRun } from "../../../domain/payment-run.ts";
import type { Policy } from "../../../domain/policy.ts";
import { lookForIdleCredit } from "../../scan/idle-when-charged.ts";
import type { PaymentRunWatch } from "../../scan/ports.ts";
import { unappliedAt } from "./memo-book.ts";
import { isWithin, movedWithin } from "./moves.ts";
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
  policy: Policy,
  now: number,
): Promise<Charged> => {
  const { since, until = now + 1 } = report;
  const window = { after: since - 1, until: until - 1 };
  const begun = begunWithin(await watch.runs(since), window).filter(hasBegun);
  const idleBeside = await lookForIdleCredit(watch, {
    begun,
    window,
    asked: await besideCharges(watch, report.creditAccounts, begun),
    policy,
  });
  const found: FoundByRun[] = [];
  for (const run of begun) {
    const negative = negativeAt(report, run.beganAt);
    const onMemos = policy.application === "apply" ? onMemosAt(report, run.beganAt, policy) : new Set<AccountId>();
    const ids = [...negative.union(onMemos)];
    const chargeable = ids.length === 0 ? [] : await watch.withSomethingToCharge(ids, run.beganAt, run.beganAt);
    const couldBe = new Set(chargeable.filter((each) => couldCharge(run, each)).map(({ id }) => id));
    const idle = new Set(idleBeside(run));
    for (const accountId of couldBe.union(idle)) {
      const isNegative = couldBe.has(accountId) && negative.has(accountId);
      const why = isNegative ? "negative invoice" : idle.has(accountId) ? "idle credit" : "credit memo";
      found.push({ paymentRun: run.number, beganAt: run.beganAt, accountId, why });
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

/** Those of the accounts that have an open invoice, or had one that changed since the first of the runs began. */
const besideCharges = async (
  watch: PaymentRunWatch,
  accounts: ReadonlySet<AccountId>,
  begun: readonly BegunRun[],
): Promise<ReadonlySet<AccountId>> => {
  if (accounts.size === 0 || begun.length === 0) return new Set();
  const first = Math.min(...begun.map(({ beganAt }) => beganAt));
  return new Set((await watch.withSomethingToCharge([...accounts], first)).map(({ id }) => id));
};

/** Accounts with money on a memo that the policy would have let pay. */
const onMemosAt = ({ memos }: Report, instant: number, { standingCredit }: Policy): ReadonlySet<AccountId> =>
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
