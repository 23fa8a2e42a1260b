import { createHash } from "node:crypto";
import type { Planned } from "../../app/settle/read-and-plan.ts";
import { planDigestText } from "../../app/settle/settle-one.ts";
import { isNegative } from "../../domain/account.ts";
import type { Step } from "../../domain/credit/step.ts";
import { formatMoney } from "../../domain/currency.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { Hold } from "../../domain/hold.ts";
import { negate, sum } from "../../domain/money.ts";

/** What planning an account says, for programs. Amounts are decimal text. */
export const planData = ({ state, plan }: Planned) => ({
  accountId: state.id,
  accountNumber: state.number,
  status: state.status,
  currency: state.currency,
  today: state.today,
  creditBalance: formatMoney(state.creditBalance, state.currency),
  invoices: state.invoices.toSorted(byNumber).map(({ number, amount, balance, currency, invoiceDate, dueDate }) => ({
    invoiceNumber: number,
    invoiceDate,
    dueDate,
    amount: formatMoney(amount, currency),
    balance: formatMoney(balance, currency),
    currency,
  })),
  steps: plan.steps.map((step) => stepData(step, state.currency)),
  /** What follows once the steps were read back. */
  later: plan.later?.map((step) => stepData(step, state.currency)),
  holds: plan.holds.map(holdData),
});

export const stepData = (step: Step, currency: string) => ({
  step: step.kind,
  invoiceNumber: step.invoice.number,
  amount: formatMoney(step.amount, currency),
  creditMemoNumber: step.kind === "ApplyCreditMemo" ? step.creditMemo.number : undefined,
  paymentNumber: step.kind === "ApplyPayment" ? step.payment.number : undefined,
  ...(step.kind !== "TransferToCreditBalance" && step.rank !== undefined ? { rank: step.rank } : {}),
});

/** What an account comes to today, in a few words. */
export const todayOf = (planned: Planned | SettlementError | undefined): string => {
  if (planned === undefined) return "not asked";
  if (planned instanceof SettlementError) return `cannot be planned: ${planned.code}`;
  const { steps, holds } = planned.plan;
  if (steps.length > 0) return steps.length === 1 ? "1 step" : `${steps.length} steps`;
  const reasons = [...new Set(holds.map(({ reason }) => reason))];
  return reasons.length === 0 ? "nothing to do" : `held: ${reasons.join(", ")}`;
};

/** What is owed to the customer on negative invoices, with its currency. */
export const negativeIn = (planned: Planned | SettlementError | undefined): string => {
  if (planned === undefined || planned instanceof SettlementError) return "";
  const { invoices, currency } = planned.state;
  const own = invoices.filter((invoice) => isNegative(invoice) && invoice.currency === currency);
  return `${formatMoney(negate(sum(own.map(({ balance }) => balance))), currency)} ${currency}`;
};

const holdData = ({ reason, invoice, creditMemo, payment }: Hold) => ({
  reason,
  invoiceNumber: invoice?.number,
  creditMemoNumber: creditMemo?.number,
  paymentNumber: payment?.number,
});

/** A short name of a plan and the state that it was made of. */
export const planDigest = (planned: Planned): string =>
  createHash("sha256").update(planDigestText(planned)).digest("hex").slice(0, 12);

const byNumber = (a: Planned["state"]["invoices"][number], b: typeof a): number => (a.number < b.number ? -1 : 1);
