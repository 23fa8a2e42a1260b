import type { InvoiceRef } from "../account.ts";
import type { Money } from "../money.ts";
import type { Application } from "./apply-credit-memos.ts";
import type { ApplyCreditBalance } from "./pay-invoices.ts";

/**
 * One thing to ask of Zuora: a credit balance adjustment, or the application of a credit memo or of a payment. Amounts
 * are positive.
 */
export type Step = CreditBalanceStep | Application;

/** One credit balance adjustment to create. */
export type CreditBalanceStep =
  | ApplyCreditBalance
  /** An `Increase`: the whole of a negative invoice becomes credit. */
  | { readonly kind: "TransferToCreditBalance"; readonly invoice: InvoiceRef; readonly amount: Money };

export type StepOf<K extends Step["kind"]> = Extract<Step, { readonly kind: K }>;

/** Those of these kinds, in their order. */
export const stepsOf = <K extends Step["kind"]>(steps: readonly Step[], ...kinds: readonly K[]): readonly StepOf<K>[] =>
  steps.filter((step): step is StepOf<K> => kinds.some((kind) => kind === step.kind));

/** Whether a step pays an open invoice, out of whatever it is. */
export const paysInvoice = (step: Step): boolean => step.kind !== "TransferToCreditBalance";

/** Whether a step applies a credit memo or a payment, in a call of its own. */
export const isApplication = (step: Step): step is Application =>
  step.kind === "ApplyCreditMemo" || step.kind === "ApplyPayment";
