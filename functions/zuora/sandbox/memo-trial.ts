import * as z from "zod";
import type { CreditMemoRef, InvoiceId, InvoiceRef } from "../../domain/account.ts";
import type { Money } from "../../domain/money.ts";
import { createMemoApplications } from "../credit-memos/applications.ts";
import { exactNumber } from "../http/answers/json.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { invoiceRecord } from "../query/account-records.ts";
import { amount, id } from "../query/fields.ts";
import { objectQueryAll } from "../query/object-query.ts";
import { queryRecords } from "../query/query.ts";
import { understood } from "../query/understood.ts";
import { quoted, selectAny } from "../query/zoql.ts";
import { type Refusal, refusalOf } from "./trial.ts";

/** A credit memo as Zuora gives it back, with nothing added up: what is absent is an answer too. */
export type TrialMemo = CreditMemoRef & {
  readonly currency: string;
  readonly unapplied: Money;
  readonly total: Money;
  readonly applied: Money | undefined;
  readonly refunded: Money | undefined;
  readonly isExcluded: boolean;
  readonly hasItems: boolean;
  readonly applications: readonly TrialApplication[] | undefined;
};

export type TrialApplication = {
  readonly id: string;
  readonly amount: Money;
  readonly createdBy: string | undefined;
  readonly effectiveDate: string | undefined;
};

export type TrialInvoice = InvoiceRef & { readonly balance: Money; readonly currency: string | undefined };

/** What a memo is to pay of an invoice. */
export type TrialEntry = { readonly invoice: InvoiceRef; readonly amount: Money };

/**
 * The credit memos of one account of a sandbox, to try on them what documents do not say. All throw {SettlementError}.
 */
export type MemoTrial = {
  memos(): Promise<readonly TrialMemo[]>;
  /** All that are posted. */
  invoices(): Promise<readonly TrialInvoice[]>;
  /** In one call and without a date; an amount may be wrong on purpose. */
  apply(memoId: string, entries: readonly TrialEntry[]): Promise<"applied" | Refusal>;
  /** What a memo pays of each invoice now. */
  parts(memoId: string): Promise<ReadonlyMap<InvoiceId, Money>>;
  unapply(memo: CreditMemoRef, entry: TrialEntry): Promise<void>;
  /** Without hyphens; undefined where the token does not tell. */
  ourUser(): Promise<string | undefined>;
};

const memoRecord = z.object({
  id,
  memoNumber: z.string().min(1),
  currency: z.string().min(1),
  balance: amount,
  totalAmount: amount,
  appliedAmount: amount.optional(),
  refundAmount: amount.optional(),
  excludeFromAutoApplyRules: z.boolean().optional(),
  creditMemoItems: z.array(z.unknown()).optional(),
  creditMemoApplications: z
    .array(z.object({ id, amount, createdById: z.string().optional(), effectiveDate: z.string().optional() }))
    .optional(),
});

const openRecord = invoiceRecord.pick({ Id: true, InvoiceNumber: true, Balance: true, Currency: true });

/** Tries things on the credit memos of one account. */
export const createMemoTrial = (
  connection: Connection,
  invocation: Invocation,
  { accountId, timeZone }: { readonly accountId: string; readonly timeZone: string },
): MemoTrial => {
  const client = createClient(connection, invocation);
  const applications = createMemoApplications(connection, invocation, timeZone);
  return {
    memos: async () => {
      const filters = ["status.EQ:Posted", `accountid.EQ:${accountId}`];
      const expand = ["creditmemoitems", "creditmemoapplications"];
      const memos = new Map<string, TrialMemo>();
      for await (const raw of objectQueryAll(client, "credit-memos", { filters, expand })) {
        const memo = understood(memoRecord, raw, "a credit memo");
        memos.set(memo.id, toTrialMemo(memo));
      }
      return [...memos.values()];
    },
    invoices: async () => {
      const conditions = [`AccountId = ${quoted(accountId)}`, "Status = 'Posted'"];
      const queries = selectAny(Object.keys(openRecord.shape), "Invoice", [conditions]);
      const invoices = await Array.fromAsync(queryRecords(client, "an invoice", openRecord, queries));
      return invoices.map(({ Id, InvoiceNumber: number, Balance: balance, Currency: currency }) => ({
        id: Id,
        number,
        balance,
        currency,
      }));
    },
    apply: async (memoId, entries) => {
      const invoices = entries.map(({ invoice, amount: some }) => ({
        invoiceId: invoice.id,
        amount: exactNumber(some),
      }));
      const path = `/v1/${connection.creditMemosPath}/${encodeURIComponent(memoId)}/apply`;
      try {
        await client.put(path, { invoices }, async () => true);
        return "applied";
      } catch (error) {
        return refusalOf(error);
      }
    },
    parts: (id) => applications.parts({ creditMemo: { id, number: id } }),
    unapply: (creditMemo, { invoice, amount: some }) =>
      applications.unapply({ id: creditMemo.id, accountId, creditMemo, invoice, amount: some, createdAt: 0 }),
    ourUser: () => connection.tokens.userId(),
  };
};

const toTrialMemo = (record: z.output<typeof memoRecord>): TrialMemo => ({
  id: record.id,
  number: record.memoNumber,
  currency: record.currency,
  unapplied: record.balance,
  total: record.totalAmount,
  applied: record.appliedAmount ?? undefined,
  refunded: record.refundAmount ?? undefined,
  isExcluded: record.excludeFromAutoApplyRules === true,
  hasItems: Array.isArray(record.creditMemoItems),
  applications: record.creditMemoApplications?.map((each) => ({
    id: each.id,
    amount: each.amount,
    createdBy: each.createdById ?? undefined,
    effectiveDate: each.effectiveDate ?? undefined,
  })),
});
