import type { AccountState, Invoice } from "../../../functions/domain/account.ts";
import { type Application, payerOf } from "../../../functions/domain/credit/apply-credit-memos.ts";
import { isApplication, type Step } from "../../../functions/domain/credit/step.ts";
import { add, type Money, negate, subtract } from "../../../functions/domain/money.ts";

/**
 * What a step does to an account when Zuora accepts it.
 *
 * @throws {RangeError} where Zuora refuses it: an Increase above what is open on the negative invoice, a Decrease
 *   above the invoice's balance or above the credit, a memo or payment applied above either (docs/zuora-assumptions.md)
 */
export const evolve = (state: AccountState, step: Step): AccountState => {
  const invoice = state.invoices.find(({ id }) => id === step.invoice.id);
  if (invoice === undefined) throw new RangeError(`the invoice ${step.invoice.number} could not be found`);
  if (isApplication(step)) return applied(state, step, invoice);
  const move = step.kind === "TransferToCreditBalance" ? step.amount : negate(step.amount);
  const creditBalance = add(state.creditBalance, move);
  const balance = add(invoice.balance, move);
  if (!step.amount.gt(0)) throw new RangeError(`the amount of an adjustment is positive, got ${step.amount}`);
  if (changesSign(invoice.balance, balance)) throw new RangeError(`more than is open on ${step.invoice.number}`);
  if (creditBalance.lt(0)) throw new RangeError(`more than the credit balance of ${state.id}`);
  const invoices = state.invoices.map((each) => (each === invoice ? { ...each, balance } : each));
  return { ...state, creditBalance, invoices };
};

const applied = (state: AccountState, step: Application, invoice: Invoice): AccountState => {
  const { amount } = step;
  const payers = (step.kind === "ApplyPayment" ? state.unappliedPayments : state.creditMemos) ?? [];
  const payer = payers.find(({ id }) => id === payerOf(step).id);
  if (payer === undefined) throw new RangeError(`${payerOf(step).number} could not be found`);
  if (!amount.gt(0)) throw new RangeError(`the amount of an application is positive, got ${amount}`);
  if (amount.gt(payer.unapplied)) throw new RangeError(`more than is unapplied of ${payer.number}`);
  if (amount.gt(invoice.balance)) throw new RangeError(`more than is open on ${invoice.number}`);
  const unapplied = subtract(payer.unapplied, amount);
  const balance = subtract(invoice.balance, amount);
  return {
    ...state,
    creditMemos: state.creditMemos?.map((each) => (each === payer ? { ...each, unapplied } : each)),
    ...(state.unappliedPayments === undefined
      ? {}
      : { unappliedPayments: state.unappliedPayments.map((each) => (each === payer ? { ...each, unapplied } : each)) }),
    invoices: state.invoices.map((each) => (each === invoice ? { ...each, balance } : each)),
  };
};

const changesSign = (before: Money, after: Money): boolean =>
  before.eq(0) || (before.lt(0) ? after.gt(0) || after.lt(before) : after.lt(0) || after.gt(before));
