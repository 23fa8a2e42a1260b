import type { AccountId } from "../../domain/account.ts";
import type { Step } from "../../domain/credit/step.ts";
import { SettlementError } from "../../domain/errors.ts";
import { toDecimal } from "../../domain/money.ts";
import type { Telemetry } from "../telemetry-ports.ts";
import type { AccountStep } from "./carry-out.ts";
import type { AccountOutcome, AccountOutcomeLine, Result } from "./outcome.ts";
import type { Confirmed } from "./ports.ts";

const told = {
  TransferToCreditBalance: "adjustment created",
  ApplyCreditBalance: "adjustment created",
  ApplyCreditMemo: "credit memo applied",
  ApplyPayment: "payment applied",
} as const satisfies Record<Step["kind"], string>;

/** One line per money movement: ids and amounts, nothing about people. */
export const tellConfirmed = (
  telemetry: Telemetry,
  { accountId, runId, step }: AccountStep<Step>,
  confirmed: Confirmed,
): void =>
  telemetry.info(told[step.kind], {
    runId,
    accountId,
    ...confirmed,
    ...(step.kind === "ApplyCreditMemo" ? { creditMemoNumber: step.creditMemo.number } : {}),
    ...(step.kind === "ApplyPayment" ? { paymentNumber: step.payment.number } : {}),
    step: step.kind,
    invoiceNumber: step.invoice.number,
    amount: toDecimal(step.amount),
    ...(step.kind !== "TransferToCreditBalance" && step.rank !== undefined ? { rank: step.rank } : {}),
  });

type Told = {
  readonly accountId: AccountId;
  readonly runId: string;
  readonly outcome: AccountOutcome;
  readonly dryRun: boolean;
};

/** One line per account and invocation. */
export const tellOutcome = (telemetry: Telemetry, { accountId, runId, outcome, dryRun }: Told): void => {
  const { result, holds, currency, transferred, applied, leftAsCredit } = outcome;
  const line: AccountOutcomeLine = {
    runId,
    accountId,
    outcome: result.kind,
    dryRun,
    currency,
    transferred: toDecimal(transferred),
    applied: toDecimal(applied),
    ...(leftAsCredit === undefined ? {} : { leftAsCredit: toDecimal(leftAsCredit) }),
    holds: holds.map(({ reason, invoice, creditMemo, payment }) => ({
      reason,
      ...(invoice === undefined ? {} : { invoiceNumber: invoice.number }),
      ...(creditMemo === undefined ? {} : { creditMemoNumber: creditMemo.number }),
      ...(payment === undefined ? {} : { paymentNumber: payment.number }),
    })),
    ...reasonOf(result),
  };
  telemetry.info("account outcome", line);
};

const reasonOf = (
  result: Result,
): Pick<AccountOutcomeLine, "code" | "errorMessage" | "zuoraRequestId" | "waitReason"> => {
  const reason = result.kind === "failed" ? result.error : result.kind === "waiting" ? result.reason : undefined;
  if (reason === undefined) return {};
  if (!(reason instanceof SettlementError)) return { waitReason: reason };
  const { code, message, zuoraRequestId } = reason;
  return { code, errorMessage: message, zuoraRequestId };
};
