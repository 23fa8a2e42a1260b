import type { RunAdjustment } from "../app/ports.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { createClient } from "./client.ts";
import type { Connection, Invocation } from "./connection.ts";
import { queryAll } from "./query.ts";
import { contractProblem, runAdjustmentRecord } from "./schemas.ts";
import { quoted, selectAny } from "./zoql.ts";

/**
 * What Zuora itself recorded for a run: its processed adjustments, found by the run id that each carries as
 * `ReferenceId`. The audit trail, whatever our own logs say.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const readRunAdjustments = async (
  connection: Connection,
  invocation: Invocation,
  runId: string,
): Promise<readonly RunAdjustment[]> => {
  const client = createClient(connection, invocation);
  const adjustments = new Map<string, RunAdjustment>();
  const fields = ["Id", "AccountId", "Type", "Amount"];
  const conditions = [`ReferenceId = ${quoted(runId)}`, "Status = 'Processed'"];
  for (const query of selectAny(fields, "CreditBalanceAdjustment", [conditions])) {
    for await (const raw of queryAll(client, query)) {
      const parsed = runAdjustmentRecord.safeParse(raw);
      if (!parsed.success) {
        throw new ZuoraContractError(`an adjustment of the run: ${contractProblem(parsed.error)}`, {
          scope: "envelope",
        });
      }
      const { Id: id, AccountId: accountId, Type: type, Amount: amount } = parsed.data;
      adjustments.set(id, { id, accountId, type, amount });
    }
  }
  return [...adjustments.values()];
};
