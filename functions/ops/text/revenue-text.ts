import type { ExplainedPair, ExplainedRevenue } from "../../app/revenue/explain-revenue.ts";
import { revenueHoldWords } from "../../app/revenue/revenue-hold-words.ts";
import { formatMoney } from "../../domain/currency.ts";
import type { ChargeSum } from "../../domain/revenue/revenue-hold.ts";
import type { Look } from "./look.ts";
import { table } from "./table.ts";

/** Where the revenue of an account's pairs is, for programs. Amounts are decimal text. */
export const revenueData = ({ accountNumber, heldAccount, pairs, holds }: ExplainedRevenue) => ({
  accountNumber,
  ...(heldAccount === undefined ? {} : { heldAccount }),
  pairs: pairs.map((each) => ({
    original: each.pair.original.number,
    mirror: each.pair.mirror.number,
    settledBy: each.pair.runId,
    currency: each.pair.original.currency,
    earned: formatMoney(each.earned, each.pair.original.currency),
    net: formatMoney(each.net, each.pair.original.currency),
    left: sumsData(each.left, each.pair.original.currency),
    today: pairToday(each),
  })),
  holds: holds.map(({ reason, original, mirror }) => ({
    reason,
    original: original.number,
    mirror: mirror.number,
    ...revenueHoldWords[reason],
  })),
});

const sumsData = (sums: readonly ChargeSum[], currency: string) =>
  sums.map(({ chargeId, period, sum }) => ({ chargeId, period, sum: formatMoney(sum, currency) }));

/** What an account's revenue comes to today, in a few words. */
export const revenueToday = ({ heldAccount, pairs, holds }: ExplainedRevenue): string => {
  if (heldAccount !== undefined) return `held: ${heldAccount}`;
  const steps = pairs.reduce((total, { plan }) => total + plan.steps.length, 0);
  if (steps > 0) return `${steps} moves`;
  const reasons = [...new Set(holds.map(({ reason }) => reason))];
  return reasons.length === 0 ? "nothing to do" : `held: ${reasons.join(", ")}`;
};

const pairToday = ({ plan }: ExplainedPair): string => {
  const [hold] = plan.holds;
  if (hold !== undefined) return `held: ${hold.reason}`;
  const [step] = plan.steps;
  return step === undefined ? "nets to zero" : `to be moved into ${step.period.name}`;
};

/** The same for a terminal: a row for each pair, and below it what does not net. */
export const revenueText = (explained: ExplainedRevenue, look: Look): string => {
  const { pairs, holds, heldAccount } = explained;
  if (pairs.length === 0 && holds.length === 0) return "No settled pair of an invoice and its mirror.\n";
  const rows = pairs.map((each) => {
    const { original, mirror, runId } = each.pair;
    const [earned, net] = [each.earned, each.net].map((amount) => formatMoney(amount, original.currency));
    return [original.number, mirror.number, original.currency, earned ?? "", net ?? "", runId, pairToday(each)];
  });
  const reasons = [...new Set(holds.map(({ reason }) => reason))].map(
    (reason) => `${reason}: ${revenueHoldWords[reason].means} ${revenueHoldWords[reason].release}\n`,
  );
  const off = pairs.flatMap(({ pair: { original, mirror }, left }) =>
    left.map(
      ({ chargeId, period, sum }) =>
        `${original.number} and ${mirror.number}: ${formatMoney(sum, original.currency)} in ${period} of charge ${chargeId}\n`,
    ),
  );
  const undecided = holds
    .filter(({ original }) => !pairs.some(({ pair }) => pair.original.id === original.id))
    .map(({ reason, original, mirror }) => `${original.number} and ${mirror.number}: ${reason}\n`);
  return [
    heldAccount === undefined ? "" : `Nothing is moved: ${heldAccount}\n`,
    rows.length === 0
      ? ""
      : table(
          ["Original", "Mirror", "Currency", "Earned", "Net", "Settled by", "Revenue"],
          rows,
          ["Earned", "Net"],
          look,
        ),
    ...off,
    ...undecided,
    ...reasons,
  ].join("");
};
