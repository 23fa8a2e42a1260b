import type { RevenueMoveLine, RevenueOutcomeLine } from "../../functions/app/revenue/tell-revenue.ts";
import { formatMoney } from "../../functions/domain/currency.ts";
import { add, fromDecimal, type Money, zero } from "../../functions/domain/money.ts";
import type { Look } from "../../functions/ops/text/look.ts";
import { table } from "../../functions/ops/text/table.ts";
import type { DeadLetter } from "./dead-letter.ts";

/** What was seen of the revenue pass. */
export type RevenueFacts = {
  readonly lines: readonly RevenueOutcomeLine[];
  /** Of the first pass. */
  readonly moves: readonly RevenueMoveLine[];
  /** How many a second pass made. */
  readonly movedAgain: number;
  /** Accounts that still wait in the revenue queue. */
  readonly pending: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
};

/** The report's field `revenue`. Amounts are decimal text by currency; `moved` is of the originals alone. */
export type RevenueReport = ReturnType<typeof revenueReport>;

export const revenueReport = ({ lines, moves, movedAgain, pending, deadLetters }: RevenueFacts) => {
  const last = new Map(lines.map((line) => [line.accountId, line]));
  const moved = new Map<string, Money>();
  const net = new Map<string, Money>();
  for (const { currency, amount } of moves) {
    const money = fromDecimal(amount);
    net.set(currency, add(net.get(currency) ?? zero, money));
    if (money.gt(0)) moved.set(currency, add(moved.get(currency) ?? zero, money));
  }
  const accounts = [...last.values()];
  return {
    /** Pairs that were looked at, netted before or now. */
    pairs: accounts.reduce((total, { pairs }) => total + pairs, 0),
    moved: written(moved),
    net: written(net),
    held: accounts.flatMap(({ accountId, holds }) => holds.map((hold) => ({ accountId, ...hold }))),
    pending,
    deadLetters,
    movedAgain,
    moves: moves.map(({ original, mirror, chargeId, schedule, period, currency, amount }) => ({
      original,
      mirror,
      chargeId,
      schedule,
      period,
      currency,
      amount: formatMoney(fromDecimal(amount), currency),
    })),
  };
};

const written = (amounts: ReadonlyMap<string, Money>): Readonly<Record<string, string>> =>
  Object.fromEntries([...amounts].toSorted().map(([currency, amount]) => [currency, formatMoney(amount, currency)]));

/** Most pairs that are shown; the rest is counted. */
const pairsMax = 20;

/** The pass for a person: what was moved of each pair, per charge and period, and what it comes to. */
export const renderRevenue = (
  { pairs, moved, net, held, moves, movedAgain, deadLetters }: RevenueReport,
  look: Pick<Look, "columns">,
): string[] => {
  const byPair = [
    ...Map.groupBy(moves, ({ original, mirror, chargeId, period }) => [original, mirror, chargeId, period].join(" ")),
  ];
  const rows = byPair.slice(0, pairsMax).flatMap(([, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const sideOf = (isWanted: (amount: Money) => boolean) =>
      own
        .map(({ amount }) => fromDecimal(amount))
        .filter(isWanted)
        .reduce(add, zero);
    const [original, mirror] = [sideOf((amount) => amount.gt(0)), sideOf((amount) => amount.lt(0))];
    const texts = [original, mirror, add(original, mirror)].map((amount) => formatMoney(amount, first.currency));
    return [[first.original, first.mirror, first.period, first.currency, ...texts]];
  });
  const head = ["Invoice", "Its mirror", "Period", "Currency", "Original", "Mirrored", "Net"];
  const sums = Object.entries(moved).map(([currency, amount]) => `${amount} ${currency}, net ${net[currency]}`);
  const reasons = [...Map.groupBy(held, ({ reason }) => reason)].map(([reason, own]) => `${own.length} ${reason}`);
  return [
    "",
    ...(rows.length === 0 ? [] : ["Revenue moved to earned", table(head, rows, head.slice(4), look).trimEnd()]),
    ...(byPair.length > pairsMax ? [`and ${byPair.length - pairsMax} more`] : []),
    `Revenue: ${pairs} settled pairs; moved ${sums.join("; ") || "nothing"}; held ${reasons.join(", ") || "none"}` +
      `; ${deadLetters.length} dead-lettered; a second pass moved ${movedAgain === 0 ? "nothing" : movedAgain}`,
    ...held.map(
      ({ reason, original, mirror, sums: off }) =>
        `  ${reason}: ${original} and ${mirror}${off.map(({ period, sum }) => `, ${period} ${sum}`).join("")}`,
    ),
  ];
};
