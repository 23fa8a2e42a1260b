import type { AccountId } from "../../domain/account.ts";
import { add, type Money, zero } from "../../domain/money.ts";
import { type ChargedAccount, couldCharge, type PaymentRun, type Window } from "../../domain/payment-run.ts";
import type { Policy } from "../../domain/policy.ts";
import { metricNames } from "../metric-names.ts";
import { slices } from "../slices.ts";
import type { Found } from "./find-accounts.ts";
import type { AppliedMemo, CreditMove } from "./ports.ts";
import type { Watching } from "./runs-in-window.ts";

/** As many account ids as fit a log line several times over. */
const accountsPerLine = 500;

/** Credit that came so long before a run, and no earlier, may not have had the time to be applied. */
export const freshCreditMs = 60 * 60_000;

type Charging = {
  /** Runs that began within the window. */
  readonly begun: readonly PaymentRun[];
  readonly window: Window;
  /** Everything that is negative now, of whatever age, with its postings. */
  readonly found: Pick<Found, "firstPostedAt">;
  readonly policy: Pick<Policy, "application" | "standingCredit">;
};

/**
 * Names every account that was still negative, or had a credit memo unapplied, when a run that could charge it began:
 * those that still are, and those that somebody has transferred, or we have applied, since. And those that had credit then, come within the hour before, that nobody had
 * applied. The promise was broken for them, whether or not they were charged.
 */
export const nameNegativeWhenCharged = async (
  { watch, telemetry, runId }: Watching,
  { begun, window, found, policy }: Charging,
): Promise<"named"> => {
  if (begun.length === 0) return "named";
  const moves = await watch.creditMovesSince(window.after - freshCreditMs);
  const applied = await watch.memosAppliedSince(window.after);
  const movesOf = Map.groupBy(policy.application === "apply" ? moves : [], ({ accountId }) => accountId);
  const negativeAt = new Map(
    begun.map((run) => [run, wasNegativeAt(run.beganAt ?? window.until, found, { moves, applied })] as const),
  );
  const all = [...new Set([...movesOf.keys(), ...[...negativeAt.values()].flatMap((ids) => [...ids])])];
  const chargeable = all.length === 0 ? [] : await watch.withSomethingToCharge(all, window.after);

  for (const [run, negative] of negativeAt) {
    const beganAt = run.beganAt ?? window.until;
    const charged = chargeable.filter((account) => couldCharge(run, account));
    const hadIdleCredit = ({ id }: ChargedAccount) =>
      !negative.has(id) && freshCreditAt(beganAt, movesOf.get(id) ?? [], policy).gt(0);
    const facts = { runId, paymentRun: run.number ?? "without a number", beganAt: new Date(beganAt).toISOString() };
    const told = [
      ["negative when a payment run began", charged.filter(({ id }) => negative.has(id))],
      ["credit idle when a payment run began", charged.filter(hadIdleCredit)],
    ] as const;
    for (const [event, accounts] of told) {
      telemetry.count(metricNames.negativeWhenRunBegan, accounts.length);
      for (const some of slices(accounts, accountsPerLine)) {
        telemetry.warn(event, { ...facts, accounts: accounts.length, accountIds: some.map(({ id }) => id) });
      }
    }
  }
  return "named";
};

const wasNegativeAt = (
  instant: number,
  { firstPostedAt }: Pick<Found, "firstPostedAt">,
  { moves, applied }: { readonly moves: readonly CreditMove[]; readonly applied: readonly AppliedMemo[] },
): ReadonlySet<AccountId> => {
  const still = [...firstPostedAt].filter(([, postedAt]) => postedAt <= instant);
  const transfers = moves.flatMap(({ accountId, at, transferred }) =>
    transferred === undefined ? [] : [{ accountId, at, postedAt: transferred.postedAt }],
  );
  const since = [...transfers, ...applied].filter(({ at, postedAt = 0 }) => postedAt <= instant && at >= instant);
  return new Set([...still.map(([accountId]) => accountId), ...since.map(({ accountId }) => accountId)]);
};

/**
 * What an account got, and nobody had applied at an instant, of the credit that the policy would have applied: what was
 * taken off counts against it first. A run that applies credit by itself does so when it begins.
 */
export const freshCreditAt = (
  instant: number,
  own: readonly CreditMove[],
  { standingCredit }: Charging["policy"],
): Money => {
  let fresh = zero;
  for (const { at, change, isOurs } of own.toSorted((a, b) => a.at - b.at)) {
    const isTaken = change.lt(0) && (at <= instant || !isOurs);
    const isAdded = change.gt(0) && at <= instant && (isOurs || standingCredit === "apply");
    if (isTaken || isAdded) fresh = add(fresh, change);
    if (fresh.lt(0)) fresh = zero;
  }
  return fresh;
};
