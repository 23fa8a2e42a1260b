import * as z from "zod";
import type { MemoApplication, MemoApplications, TakenBack } from "../../app/undo/memo-ports.ts";
import type { InvoiceId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { add, type Money, negate, zero } from "../../domain/money.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { exactNumber } from "../http/json.ts";
import { amount, contractProblem, id } from "../query/fields.ts";
import { applicationsSince, isAppliedBy } from "./application-records.ts";
import { invoiceNumbers } from "./invoice-numbers.ts";
import { ourUserOf } from "./our-user.ts";

const partsAnswer = z.object({ parts: z.array(z.object({ amount, invoiceId: id.nullish() })) });

/**
 * Applications of credit memos as Zuora records them. They carry no mark: ours are those that our own user made.
 *
 * @throws what no caller can do anything about, when Zuora's answers are not understood
 */
export const createMemoApplications = (
  connection: Connection,
  invocation: Invocation,
  timeZone: string,
): MemoApplications => {
  const client = createClient(connection, invocation);
  return {
    ours: async (after, until) => {
      const ourUser = await ourUserOf(connection);
      // Paging is live, and may bring a record twice.
      const found = new Map<string, Omit<MemoApplication, "invoice"> & { readonly invoiceId: InvoiceId }>();
      const takenBack = new Map<string, TakenBack>();
      for await (const record of applicationsSince(client, after)) {
        const {
          accountId,
          createdDate: createdAt,
          invoiceId,
          creditMemoId,
          creditMemo: memo,
          amount: applied,
        } = record;
        if (applied.lt(0)) takenBack.set(record.id, { creditMemoId, invoiceId, amount: negate(applied) });
        if (createdAt > until || !isAppliedBy(record, ourUser)) continue;
        const creditMemo = { id: creditMemoId, number: memo?.memoNumber ?? creditMemoId };
        found.set(record.id, { id: record.id, accountId, invoiceId, creditMemo, amount: applied, createdAt });
      }
      const numbers = await invoiceNumbers(
        client,
        [...found.values()].map(({ invoiceId }) => invoiceId),
      );
      const applications = [...found.values()].map(({ invoiceId, ...each }) => ({
        ...each,
        invoice: { id: invoiceId, number: numbers.get(invoiceId) ?? invoiceId },
      }));
      return { applications, takenBack: [...takenBack.values()] };
    },
    parts: async (creditMemoId) => {
      const { body, zuoraRequestId } = await client.get(`/v1/credit-memos/${encodeURIComponent(creditMemoId)}/parts`);
      const parsed = partsAnswer.safeParse(body);
      if (!parsed.success) {
        const text = `parts of a credit memo: ${contractProblem(parsed.error)}`;
        throw new ZuoraContractError(text, { zuoraRequestId, scope: "envelope" });
      }
      const paid = new Map<InvoiceId, Money>();
      for (const { invoiceId, amount: part } of parsed.data.parts) {
        if (typeof invoiceId === "string") paid.set(invoiceId, add(paid.get(invoiceId) ?? zero, part));
      }
      return paid;
    },
    unapply: async ({ creditMemo, invoice, amount: applied }) => {
      // Not before the latest application (Zuora: Unapply credit memos); without a day, nobody says which it would be.
      const effectiveDate = localDateIn(timeZone, connection.clock.now());
      const invoices = [{ invoiceId: invoice.id, amount: exactNumber(applied) }];
      const path = `/v1/credit-memos/${encodeURIComponent(creditMemo.id)}/unapply`;
      await client.put(path, { effectiveDate, invoices }, async () => true);
    },
  };
};
