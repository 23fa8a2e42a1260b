import {
  type Adjustment,
  type AdjustmentOutcome,
  adjustmentsPerCallMax,
  type Ledger,
  WithheldError,
} from "../../../functions/app/settle/ports.ts";
import type { AccountId, AccountState, InvoiceId } from "../../../functions/domain/account.ts";
import { payerOf } from "../../../functions/domain/credit/apply-credit-memos.ts";
import {
  lockCode,
  type SettlementError,
  UnknownAccountError,
  WriteOutcomeUnknownError,
  ZuoraBusyError,
  type ZuoraContractError,
  ZuoraRejectedError,
} from "../../../functions/domain/errors.ts";
import type { Charging } from "../../../functions/domain/payment-run.ts";
import { evolve } from "../domain/evolve.ts";
import { readAgain, told, withoutNumbers } from "../domain/fixtures.ts";

type Call = { readonly key: string; readonly rows: readonly string[] };

/** What the tenant does to one call, beside doing what is asked. */
type CallFault = { readonly error: SettlementError; readonly commits: boolean };

/** What the tenant does to the row of one invoice: refuse it, or say Success and do nothing. */
type RowFault = SettlementError | "lie";

/**
 * A tenant that keeps its accounts and refuses what Zuora refuses: more than is open, more than the credit, two kinds
 * in a call, too many rows, and a key that was used before.
 */
export class FakeLedger implements Ledger {
  readonly accounts = new Map<AccountId, AccountState>();
  /** Every call that wrote or tried to, one line per row. */
  readonly calls: Call[] = [];
  readonly reads: (readonly AccountId[])[] = [];
  readonly unreadable = new Map<AccountId | InvoiceId, ZuoraContractError>();
  /** How many items with an amount an invoice has, by its id; none where it is not told. */
  readonly chargedItems = new Map<InvoiceId, number>();
  /** More rows in one call are undone and refused, row by row or as a whole. */
  terminatesAbove: { readonly rows: number; readonly asAWhole: boolean } | undefined;
  /** Who is charging at this moment. */
  charging: Charging = { runs: [], accountsBeingPaid: new Set() };
  /** Every look at it, oldest first. */
  readonly looks: ("runs" | "payments")[] = [];
  readonly #lookErrors: SettlementError[] = [];
  readonly #readErrors: SettlementError[] = [];
  readonly #numbersErrors: SettlementError[] = [];
  readonly #callFaults: CallFault[] = [];
  readonly #rowFaults = new Map<string, RowFault[]>();
  #created = 0;

  constructor(...accounts: readonly AccountState[]) {
    for (const each of accounts) this.accounts.set(each.id, each);
  }

  failsToRead(...errors: readonly SettlementError[]): void {
    this.#readErrors.push(...errors);
  }

  failsToLook(...errors: readonly SettlementError[]): void {
    this.#lookErrors.push(...errors);
  }

  failsToReadNumbers(...errors: readonly SettlementError[]): void {
    this.#numbersErrors.push(...errors);
  }

  /** The next calls are refused as a whole. */
  refusesCalls(...errors: readonly SettlementError[]): void {
    this.#callFaults.push(...errors.map((error) => ({ error, commits: false })));
  }

  /** The next call is carried out, and its answer gets lost. */
  losesAnswer(): void {
    this.#callFaults.push({ error: new WriteOutcomeUnknownError("no answer"), commits: true });
  }

  /** What happens to the next rows about an invoice, one after the other. */
  onRowOf(invoiceNumber: string, ...faults: readonly RowFault[]): void {
    this.#rowFaults.set(invoiceNumber, [...(this.#rowFaults.get(invoiceNumber) ?? []), ...faults]);
  }

  readAccounts: Ledger["readAccounts"] = async (ids) => {
    this.reads.push(ids);
    const error = this.#readErrors.shift();
    if (error !== undefined) throw error;
    return new Map(ids.map((id) => [id, this.unreadable.get(id) ?? this.#read(id)]));
  };

  readInvoiceItems: Ledger["readInvoiceItems"] = async (ids) => {
    const error = this.#numbersErrors.shift();
    if (error !== undefined) throw error;
    const invoices = [...this.accounts.values()].flatMap((each) => each.invoices);
    const itemsOf = (id: InvoiceId) => {
      const { itemIds, subscriptionNumbers } = invoices.find((each) => each.id === id) ?? {};
      const ids = itemIds ?? new Set<string>();
      return { ids, subscriptionNumbers: subscriptionNumbers ?? new Set<string>(), charged: this.chargedItems.get(id) };
    };
    return new Map(ids.map((id) => [id, this.unreadable.get(id) ?? itemsOf(id)]));
  };

  runsInProgress: Ledger["runsInProgress"] = async () => {
    this.looks.push("runs");
    const error = this.#lookErrors.shift();
    if (error !== undefined) throw error;
    return this.charging.runs;
  };

  accountsBeingPaid: Ledger["accountsBeingPaid"] = async () => {
    this.looks.push("payments");
    return this.charging.accountsBeingPaid;
  };

  createAdjustments: Ledger["createAdjustments"] = async (adjustments, key, mayLeave) => {
    if (!(await mayLeave(2))) throw new WithheldError();
    if (adjustments.length > adjustmentsPerCallMax) throw new RangeError(`${adjustments.length} rows in a call`);
    if (new Set(adjustments.map(({ step }) => step.kind)).size > 1) throw new RangeError("two kinds in a call");
    if (this.calls.some((call) => call.key === key)) throw new RangeError(`the key ${key} was used before`);
    this.calls.push({ key, rows: adjustments.map(({ step }) => told(step)) });
    const { rows = Number.POSITIVE_INFINITY, asAWhole } = this.terminatesAbove ?? {};
    if (adjustments.length > rows) {
      if (asAWhole) throw terminated();
      return adjustments.map(() => ({ error: terminated() }));
    }
    const fault = this.#callFaults.shift();
    if (fault !== undefined && !fault.commits) throw fault.error;
    const outcomes = adjustments.map((adjustment) => this.#create(adjustment));
    if (fault !== undefined) throw fault.error;
    return outcomes;
  };

  /** All of it or nothing, and no key: the same call again is refused by what is left, or not at all. */
  applyToInvoices: Ledger["applyToInvoices"] = async (steps, mayLeave) => {
    if (!(await mayLeave(1))) throw new WithheldError();
    if (new Set(steps.map((step) => payerOf(step).id)).size !== 1) throw new RangeError("two payers in a call");
    const toSourceItems = steps.some((step) => step.kind === "ApplyCreditMemo" && step.toSourceItems === true);
    if (toSourceItems && steps.length > 1) throw new RangeError("two invoices in a call to source items");
    this.calls.push({ key: toSourceItems ? "to source items" : "none", rows: steps.map(told) });
    const fault = this.#callFaults.shift();
    if (fault !== undefined && !fault.commits) throw fault.error;
    for (const { invoice } of steps) {
      const rowFault = this.#rowFaults.get(invoice.number)?.shift();
      if (rowFault !== undefined && rowFault !== "lie") throw rowFault;
    }
    const [payer] = steps.map(payerOf);
    const owner = [...this.accounts.values()].find(({ creditMemos = [], unappliedPayments = [] }) =>
      [...creditMemos, ...unappliedPayments].some(({ id }) => id === payer?.id),
    );
    if (owner === undefined) throw refused("Cannot find entity by key.", "53840040");
    try {
      this.accounts.set(owner.id, steps.reduce(evolve, owner));
    } catch (error) {
      if (error instanceof RangeError) throw refused(error.message, "53840020");
      throw error;
    }
    if (fault !== undefined) throw fault.error;
  };

  #read(id: AccountId): AccountState | ZuoraContractError {
    const state = this.accounts.get(id);
    if (state === undefined) return new UnknownAccountError(id);
    return withoutNumbers(readAgain(state));
  }

  #create({ step }: Adjustment): AdjustmentOutcome {
    this.#created += 1;
    const adjustmentId = `adjustment-${this.#created}`;
    const fault = this.#rowFaults.get(step.invoice.number)?.shift();
    if (fault === "lie") return { adjustmentId };
    if (fault !== undefined) return { error: fault };
    const state = [...this.accounts.values()].find(({ invoices }) => invoices.some(({ id }) => id === step.invoice.id));
    if (state === undefined) return { error: refused("The invoice could not be found.") };
    try {
      this.accounts.set(state.id, evolve(state, step));
      return { adjustmentId };
    } catch (error) {
      if (error instanceof RangeError) return { error: refused(error.message) };
      throw error;
    }
  }
}

export const refused = (message: string, zuoraCode = "INVALID_VALUE"): ZuoraRejectedError =>
  new ZuoraRejectedError(message, { again: "unless-unchanged", zuoraCode });

const terminated = () => refused("The transaction was terminated.", "TRANSACTION_TERMINATED");

export const closedPeriod = (): ZuoraRejectedError =>
  new ZuoraRejectedError("the period is closed", { again: "never", zuoraCode: "ACCOUNTING_PERIOD_CLOSED" });

export const locked = (): ZuoraBusyError => new ZuoraBusyError("lock competition", { zuoraCode: lockCode });

export const tooManyItems = (): ZuoraRejectedError =>
  new ZuoraRejectedError("more than 1000 items", { again: "unless-unchanged", saysTooManyItems: true });
