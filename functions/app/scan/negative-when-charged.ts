import type { AccountId } from "../../domain/account.ts";
import { couldCharge, type WatchedRun, type Window } from "../../domain/payment-run.ts";
import { metricNames } from "../metric-names.ts";
import type { Found } from "./find-accounts.ts";
import type { Watching } from "./runs-in-window.ts";

/** As many account ids as fit a log line several times over. */
const accountsPerLine = 500;
/**
 * Names every account that was still negative when a run that could charge it began: those that still are, and those
 * that somebody has transferred since. The promise was broken for them, whether or not they were charged.
 *
 * @param begun runs that began within the window
 * @param found everything that is negative now, of whatever age, with its postings
 */
export const nameNegativeWhenCharged = async (
  { watch, telemetry, runId }: Watching,
  begun: readonly WatchedRun[],
  window: Window,
  found: Found,
): Promise<"named"> => {
  if (begun.length === 0) return "named";
  const transferred = await watch.transferredSince(window.after);
  const wasNegativeAt = (instant: number): ReadonlySet<AccountId> => {
    const still = [...found.firstPostedAt].filter(([, postedAt]) => postedAt <= instant);
    const since = transferred.filter((each) => (each.postedAt ?? 0) <= instant && each.transferredAt >= instant);
    return new Set([...still.map(([accountId]) => accountId), ...since.map(({ accountId }) => accountId)]);
  };
  const negativeAt = new Map(begun.map((run) => [run, wasNegativeAt(run.beganAt ?? window.until)]));
  const all = [...new Set([...negativeAt.values()].flatMap((ids) => [...ids]))];
  const chargeable = all.length === 0 ? [] : await watch.withSomethingToCharge(all, window.after);

  for (const [run, ids] of negativeAt) {
    const accountIds = chargeable
      .filter((account) => ids.has(account.id) && couldCharge(run, account))
      .map(({ id }) => id);
    telemetry.count(metricNames.negativeWhenRunBegan, accountIds.length);
    for (let start = 0; start < accountIds.length; start += accountsPerLine) {
      telemetry.warn("negative when a payment run began", {
        runId,
        paymentRun: run.number ?? "without a number",
        beganAt: new Date(run.beganAt ?? window.until).toISOString(),
        accounts: accountIds.length,
        accountIds: accountIds.slice(start, start + accountsPerLine),
      });
    }
  }
  return "named";
};
