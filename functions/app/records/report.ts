import type { AccountId } from "../../domain/account.ts";
import { unknownCurrency } from "../../domain/currency.ts";
import { add, type Money, negate, subtract, zero } from "../../domain/money.ts";
import { isOurs } from "../../domain/run-id.ts";
import { openingOf } from "./opening.ts";
import type { AccountLabel, AdjustmentRecord, BilledInvoice, Records } from "./ports.ts";

/**
 * What finance signs, per currency: opening + billed − transferred − still negative = 0. Each term comes from queries
 * of its own; what is left over moved without us.
 */
export type ReportLine = {
  readonly currency: string;
  /** Owed to customers on negative invoices when the period began. */
  readonly opening: Money;
  /** Negative invoices posted since. */
  readonly billed: Money;
  /** By our Increases; less those of ours from before that were canceled since. */
  readonly transferred: Money;
  /** Negative in Zuora now. */
  readonly stillNegative: Money;
  /** Nought where it balances. */
  readonly difference: Money;
  /** By our Decreases, to open invoices; no part of the balance. */
  readonly applied: Money;
};

export type ReportedAdjustment = AdjustmentRecord & { readonly currency: string; readonly accountNumber: string };

export type Report = {
  /** Epoch milliseconds; the period ends with the reading. */
  readonly since: number;
  readonly lines: readonly ReportLine[];
  /** Ours: of the run that was asked for, else of the period. */
  readonly adjustments: readonly ReportedAdjustment[];
  /** Somebody else's transfers in the period: where to look first when it does not balance. */
  readonly notOurs: readonly ReportedAdjustment[];
  readonly balances: boolean;
};

export type ReportOptions = { readonly since: number; readonly runId?: string | undefined };

/** An account that moves while it is read is read again; what differs twice differs. */
const readingsMax = 2;

/**
 * Reads and adds up a period of Zuora's records.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const report = async (records: Records, options: ReportOptions): Promise<Report> => {
  let result = await readOnce(records, options);
  for (let reading = 1; !result.balances && reading < readingsMax; reading += 1) {
    result = await readOnce(records, options);
  }
  return result;
};

const readOnce = async (records: Records, { since, runId }: ReportOptions): Promise<Report> => {
  const [before, billed, negative, adjustments] = await Promise.all([
    records.invoicesPostedBefore(since),
    records.invoicesPostedSince(since),
    records.negativeInvoices(),
    records.adjustmentsSince(since),
  ]);
  const adjustmentsOf = Map.groupBy(
    before.length === 0 ? [] : await records.adjustmentsOfInvoices(before.map(({ id }) => id)),
    ({ invoice }) => invoice.id,
  );
  const shown =
    runId === undefined
      ? adjustments.filter(({ reference }) => isOurs(reference))
      : await records.adjustmentsOfRun(runId);
  const owners = [...before, ...billed, ...negative, ...adjustments, ...shown].map(({ accountId }) => accountId);
  const accounts =
    owners.length === 0 ? new Map<AccountId, AccountLabel>() : await records.accounts([...new Set(owners)]);
  const label = (adjustment: AdjustmentRecord): ReportedAdjustment => ({
    ...adjustment,
    currency: accounts.get(adjustment.accountId)?.currency ?? unknownCurrency,
    accountNumber: accounts.get(adjustment.accountId)?.number ?? "",
  });
  const currencyOf = ({ currency, accountId }: BilledInvoice) =>
    currency ?? accounts.get(accountId)?.currency ?? unknownCurrency;

  const sums = new Sums();
  for (const invoice of before) {
    sums.add(currencyOf(invoice), "opening", openingOf(invoice, adjustmentsOf.get(invoice.id) ?? [], since));
  }
  for (const invoice of billed) sums.add(currencyOf(invoice), "billed", negate(invoice.amount));
  for (const invoice of negative) sums.add(currencyOf(invoice), "stillNegative", negate(invoice.balance));
  for (const each of adjustments.filter(({ reference }) => isOurs(reference)).map(label)) {
    sums.add(each.currency, each.type === "Increase" ? "transferred" : "applied", effectSince(each, since));
  }
  const lines = sums.lines();
  return {
    since,
    lines,
    adjustments: shown.map(label).toSorted(byCreation),
    notOurs: adjustments.filter((each) => !isOurs(each.reference) && !effectSince(each, since).eq(0)).map(label),
    balances: lines.every(({ difference }) => difference.eq(0)),
  };
};

/** What an adjustment moved within the period: nothing where it was made and canceled in it. */
const effectSince = ({ createdAt, status, amount }: AdjustmentRecord, since: number): Money => {
  if (createdAt >= since) return status === "Processed" ? amount : zero;
  return status === "Canceled" ? negate(amount) : zero;
};

const byCreation = (a: AdjustmentRecord, b: AdjustmentRecord): number =>
  a.createdAt - b.createdAt || (a.number < b.number ? -1 : 1);

type Term = Exclude<keyof ReportLine, "currency" | "difference">;

class Sums {
  readonly #terms = new Map<string, Record<Term, Money>>();

  add(currency: string, term: Term, amount: Money): void {
    const none = { opening: zero, billed: zero, transferred: zero, stillNegative: zero, applied: zero };
    const own = this.#terms.get(currency) ?? none;
    this.#terms.set(currency, { ...own, [term]: add(own[term], amount) });
  }

  lines(): readonly ReportLine[] {
    return [...this.#terms]
      .map(([currency, terms]) => {
        const due = subtract(add(terms.opening, terms.billed), terms.transferred);
        return { currency, ...terms, difference: subtract(due, terms.stillNegative) };
      })
      .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}
