import type { Adjustment, AdjustmentOutcome, MayLeave } from "../../app/settle/ports.ts";
import { commentOf } from "../../domain/comment.ts";
import {
  type ErrorDetails,
  type SettlementError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
} from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy.ts";
import { classifyRow } from "../http/answers/classify.ts";
import { legible } from "../http/answers/failure.ts";
import { exactNumber } from "../http/answers/json.ts";
import type { ZuoraClient } from "../http/client.ts";
import { type RowRefusal, readSavedRows } from "./save-rows.ts";

/** A misspelt field is an error and not silence (Zuora: query parameter of Actions and CRUD). */
export const createPath = "/v1/action/create?rejectUnknownFields=true";

const typeOf = { TransferToCreditBalance: "Increase", ApplyCreditBalance: "Decrease" } as const;

/** Codes that finance wants on every adjustment, where the policy names them. */
export type AdjustmentCodes = Pick<Policy, "reasonCode" | "accountingCode">;

/**
 * Creates credit balance adjustments in one call. `AdjustmentDate` is left to Zuora: without the future-dated
 * feature only today in the tenant's time zone is allowed (Zuora: Rules for specifying the adjustment date).
 */
export const createAdjustments = async (
  client: ZuoraClient,
  adjustments: readonly Adjustment[],
  codes: AdjustmentCodes,
  { key, mayLeave }: { readonly key: string; readonly mayLeave?: MayLeave | undefined },
): Promise<readonly AdjustmentOutcome[]> => {
  const objects = adjustments.map(({ step, runId }) => ({
    Type: typeOf[step.kind],
    Amount: exactNumber(step.amount),
    SourceTransactionId: step.invoice.id,
    Comment: commentOf(step),
    ReferenceId: runId,
    ReasonCode: codes.reasonCode,
    AccountingCode: codes.accountingCode,
  }));
  const answer = await client.write(createPath, { type: "CreditBalanceAdjustment", objects }, key, mayLeave);
  const { body, zuoraRequestId } = answer;
  return readSavedRows(body, { action: "create", count: objects.length, zuoraRequestId }).map(
    (row): AdjustmentOutcome => {
      if ("error" in row) return row;
      if ("refusal" in row) return { error: errorOf(row.refusal, codes, { zuoraRequestId }) };
      if (row.id !== undefined) return { adjustmentId: row.id };
      return { error: new WriteOutcomeUnknownError("a result says Success without an Id", { zuoraRequestId }) };
    },
  );
};

const errorOf = (refusal: RowRefusal, sent: AdjustmentCodes, details: ErrorDetails): SettlementError => {
  if (!isAboutCodes(sent, refusal.message)) return classifyRow(refusal, details);
  const code = refusal.codes[0] ?? "without a code";
  return new ZuoraAccessError(`Zuora refused a code of the policy: ${code}: ${legible(refusal.message)}`, details);
};

/** A code that the tenant does not know would be refused of every account: no account is to blame. */
const isAboutCodes = ({ reasonCode, accountingCode }: AdjustmentCodes, message: string): boolean =>
  (reasonCode !== undefined && /reason ?code/i.test(message)) ||
  (accountingCode !== undefined && /accounting ?code/i.test(message));
