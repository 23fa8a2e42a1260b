import type { AccountId } from "../../domain/account.ts";
import type { Step } from "../../domain/credit/step.ts";
import { heldPayer } from "../../domain/hold.ts";
import { toDecimal } from "../../domain/money.ts";
import type { AccountStep } from "../settle/carry-out.ts";
import type { AccountOutcome } from "../settle/outcome.ts";
import type { Confirmed } from "../settle/ports.ts";
import type { SweepEvent } from "./event.ts";

/** One account as one invocation left it. */
export type Settled = {
  readonly accountId: AccountId;
  readonly runId: string;
  readonly outcome: AccountOutcome;
  readonly confirmed: readonly { readonly step: AccountStep<Step>; readonly confirmed: Confirmed }[];
  /** Nobody looked at the work before: what waits is told when it begins to, and not with each look. */
  readonly isFirstLook: boolean;
};

/** What others are told of an account, money first. Pure. */
export const eventsOf = ({ accountId, runId, outcome, confirmed, isFirstLook }: Settled): readonly SweepEvent[] => {
  const { currency, holds } = outcome;
  // What was read has a currency, and only what was read was moved or is held.
  if (currency === undefined) return [];
  return [
    ...confirmed.map((each) => movedBy(each, currency)),
    ...holds
      .filter((hold) => heldPayer(hold) === undefined)
      .map(({ reason, invoice }): SweepEvent => {
        const which = invoice === undefined ? {} : { invoiceId: invoice.id, invoiceNumber: invoice.number };
        return { name: "InvoiceHeld", detail: { accountId, ...which, reason, runId } };
      }),
    ...(isFirstLook ? pendingOf({ accountId, runId, outcome }, currency) : []),
  ];
};

const movedBy = (
  { step: { step, accountId, runId }, confirmed }: Settled["confirmed"][number],
  currency: string,
): SweepEvent => {
  const { invoice, amount } = step;
  const moved = {
    accountId,
    invoiceId: invoice.id,
    invoiceNumber: invoice.number,
    amount: toDecimal(amount),
    currency,
  };
  if ("adjustmentId" in confirmed && step.kind === "TransferToCreditBalance") {
    return { name: "CreditTransferred", detail: { ...moved, runId, adjustmentId: confirmed.adjustmentId } };
  }
  return { name: "CreditApplied", detail: { ...moved, runId, ...idOf(confirmed) } };
};

/** How Zuora split it among items is for the log alone. */
const idOf = (confirmed: Confirmed) =>
  "creditMemoId" in confirmed ? { creditMemoId: confirmed.creditMemoId } : confirmed;

const pendingOf = (
  { accountId, runId, outcome: { result, untransferred } }: Pick<Settled, "accountId" | "runId" | "outcome">,
  currency: string,
): readonly SweepEvent[] => {
  const waits = result.kind === "waiting" || (result.kind === "failed" && !result.final);
  if (!waits || untransferred === undefined || !untransferred.gt(0)) return [];
  return [{ name: "CreditPending", detail: { accountId, amount: toDecimal(untransferred), currency, runId } }];
};
