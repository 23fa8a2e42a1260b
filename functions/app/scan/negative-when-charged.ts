import type { AccountId } from "../../domain/account.ts";
import { couldCharge, type PaymentRun, type Window } from "../../domain/payment-run.ts";
import type { Policy } from "../../domain/policy.ts";
import { metricNames } from "../metric-names.ts";
import { slices } from "../slices.ts";
import type { Found } from "./find-accounts.ts";
import { beganAtOf, lookForIdleCredit } from "./idle-when-charged.ts";
import type { AppliedMemo, CreditMove } from "./ports.ts";
import type { Watching } from "./runs-in-window.ts";

/** As many account ids as fit a log line several times over. */
const accountsPerLine = 500;

type Charging = {
  /** Runs that began within the window. */
  readonly begun: readonly PaymentRun[];
  readonly window: Window;
  /** Everything that is negative now, of whatever age, with its postings. */
  readonly found: Pick<Found, "accounts" | "firstPostedAt" | "withCredit">;
  readonly policy: Policy;
};

/**
 * Names every account that was still negative, or had a credit memo unapplied, when a run that could charge it began:
 * those that still are, and those that somebody has transferred, or we have applied, since. And those that had credit
 * then that nobody had applied. The promise was broken for them, whether or not they were charged.
 */
export const nameNegativeWhenCharged = async (
  { watch, telemetry, runId }: Watching,
  { begun, window, found, policy }: Charging,
): Promise<"named"> => {
  if (begun.length === 0) return "named";
  const moves = await watch.creditMovesSince(window.after);
  const applied = await watch.memosAppliedSince(window.after);
  const negativeAt = new Map(
    begun.map((run) => [run, wasNegativeAt(beganAtOf(run, window), found, { moves, applied })] as const),
  );
  const all = [...new Set([...negativeAt.values()].flatMap((ids) => [...ids]))];
  const chargeable = all.length === 0 ? [] : await watch.withSomethingToCharge(all, window.after);
  const first = Math.min(...begun.map((run) => beganAtOf(run, window)));
  const moved = moves.filter(({ at }) => at >= first).map(({ accountId }) => accountId);
  const asked = new Set(moved).union(await besideCharges(watch, window.after, found));
  const idle = await lookForIdleCredit(watch, { begun, window, asked, policy });
  for (const [run, negative] of negativeAt) {
    const beganAt = new Date(beganAtOf(run, window)).toISOString();
    const facts = { runId, paymentRun: run.number ?? "without a number", beganAt };
    const charged = chargeable.filter((account) => negative.has(account.id) && couldCharge(run, account));
    const told = [
      ["negative when a payment run began", charged.map(({ id }) => id)],
      ["credit idle when a payment run began", idle(run).filter((id) => !negative.has(id))],
    ] as const;
    for (const [event, accounts] of told) {
      telemetry.count(metricNames.negativeWhenRunBegan, accounts.length);
      for (const some of slices(accounts, accountsPerLine)) {
        telemetry.warn(event, { ...facts, accounts: accounts.length, accountIds: some });
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

/** Accounts that have credit and an open invoice, or had one that was paid since. */
const besideCharges = async (
  watch: Watching["watch"],
  since: number,
  { accounts, withCredit }: Pick<Found, "accounts" | "withCredit">,
): Promise<ReadonlySet<AccountId>> => {
  const beside = withCredit.intersection(accounts);
  if (withCredit.size === 0) return beside;
  for await (const id of watch.accountsOfPaidInvoices(since)) if (withCredit.has(id)) beside.add(id);
  return beside;
};
