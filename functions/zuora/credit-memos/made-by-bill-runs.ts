import * as z from "zod";

const invoices = z.object({ data: z.array(z.object({ source: z.string().optional(), invoiceDate: z.string() })) });
const memos = z.object({ data: z.array(z.object({ source: z.string().optional(), memoDate: z.string() })) });

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
