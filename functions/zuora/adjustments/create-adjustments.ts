import type { Adjustment, MayLeave, StepOutcome } from "../../app/settle/ports.ts";
import { commentOf } from "../../domain/comment.ts";
import { WriteOutcomeUnknownError, ZuoraAccessError, ZuoraContractError } from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy.ts";
import { classifyRow } from "../http/classify.ts";
import type { ZuoraClient } from "../http/client.ts";
import { legible, refusalOfRow } from "../http/failure.ts";
import { exactNumber } from "../http/json.ts";
import { contractProblem } from "../query/fields.ts";
import { saveResult } from "./save-rows.ts";

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
  { key, mayLeave }: { readonly key: string; readonly mayLeave?: MayLeave },
): Promise<readonly StepOutcome[]> => {
  const objects = adjustments.map(({ step, runId }) => ({
    Type: typeOf[step.kind],
    Amount: exactNumber(step.amount),
    SourceTransactionId: step.invoice.id,
    Comment: commentOf(step),
    ReferenceId: runId,
    ...(codes.reasonCode === undefined ? {} : { ReasonCode: codes.reasonCode }),
    ...(codes.accountingCode === undefined ? {} : { AccountingCode: codes.accountingCode }),
  }));
  const answer = await client.write(createPath, { type: "CreditBalanceAdjustment", objects }, key, mayLeave);
  const { body, zuoraRequestId } = answer;
  const details = zuoraRequestId === undefined ? {} : { zuoraRequestId };
  if (!Array.isArray(body) || body.length !== objects.length) {
    const text = `expected ${objects.length} results of a create, got ${Array.isArray(body) ? body.length : "no list"}`;
    throw new ZuoraContractError(text, { ...details, scope: "envelope" });
  }
  return body.map((row) => readRow(row, codes, details));
};

const readRow = (row: unknown, sent: AdjustmentCodes, details: { readonly zuoraRequestId?: string }): StepOutcome => {
  const parsed = saveResult.safeParse(row);
  if (!parsed.success) {
    return { error: new WriteOutcomeUnknownError(`a result that is none: ${contractProblem(parsed.error)}`, details) };
  }
  const { Success, Id, Errors } = parsed.data;
  if (Success && Id !== undefined && Id !== "") return { adjustmentId: Id };
  if (Success) return { error: new WriteOutcomeUnknownError("a result says Success without an Id", details) };
  const { codes, message } = refusalOfRow(Errors);
  if (isAboutCodes(sent, message)) {
    const text = `Zuora refused a code of the policy: ${codes[0] ?? "without a code"}: ${legible(message)}`;
    return { error: new ZuoraAccessError(text, details) };
  }
  return { error: classifyRow({ codes, message }, details) };
};

/** A code that the tenant does not know would be refused of every account: no account is to blame. */
const isAboutCodes = ({ reasonCode, accountingCode }: AdjustmentCodes, message: string): boolean =>
  (reasonCode !== undefined && /reason ?code/i.test(message)) ||
  (accountingCode !== undefined && /accounting ?code/i.test(message));
