import * as z from "zod";
import type { AdjustmentRecord } from "../../app/records/ports.ts";
import type { AdjustmentOutcome } from "../../app/settle/ports.ts";
import type { InvoiceRef } from "../../domain/account.ts";
import { type SettlementError, ZuoraContractError, ZuoraRejectedError } from "../../domain/errors.ts";
import type { Money } from "../../domain/money.ts";
import { cancelAdjustments } from "../adjustments/cancel-adjustments.ts";
import { createPath } from "../adjustments/create-adjustments.ts";
import { readSavedRows, type SavedRow } from "../adjustments/save-rows.ts";
import { classifyRow } from "../http/answers/classify.ts";
import { exactNumber } from "../http/answers/json.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { accountRecord, invoiceRecord } from "../query/account-records.ts";
import { contractProblem } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";

const text = z.string().optional().catch(undefined);

const trialRecord = z
  .object({
    Id: z.string(),
    Number: text,
    Type: text,
    Status: text,
    Amount: text,
    ReferenceId: text,
    SourceTransactionId: text,
    SourceTransactionNumber: text,
  })
  .transform(
    (record): TrialRecord => ({
      id: record.Id,
      number: record.Number,
      type: record.Type,
      status: record.Status,
      amount: record.Amount,
      reference: record.ReferenceId,
      invoiceId: record.SourceTransactionId,
      invoiceNumber: record.SourceTransactionNumber,
    }),
  );

const recordFields = Object.keys(trialRecord.in.shape);

const trialInvoice = invoiceRecord.pick({ Id: true, InvoiceNumber: true, Balance: true }).extend({
  UpdatedDate: z.string(),
});

const trialAccount = accountRecord.pick({ Currency: true, CreditBalance: true });

/** Tries things on one account, under a run's id by which everything that was created is found again. */
export const createSandboxTrial = (
  connection: Connection,
  invocation: Invocation,
  { accountId, runId }: { readonly accountId: string; readonly runId: string },
): Trial => {
  const client = createClient(connection, invocation);
  const all = <S extends z.ZodType>(what: string, schema: S, queries: readonly string[]) =>
    Array.fromAsync(queryRecords(client, what, schema, queries));
  return {
    create: async (rows, key, alter = (row) => row) => {
      const objects = rows.map((row) => alter(objectOf(row, runId)));
      try {
        const { body } = await client.write(createPath, { type: "CreditBalanceAdjustment", objects }, key);
        return readSavedRows(body, { action: "create", count: objects.length }).map(resultOf);
      } catch (error) {
        return rows.map(() => refusalOf(error));
      }
    },
    cancel: (ids, key) => cancelAdjustments(connection, invocation, ids, key),
    account: async () => {
      const [account] = await all(
        "an account",
        trialAccount,
        selectAny(["Currency", "CreditBalance"], "Account", [[`Id = ${quoted(accountId)}`]]),
      );
      if (account === undefined) throw new ZuoraContractError("no such account", { scope: "envelope" });
      const fields = Object.keys(trialInvoice.shape);
      const conditions = [`AccountId = ${quoted(accountId)}`, "Status = 'Posted'"];
      const invoices = await all("an invoice", trialInvoice, selectAny(fields, "Invoice", [conditions]));
      return {
        currency: account.Currency,
        creditBalance: account.CreditBalance,
        invoices: invoices.map(({ Id: id, InvoiceNumber: number, Balance: balance, UpdatedDate: updatedAt }) => ({
          id,
          number,
          balance,
          updatedAt,
        })),
      };
    },
    adjustments: async (ids) => {
      const groups = [[`ReferenceId = ${quoted(runId)}`], ...ids.map((id) => [`Id = ${quoted(id)}`])];
      const records = await all(
        "an adjustment",
        trialRecord,
        selectAny(recordFields, "CreditBalanceAdjustment", groups),
      );
      return [...new Map(records.map((record) => [record.id, record])).values()];
    },
  };
};

const objectOf = ({ type, amount, invoice }: TrialRow, runId: string): SentRow => ({
  Type: type,
  Amount: exactNumber(amount),
  SourceTransactionId: invoice.id,
  Comment: "zuora-credit-sweep: a probe of this sandbox, canceled at once",
  ReferenceId: runId,
});

const resultOf = (row: SavedRow): TrialResult => {
  if ("error" in row) throw row.error;
  if ("refusal" in row) return refusalOf(classifyRow(row.refusal, {}));
  if (row.id !== undefined) return { adjustmentId: row.id };
  throw new ZuoraContractError("a result says Success without an Id", { scope: "envelope" });
};

/** A refusal is what a probe came for; being kept out, kept waiting or left without an answer is not. */
export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof ZuoraRejectedError || error instanceof ZuoraContractError) {
    return { refusal: { code: error.zuoraCode, text: error.message } };
  }
  if (error instanceof z.ZodError) throw new ZuoraContractError(contractProblem(error), { scope: "envelope" });
  throw error as SettlementError;
};

/** A row that a probe asks Zuora to create, to see what it says. */
export type TrialRow = {
  readonly type: AdjustmentRecord["type"];
  readonly amount: Money;
  readonly invoice: InvoiceRef;
};

/** What Zuora said to a row. What it did not answer is thrown instead. */
export type TrialResult = { readonly adjustmentId: string } | Refusal;

/** Zuora's no. */
export type Refusal = { readonly refusal: { readonly code: string | undefined; readonly text: string } };

/**
 * An adjustment as Zuora gives it back, with nothing checked: what is absent is an answer too. Amounts are source text.
 */
export type TrialRecord = {
  readonly id: string;
  readonly number: string | undefined;
  readonly type: string | undefined;
  readonly status: string | undefined;
  readonly amount: string | undefined;
  readonly reference: string | undefined;
  readonly invoiceId: string | undefined;
  readonly invoiceNumber: string | undefined;
};

export type TrialAccount = {
  readonly currency: string;
  readonly creditBalance: Money;
  /** All that are posted; `updatedAt` as Zuora wrote it. */
  readonly invoices: readonly (InvoiceRef & { readonly balance: Money; readonly updatedAt: string })[];
};

/** A row by Zuora's names, as it leaves. */
export type SentRow = Readonly<Record<string, unknown>>;

/** One account of a sandbox, to try on it what documents do not say. All throw {SettlementError}. */
export type Trial = {
  /** @param alter makes each row, as it would leave, into what shall leave */
  create(rows: readonly TrialRow[], key: string, alter?: (row: SentRow) => SentRow): Promise<readonly TrialResult[]>;
  cancel(ids: readonly string[], key: string): Promise<readonly AdjustmentOutcome[]>;
  account(): Promise<TrialAccount>;
  /** Those of this trial's run, and those that are named. */
  adjustments(ids: readonly string[]): Promise<readonly TrialRecord[]>;
};
