import * as z from "zod";
import { type Check, fail, ok, warn } from "./check.ts";

/** What a tenant can do and what its bill runs made last, each learnt by itself. Days are `YYYY-MM-DD`. */
export type Capabilities = {
  /** Undefined where the tenant does not tell. */
  readonly hasCreditBalance: boolean | undefined;
  readonly hasCreditMemos: boolean;
  readonly lastNegativeInvoice: string | undefined;
  readonly lastCreditMemo: string | undefined;
};

/**
 * The four kinds of tenant. Harmonization has both ways at once and a switch, "Enable Credit Memo Generation instead of
 * Negative Invoices": so neither a memo nor a list of memos proves anything about negative invoices (Zuora: Invoice
 * Settlement Harmonization).
 */
export type TenantKind = "legacy" | "harmonized-off" | "harmonized-on" | "settlement";

/** Undefined where what is known fits several kinds. */
export const tenantKindOf = (capabilities: Capabilities): TenantKind | undefined => {
  const { hasCreditBalance, hasCreditMemos, lastNegativeInvoice, lastCreditMemo } = capabilities;
  if (!hasCreditMemos) return hasCreditBalance === false ? undefined : "legacy";
  if (hasCreditBalance === undefined) return undefined;
  if (!hasCreditBalance) return "settlement";
  if (lastNegativeInvoice === lastCreditMemo) return undefined;
  return (lastNegativeInvoice ?? "") > (lastCreditMemo ?? "") ? "harmonized-off" : "harmonized-on";
};

const name = "kind of tenant";

const memosAreLeft =
  "Zuora applies credit memos by itself only in payment runs and orders that are told to; whatever else is unapplied waits for people";

/** One sentence on what the kind means for whoever owns the tenant. */
export const judgeKind = (capabilities: Capabilities): Check => {
  const { lastNegativeInvoice = "none seen", lastCreditMemo = "none seen" } = capabilities;
  const made = `last negative invoice of a bill run ${lastNegativeInvoice}, last credit memo of one ${lastCreditMemo}`;
  switch (tenantKindOf(capabilities)) {
    case "legacy":
      return ok(name, "without Invoice Settlement: negative invoices come out of bill runs and are settled here");
    case "harmonized-off":
      return ok(
        name,
        `Harmonization with negative invoices (${made}): they are settled here, and credit memos are left to people`,
      );
    case "harmonized-on":
      return warn(
        name,
        `Harmonization with credit memos instead of negative invoices (${made}): what is still negative is settled here, and new credit is on memos, which are left alone`,
        memosAreLeft,
      );
    case "settlement":
      return fail(
        name,
        "Invoice Settlement without a credit balance: a negative invoice can go nowhere here, and credit is on memos, which are left alone",
        memosAreLeft,
      );
    default:
      return warn(
        name,
        `cannot be told (${made})`,
        'look in the billing settings for "Enable Credit Memo Generation instead of Negative Invoices": if it is on, new credit is on memos and not found here',
      );
  }
};

const invoices = z.object({ data: z.array(z.object({ source: z.string().nullish(), invoiceDate: z.string() })) });
const memos = z.object({ data: z.array(z.object({ source: z.string().nullish(), memoDate: z.string() })) });

/**
 * Newest first, what Object Query tells of both: the day and the source, and not `sourceId`, which may be somebody's
 * address.
 */
export const questions = {
  negativeInvoices:
    "/object-query/invoices?filter[]=status.EQ:Posted&filter[]=amount.LT:0&sort[]=invoicedate.DESC&pageSize=50" +
    "&fields[]=invoiceDate,source",
  creditMemos:
    "/object-query/credit-memos?filter[]=status.EQ:Posted&sort[]=memodate.DESC&pageSize=50&fields[]=memoDate,source",
} as const;

/** The day of the newest that a bill run made; undefined where none is among them or nobody understands the answer. */
export const lastInvoiceDay = (body: unknown): string | undefined =>
  invoices.safeParse(body).data?.data.find(({ source }) => source === "BillRun")?.invoiceDate;

export const lastMemoDay = (body: unknown): string | undefined =>
  memos.safeParse(body).data?.data.find(({ source }) => source === "BillRun")?.memoDate;
