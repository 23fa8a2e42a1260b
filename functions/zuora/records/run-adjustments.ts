import type { RunAdjustment } from "../../app/ports.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { runAdjustmentRecord } from "../ledger/account-records.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";

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
  const queries = selectAny(fields, "CreditBalanceAdjustment", [conditions]);
  for await (const record of queryRecords(client, "an adjustment of the run", runAdjustmentRecord, queries)) {
    const { Id: id, AccountId: accountId, Type: type, Amount: amount } = record;
    adjustments.set(id, { id, accountId, type, amount });
  }
  return [...adjustments.values()];
};
