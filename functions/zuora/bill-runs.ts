import * as z from "zod";
import type { Candidates } from "../app/ports.ts";
import type { BillRun } from "../app/scanner-ports.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import { candidatesWhere } from "./candidates.ts";
import { createClient } from "./client.ts";
import type { Connection, Invocation } from "./connection.ts";
import { instantOf } from "./instant.ts";
import { queryAll } from "./query.ts";
import { contractProblem } from "./schemas.ts";
import { quoted, selectAny } from "./zoql.ts";

const billRunRecord = z.object({ Id: z.string().min(1), Status: z.string(), PostedDate: z.string().optional() });

/**
 * A bill run by its id or number, since callouts may name either; undefined where Zuora knows none.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const findBillRun = async (
  connection: Connection,
  invocation: Invocation,
  idOrNumber: string,
): Promise<BillRun | undefined> => {
  const client = createClient(connection, invocation);
  const keys = [[`Id = ${quoted(idOrNumber)}`], [`BillRunNumber = ${quoted(idOrNumber)}`]];
  for (const query of selectAny(["Id", "Status", "PostedDate"], "BillRun", keys)) {
    for await (const raw of queryAll(client, query)) {
      const parsed = billRunRecord.safeParse(raw);
      if (!parsed.success) {
        throw new ZuoraContractError(`a bill run: ${contractProblem(parsed.error)}`, { scope: "envelope" });
      }
      const { Id: id, Status: status, PostedDate } = parsed.data;
      return { id, status, postedAt: instantOf(PostedDate) };
    }
  }
  return undefined;
};

/** The scan's queries over the invoices of one bill run; credit is looked for whatever its age. */
export const createBillRunCandidates = (
  connection: Connection,
  invocation: Invocation,
  billRunId: string,
): Candidates => candidatesWhere(connection, invocation, ` and BillRunId = ${quoted(billRunId)}`);
