import type { StepOutcome } from "../../app/settle/ports.ts";
import { WriteOutcomeUnknownError, ZuoraContractError } from "../../domain/errors.ts";
import { classifyRow } from "../http/classify.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { detailsOf } from "../http/failure.ts";
import { saveResult } from "./save-rows.ts";

const updatePath = "/v1/action/update?rejectUnknownFields=true";

/**
 * Cancels adjustments in one call, with an outcome for each, in order. A canceled Increase reopens its negative
 * invoice, while the credit covers it; a canceled Decrease takes its money back to the credit (Zuora: Cancel a credit
 * balance adjustment). There is no way back.
 *
 * @param ids at most `adjustmentsPerCallMax`
 * @param key names this attempt: never used for another request
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
 *   ConfigError} where the call as a whole was refused or lost
 */
export const cancelAdjustments = async (
  connection: Connection,
  invocation: Invocation,
  ids: readonly string[],
  key: string,
): Promise<readonly StepOutcome[]> => {
  const objects = ids.map((Id) => ({ Id, Status: "Canceled" }));
  const client = createClient(connection, invocation);
  const { body, zuoraRequestId } = await client.write(updatePath, { type: "CreditBalanceAdjustment", objects }, key);
  const details = zuoraRequestId === undefined ? {} : { zuoraRequestId };
  if (!Array.isArray(body) || body.length !== ids.length) {
    throw new ZuoraContractError(`expected ${ids.length} results of an update`, { ...details, scope: "envelope" });
  }
  return body.map((row, index) => {
    const parsed = saveResult.safeParse(row);
    if (!parsed.success) return { error: new WriteOutcomeUnknownError("a result of an update that is none", details) };
    const { Success, Errors } = parsed.data;
    if (Success) return { adjustmentId: ids[index] ?? "" };
    const [refusal = { code: "", message: "" }] = detailsOf({
      Errors: Array.isArray(Errors) ? Errors : [Errors ?? {}],
    });
    return {
      error: classifyRow(
        { codes: refusal.code === "" ? [] : [refusal.code], message: refusal.message || "no text" },
        details,
      ),
    };
  });
};
