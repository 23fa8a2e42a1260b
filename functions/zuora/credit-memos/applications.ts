import * as z from "zod";
import type { AppliedPart, MemoApplications } from "../../app/undo/memo-ports.ts";
import type { InvoiceId } from "../../domain/account.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { localDateIn } from "../../domain/local-time.ts";
import { add, type Money, negate, zero } from "../../domain/money.ts";
import { exactNumber } from "../http/answers/json.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { amount, contractProblem, id } from "../query/fields.ts";
import { applicationsSince, type InvoiceApplication, isAppliedBy } from "./application-records.ts";
import { invoiceRefs } from "./invoice-refs.ts";
import { ourUserOf } from "./our-user.ts";
import { onEitherClock, widestBegin } from "./window.ts";

const partsAnswer = z.object({ parts: z.array(z.object({ amount, invoiceId: id.optional() })) });

/**
 * Applications of credit memos and of payments as Zuora records them. They carry no mark: ours are those that our own
 * user made. Payments are looked at whatever the policy says now: it may have said something else when they were
 * applied.
 *
 * @throws what no caller can do anything about, when Zuora's answers are not understood
 */
export const createMemoApplications = (
  connection: Connection,
  invocation: Invocation,
  timeZone: string,
): MemoApplications => {
  const client = createClient(connection, invocation);
  const pathOf = (part: AppliedPart): string => {
    const collection = "payment" in part ? "payments" : connection.creditMemosPath;
    return `/v1/${collection}/${encodeURIComponent(payerOf(part).id)}`;
  };
  return {
    ours: async (after, until) => {
      const ourUser = await ourUserOf(connection);
      // Paging is live, and may bring a record twice.
      const records = new Map<string, InvoiceApplication>();
      for await (const record of applicationsSince(client, widestBegin(after), ["creditMemo", "payment"])) {
        records.set(record.id, record);
      }
      const window = onEitherClock(connection.zuoraClock, { after, until });
      const since = [...records.values()].filter(({ createdDate }) => createdDate >= window.after);
      const found = since
        .filter((record) => record.createdDate <= window.until && isAppliedBy(record, ourUser))
        .map(({ id, accountId, createdDate: createdAt, invoiceId, from, amount }) => ({
          ...from,
          ...{ id, accountId, invoiceId, amount, createdAt },
        }));
      const takenBack = since
        .filter(({ amount }) => amount.lt(0))
        .map(({ from, invoiceId, amount }) => ({ payerId: payerOf(from).id, invoiceId, amount: negate(amount) }));
      const refTo = await invoiceRefs(
        client,
        found.map(({ invoiceId }) => invoiceId),
      );
      const applications = found.map(({ invoiceId, ...each }) => ({ ...each, invoice: refTo(invoiceId) }));
      return { applications, takenBack };
    },
    parts: async (of) => {
      const { body, zuoraRequestId } = await client.get(`${pathOf(of)}/parts`);
      const parsed = partsAnswer.safeParse(body);
      if (!parsed.success) {
        const text = `parts of a credit memo or a payment: ${contractProblem(parsed.error)}`;
        throw new ZuoraContractError(text, { zuoraRequestId, scope: "envelope" });
      }
      const paid = new Map<InvoiceId, Money>();
      for (const { invoiceId, amount: part } of parsed.data.parts) {
        if (typeof invoiceId === "string") paid.set(invoiceId, add(paid.get(invoiceId) ?? zero, part));
      }
      return paid;
    },
    unapply: async ({ invoice, amount: applied, ...from }) => {
      // Not before the latest application (Zuora: Unapply credit memos); without a day, nobody says which it would be.
      const effectiveDate = localDateIn(timeZone, connection.clock.now());
      const invoices = [{ invoiceId: invoice.id, amount: exactNumber(applied) }];
      await client.put(`${pathOf(from)}/unapply`, { effectiveDate, invoices }, async () => true);
    },
  };
};
