import type { AccountState, Invoice } from "../../../functions/domain/account.ts";
import type { ApplyCreditMemo } from "../../../functions/domain/credit/apply-credit-memos.ts";
import { add, type Money, negate, subtract } from "../../../functions/domain/money.ts";
import type { Step } from "../../../functions/domain/plan.ts";

/**
 * What a step does to an account when Zuora accepts it.
 *
 * @throws {RangeError} where Zuora refuses it: an Increase above what is open on the negative invoice, a Decrease
 *   above the invoice's balance or above the credit, a memo applied above either (docs/zuora-assumptions.md)
 */
export const evolve = (state: AccountState, step: Step): AccountState => {
  const invoice = state.invoices.find(({ id }) => id === step.invoice.id);
  if (invoice === undefined) throw new RangeError(`the invoice ${step.invoice.number} could not be found`);
  if (step.kind === "ApplyCreditMemo") return applyMemo(state, step, invoice);
  const move = step.kind === "TransferToCreditBalance" ? step.amount : negate(step.amount);
  const creditBalance = add(state.creditBalance, move);
  const balance = add(invoice.balance, move);
  if (!step.amount.gt(0)) throw new RangeError(`the amount of an adjustment is positive, got ${step.amount}`);
  if (changesSign(invoice.balance, balance)) throw new RangeError(`more than is open on ${step.invoice.number}`);
  if (creditBalance.lt(0)) throw new RangeError(`more than the credit balance of ${state.id}`);
  const invoices = state.invoices.map((each) => (each === invoice ? { ...each, balance } : each));
  return { ...state, creditBalance, invoices };
};

const applyMemo = (state: AccountState, { creditMemo, amount }: ApplyCreditMemo, invoice: Invoice): AccountState => {
  const memo = state.creditMemos?.find(({ id }) => id === creditMemo.id);
  if (memo === undefined) throw new RangeError(`the credit memo ${creditMemo.number} could not be found`);
  if (!amount.gt(0)) throw new RangeError(`the amount of an application is positive, got ${amount}`);
  if (amount.gt(memo.unapplied)) throw new RangeError(`more than is unapplied of ${memo.number}`);
  if (amount.gt(invoice.balance)) throw new RangeError(`more than is open on ${invoice.number}`);
  const unapplied = subtract(memo.unapplied, amount);
  const balance = subtract(invoice.balance, amount);
  return {
    ...state,
    creditMemos: state.creditMemos?.map((each) => (each === memo ? { ...each, unapplied } : each)),
    invoices: state.invoices.map((each) => (each === invoice ? { ...each, balance } : each)),
  };
};

const changesSign = (before: Money, after: Money): boolean =>
  before.eq(0) || (before.lt(0) ? after.gt(0) || after.lt(before) : after.lt(0) || after.gt(before));
