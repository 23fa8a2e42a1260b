import type { Journal } from "../../app/ports.ts";
import { formatMoney } from "../../domain/currency.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { Money } from "../../domain/money.ts";
import type { Created } from "./judgement.ts";
import type { Trial, TrialAccount, TrialRecord } from "./trial.ts";

export type TakeBackDeps = { readonly trial: Trial; readonly journal: Journal; readonly nextKey: () => string };

/** What became of a probe's adjustments: as Zuora has them now, and a line for all that is not as it was before. */
export type TakenBack = { readonly records: readonly TrialRecord[]; readonly left: readonly string[] };

/**
 * Cancels what a probe created, Decreases first, those included whose answer was lost. Zuora's failures become lines.
 */
export const takeBack = async (
  { trial, journal, nextKey }: TakeBackDeps,
  runId: string,
  before: TrialAccount,
  created: readonly Created[],
): Promise<TakenBack> => {
  const ids = created.map(({ id }) => id);
  const failures: string[] = [];
  const cancel = async (type: string, records: readonly TrialRecord[]) => {
    const due = records.filter((each) => each.type === type && each.status !== "Canceled");
    if (due.length === 0) return;
    for (const { id, number } of due) journal.record("adjustment canceled", { runId, adjustmentId: id, number, type });
    const outcomes = await trial.cancel(
      due.map(({ id }) => id),
      nextKey(),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if ("error" in outcome) failures.push(`${due[index]?.number}: ${outcome.error.message}`);
    }
  };
  try {
    const found = await trial.adjustments(ids);
    await cancel("Decrease", found);
    await cancel("Increase", found);
    const records = await trial.adjustments(ids);
    return { records, left: [...failures, ...standing(records, ids), ...moved(before, await trial.account())] };
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    const line = `what is left cannot be told (${error.code}: ${error.message}): look for ReferenceId ${runId} in Zuora`;
    return { records: [], left: [...failures, line] };
  }
};

const standing = (records: readonly TrialRecord[], ids: readonly string[]): readonly string[] => {
  const found = new Set(records.map(({ id }) => id));
  return [
    ...records
      .filter(({ status }) => status !== "Canceled")
      .map(
        ({ number, type, amount, invoiceNumber }) => `${number}, ${type} ${amount} of ${invoiceNumber}: not canceled`,
      ),
    ...ids.filter((id) => !found.has(id)).map((id) => `adjustment ${id}: Zuora does not find it`),
  ];
};

const moved = (before: TrialAccount, after: TrialAccount): readonly string[] => {
  const written = (amount: Money) => formatMoney(amount, before.currency);
  const lines = before.invoices.flatMap(({ id, number, balance }) => {
    const now = after.invoices.find((each) => each.id === id)?.balance;
    if (now?.eq(balance)) return [];
    return [`${number}: balance ${now === undefined ? "not found" : written(now)}, was ${written(balance)}`];
  });
  const { creditBalance } = after;
  if (creditBalance.eq(before.creditBalance)) return lines;
  return [...lines, `credit balance ${written(creditBalance)}, was ${written(before.creditBalance)}`];
};
