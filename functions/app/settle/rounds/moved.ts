import { type AccountState, creditOf, type InvoiceId, isNegative, payersOf } from "../../../domain/account.ts";
import { payerOf } from "../../../domain/credit/apply-credit-memos.ts";
import { couldApplySince } from "../../../domain/credit/could-apply-since.ts";
import { isApplication, type Step, stepsOf } from "../../../domain/credit/step.ts";
import { earliest } from "../../../domain/instant.ts";
import { add, type Money, subtract, sum, zero } from "../../../domain/money.ts";
import type { AccountOutcome } from "../outcome.ts";
import type { Planned } from "../read-and-plan.ts";

/** What was moved of one account in one invocation, or in a dry run would have been. */
export class Moved {
  #transferred: Money = zero;
  #applied: Money = zero;
  #credit: Money | undefined;
  #postedAt: number | undefined;
  /** Negative invoices that were transferred, and memos and payments that were applied. */
  readonly #used = new Set<string>();
  readonly #paidByBalance = new Map<InvoiceId, Money>();

  /** A fresh reading shows what credit all that has left. */
  readAgain(state: AccountState): void {
    this.#credit = creditOf(state);
  }

  add(step: Step, state: AccountState): void {
    const credit = this.#credit ?? zero;
    if (step.kind === "TransferToCreditBalance") {
      this.#transferred = add(this.#transferred, step.amount);
      this.#credit = add(credit, step.amount);
    } else {
      this.#applied = add(this.#applied, step.amount);
      this.#credit = subtract(credit, step.amount);
    }
    if (step.kind === "ApplyCreditBalance") this.#paidByBalance.set(step.invoice.id, step.amount);
    else {
      this.#used.add(moneyOf(step));
      this.#postedAt = earliest([this.#postedAt, couldMoveSince(step, state)]);
    }
  }

  get isAny(): boolean {
    return sum([this.#transferred, this.#applied]).gt(0);
  }

  /** Whether this very Decrease was made already. */
  hasPaid(step: Step): boolean {
    return step.kind === "ApplyCreditBalance" && this.#paidByBalance.get(step.invoice.id)?.eq(step.amount) === true;
  }

  get told(): Pick<AccountOutcome, "transferred" | "applied" | "leftAsCredit" | "transferredPostedAt"> {
    return {
      transferred: this.#transferred,
      applied: this.#applied,
      leftAsCredit: this.#credit,
      transferredPostedAt: this.#postedAt,
    };
  }

  /**
   * What is meant to be moved out of negative invoices, memos and payments, and was not.
   *
   * @param setAside invoices that are planned without
   */
  toldMissing(
    { state, plan }: Planned,
    setAside: ReadonlySet<InvoiceId>,
  ): Pick<AccountOutcome, "untransferred" | "untransferredPostedAt"> {
    const missing = stepsOf(plan.steps, "TransferToCreditBalance", "ApplyCreditMemo", "ApplyPayment").filter(
      (step) => !this.#used.has(moneyOf(step)),
    );
    const leftOut = state.invoices.filter((each) => setAside.has(each.id) && isNegative(each));
    return {
      untransferred: sum(stepsOf(missing, "TransferToCreditBalance").map(({ amount }) => amount)),
      untransferredPostedAt: earliest([
        ...missing.map((step) => couldMoveSince(step, state)),
        ...leftOut.map(({ postedAt }) => postedAt),
      ]),
    };
  }
}

/** The invoice, memo or payment that a step takes its money from, where that is not the credit balance. */
const moneyOf = (step: Step): string => (isApplication(step) ? payerOf(step) : step.invoice).id;

/** Epoch milliseconds; since when a step could have been carried out, where Zuora tells. */
const couldMoveSince = (step: Step, { invoices, ...state }: AccountState): number | undefined => {
  const invoice = invoices.find(({ id }) => id === step.invoice.id);
  if (!isApplication(step)) return invoice?.postedAt;
  return couldApplySince(
    payersOf(state).find(({ id }) => id === payerOf(step).id),
    invoice,
  );
};
