import * as z from "zod";
import type { Candidates, FoundPosting, Posting } from "../../app/scan/ports.ts";
import type { Mode } from "../../domain/credit/mode.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { instantOf } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";
import { candidatesWhere } from "./candidates.ts";
import { type CandidateRules, memoCandidates } from "./memo-candidates.ts";

const postingRecord = z.object({ Id: z.string().min(1), Status: z.string(), PostedDate: z.string().optional() });

const objects = {
  "bill-run": { object: "BillRun", number: "BillRunNumber", ofInvoice: "BillRunId" },
  invoice: { object: "Invoice", number: "InvoiceNumber", ofInvoice: "Id" },
} as const satisfies Record<Posting["kind"], object>;

/**
 * A bill run or an invoice by its id or number, since callouts may name either; undefined where Zuora knows none.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const findPosting = async (
  connection: Connection,
  invocation: Invocation,
  { kind, id: idOrNumber }: Posting,
): Promise<FoundPosting | undefined> => {
  const client = createClient(connection, invocation);
  const { object, number } = objects[kind];
  const keys = [[`Id = ${quoted(idOrNumber)}`], [`${number} = ${quoted(idOrNumber)}`]];
  const queries = selectAny(["Id", "Status", "PostedDate"], object, keys);
  for await (const record of queryRecords(client, "a posting", postingRecord, queries)) {
    const { Id: id, Status: status, PostedDate } = record;
    return { id, status, postedAt: instantOf(PostedDate) };
  }
  return undefined;
};

/** The scan's queries over the invoices of one posting; credit is looked for whatever its age. */
export const createPostingCandidates = (
  connection: Connection,
  invocation: Invocation,
  { kind, id, postedAt }: Posting & Pick<FoundPosting, "postedAt">,
  mode?: Mode,
  rules: CandidateRules = {},
): Candidates => {
  const client = createClient(connection, invocation);
  // A memo does not tell its bill run where it could be asked for: those made since then, and somewhat before.
  const memos = memoCandidates(client, mode, rules, { from: postedAt && postedAt - postingMs });
  return candidatesWhere(client, { onlyInvoices: [`${objects[kind].ofInvoice} = ${quoted(id)}`] }, mode, memos);
};

/** A large bill run is posted document by document. */
const postingMs = 60 * 60_000;
