import * as z from "zod";
import type { Candidates, MemoCandidates } from "../../app/scan/ports.ts";
import { hasCreditBalance, type Mode } from "../../domain/credit/mode.ts";
import { contradictionIn, createModeCheck } from "../credit-memos/mode-check.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { amount, instantOf, textOf } from "../query/fields.ts";
import { queryInParts } from "../query/in-parts.ts";
import { type Condition, dateTime } from "../query/zoql.ts";
import { type CandidateRules, memoCandidates } from "./memo-candidates.ts";

type CandidateOptions = {
  /** How many parts of a large result are read side by side; 1, or absent: one page after the other. */
  readonly parts?: number;
  /** Which invoices are looked at, beside what makes them candidates. */
  readonly onlyInvoices?: readonly Condition[];
};

/** So many parts for each call that may be in flight: where one part is longer, the others have ended by then. */
const partsForEachCall = 2;

/** @param calls in flight at a time */
export const partsFor = (calls: number): number => (calls === 1 ? 1 : partsForEachCall * calls);

/**
 * The scan's queries: a coarse filter that may say yes too often, never the authority, which is `plan` in
 * `domain/plan.ts`. An incremental scan restricts *invoices* by their update; `Account.UpdatedDate` is never used,
 * since nothing documents that an adjustment moves it.
 */
export const createCandidates = (
  connection: Connection,
  invocation: Invocation,
  mode?: Mode,
  { parts = 1, ...rules }: Pick<CandidateOptions, "parts"> & CandidateRules = {},
): Candidates => {
  const client = createClient(connection, invocation);
  return candidatesWhere(client, { parts }, mode, memoCandidates(client, mode, rules));
};

/** @param creditMemos absent where none are asked for */
export const candidatesWhere = (
  client: ZuoraClient,
  { parts = 1, onlyInvoices = [] }: CandidateOptions,
  mode: Mode | undefined,
  creditMemos: MemoCandidates | undefined,
): Candidates => {
  const modeCheck = createModeCheck(mode);
  const invoices = (fields: readonly string[], conditions: readonly Condition[]) =>
    queryInParts(
      client,
      { fields, object: "Invoice", conditions: ["Status = 'Posted'", ...conditions] },
      { by: "InvoiceNumber", parts },
    );
  return {
    creditMemos,
    async *negativeInvoices(since, before) {
      await modeCheck.passed(client);
      const fields = ["Id", "AccountId", "Balance", "Currency", "PostedDate"];
      for await (const raw of invoices(fields, ["Balance < 0", ...onlyInvoices, ...updatedWithin(since, before)])) {
        const amounts = negativeInvoiceRecord.safeParse(raw);
        yield {
          id: textOf(raw["Id"]),
          accountId: textOf(raw["AccountId"]),
          ...(amounts.success ? { balance: amounts.data.Balance, currency: amounts.data.Currency } : {}),
          postedAt: instantOf(raw["PostedDate"]),
        };
      }
    },
    async *accountsWithCredit() {
      if (!hasCreditBalance(mode)) return;
      const accounts = { fields: ["Id"], object: "Account", conditions: ["CreditBalance > 0"] };
      try {
        for await (const raw of queryInParts(client, accounts, { by: "AccountNumber", parts })) yield textOf(raw["Id"]);
      } catch (error) {
        throw contradictionIn(error, mode);
      }
    },
    async *accountsOfOpenInvoices(since, before) {
      const conditions = ["Balance > 0", ...onlyInvoices, ...updatedWithin(since, before)];
      for await (const raw of invoices(["Id", "AccountId"], conditions)) yield textOf(raw["AccountId"]);
    },
  };
};

const updatedWithin = (since: number | undefined, before: number | undefined): readonly Condition[] => [
  ...(since === undefined ? [] : [`UpdatedDate >= ${dateTime(since)}`]),
  ...(before === undefined ? [] : [`UpdatedDate < ${dateTime(before)}`]),
];

const negativeInvoiceRecord = z.object({ Balance: amount, Currency: z.string().min(1).optional() });
