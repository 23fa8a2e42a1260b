import type { AccountOutcomeLine } from "../../functions/app/settle/outcome.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import type { DeadLetter } from "./dead-letter.ts";

/** Something that was left to people, as the report shows it. */
export type HeldEntry = {
  readonly accountId: string;
  readonly invoiceNumber?: string;
  readonly creditMemoNumber?: string;
  readonly paymentNumber?: string;
  readonly reason: string;
};

/** Accounts, each counted once. */
export type OutcomeCounts = Record<"settled" | "noOp" | "held" | "deadLettered" | "pending", number>;

/**
 * How each account ended: the first that fits of dead-lettered, pending, held, settled and no-op.
 *
 * @param adjusted accounts that Zuora records an adjustment of in this run: a killed invocation tells of none
 */
export const outcomesOf = (
  lines: readonly AccountOutcomeLine[],
  pending: readonly string[],
  deadLetters: readonly DeadLetter[],
  adjusted: ReadonlySet<string>,
): { counts: OutcomeCounts; held: HeldEntry[] } => {
  const linesOf = Map.groupBy(lines, ({ accountId }) => accountId);
  const isDead = new Set(deadLetters.map(({ accountId }) => accountId));
  const isPending = new Set(pending);
  const counts: OutcomeCounts = { settled: 0, noOp: 0, held: 0, deadLettered: 0, pending: 0 };
  const held: HeldEntry[] = [];

  for (const accountId of new Set([...isDead, ...isPending, ...linesOf.keys()])) {
    const own = linesOf.get(accountId) ?? [];
    const holds = own.at(-1)?.holds ?? [];
    for (const { reason, invoiceNumber, creditMemoNumber, paymentNumber } of holds) {
      held.push({
        accountId,
        ...(invoiceNumber !== undefined && { invoiceNumber }),
        ...(creditMemoNumber !== undefined && { creditMemoNumber }),
        ...(paymentNumber !== undefined && { paymentNumber }),
        reason,
      });
    }
    if (isDead.has(accountId)) counts.deadLettered++;
    else if (isPending.has(accountId)) counts.pending++;
    else if (holds.length > 0) counts.held++;
    else if (own.some(isSettled) || adjusted.has(accountId)) counts.settled++;
    else counts.noOp++;
  }
  return { counts, held };
};

/** A later delivery that finds nothing left does not undo what an earlier one settled. */
const isSettled = ({ outcome, transferred, applied }: AccountOutcomeLine): boolean =>
  outcome === "settled" || isPositive(transferred) || isPositive(applied);

const isPositive = (amount: string | undefined): boolean => amount !== undefined && fromDecimal(amount).gt(0);
