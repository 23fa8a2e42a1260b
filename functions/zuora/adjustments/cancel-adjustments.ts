import type { AdjustmentOutcome } from "../../app/settle/ports.ts";
import { classifyRow } from "../http/answers/classify.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { readSavedRows } from "./save-rows.ts";

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
): Promise<readonly AdjustmentOutcome[]> => {
  const objects = ids.map((Id) => ({ Id, Status: "Canceled" }));
  const client = createClient(connection, invocation);
  const { body, zuoraRequestId } = await client.write(updatePath, { type: "CreditBalanceAdjustment", objects }, key);
  return readSavedRows(body, { action: "update", count: ids.length, zuoraRequestId }).map((row, index) => {
    if ("error" in row) return row;
    if ("refusal" in row) return { error: classifyRow(row.refusal, { zuoraRequestId }) };
    return { adjustmentId: ids[index] ?? "" };
  });
};
