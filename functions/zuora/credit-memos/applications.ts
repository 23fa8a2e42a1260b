import * as z from "zod";
import type { MemoApplications } from "../../app/undo/memo-ports.ts";
import type { InvoiceId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { add, type Money, negate, zero } from "../../domain/money.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { exactNumber } from "../http/json.ts";
import { amount, contractProblem, id } from "../query/fields.ts";
import { type ApplicationRecord, applicationsSince, isAppliedBy } from "./application-records.ts";
import { invoiceNumbers } from "./invoice-numbers.ts";
import { ourUserOf } from "./our-user.ts";
import { onEitherClock, widestBegin } from "./window.ts";

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
  const pathOf = (creditMemoId: string) => `/v1/${connection.creditMemosPath}/${encodeURIComponent(creditMemoId)}`;
  return {
    ours: async (after, until) => {
      const ourUser = await ourUserOf(connection);
      // Paging is live, and may bring a record twice.
      const records = new Map<string, ApplicationRecord>();
      for await (const record of applicationsSince(client, widestBegin(after))) records.set(record.id, record);
      const window = onEitherClock(connection.zuoraClock, { after, until });
      const since = [...records.values()].filter(({ createdDate }) => createdDate >= window.after);
      const found = since
        .filter((record) => record.createdDate <= window.until && isAppliedBy(record, ourUser))
        .map(({ id, accountId, createdDate: createdAt, invoiceId, creditMemoId, creditMemo: memo, amount }) => {
          const creditMemo = { id: creditMemoId, number: memo?.memoNumber ?? creditMemoId };
          return { id, accountId, invoiceId, creditMemo, amount, createdAt };
        });
      const takenBack = since
        .filter(({ amount }) => amount.lt(0))
        .map(({ creditMemoId, invoiceId, amount }) => ({ creditMemoId, invoiceId, amount: negate(amount) }));
      const numbers = await invoiceNumbers(
        client,
        found.map(({ invoiceId }) => invoiceId),
      );
      const applications = found.map(({ invoiceId, ...each }) => ({
        ...each,
        invoice: { id: invoiceId, number: numbers.get(invoiceId) ?? invoiceId },
      }));
      return { applications, takenBack };
    },
    parts: async (creditMemoId) => {
      const { body, zuoraRequestId } = await client.get(`${pathOf(creditMemoId)}/parts`);
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
      await client.put(`${pathOf(creditMemo.id)}/unapply`, { effectiveDate, invoices }, async () => true);
    },
  };
};
