import type { PaymentRecords } from "../../app/records/ports.ts";
import type { Mode } from "../../domain/credit/mode.ts";
import { unknownCurrency } from "../../domain/currency.ts";
import { appliesPayments, type Policy } from "../../domain/policy.ts";
import { isMadeBy } from "../credit-memos/application-records.ts";
import { invoiceRefs } from "../credit-memos/invoice-refs.ts";
import { ourUserOf } from "../credit-memos/our-user.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { objectQueryAll } from "../query/object-query.ts";
import { understood } from "../query/understood.ts";
import { paymentApplicationRecord } from "../unapplied-payments/payment-records.ts";

/**
 * What payments paid, and what of it was taken back, by Object Query.
 *
 * @returns undefined where the policy leaves payments, so that not one call is made for them
 */
export const createPaymentRecords = (
  connection: Connection,
  invocation: Invocation,
  mode: Mode | undefined,
  policy: Pick<Policy, "unappliedPayments">,
): PaymentRecords | undefined => {
  if (!appliesPayments(policy, mode)) return undefined;
  const client = createClient(connection, invocation);
  return {
    applicationsOfAccount: async (accountId) => {
      const query = { filters: [`accountid.EQ:${accountId}`], expand: ["payment"] };
      const raws = await Array.fromAsync(objectQueryAll(client, "payment-applications", query));
      const read = raws.map((raw) => understood(paymentApplicationRecord, raw, "an application of a payment"));
      // Paging is live, and may bring a record twice.
      const records = [...new Map(read.map((each) => [each.id, each])).values()];
      const ourUser = await ourUserOf(connection);
      const refTo = await invoiceRefs(
        client,
        records.flatMap(({ invoiceId }) => invoiceId ?? []),
      );
      return records.map(({ id, paymentId, payment, invoiceId, applyAmount: amount, ...record }) => ({
        id,
        accountId,
        payment: { id: paymentId, number: payment?.paymentNumber ?? paymentId },
        invoice: typeof invoiceId === "string" ? refTo(invoiceId) : undefined,
        currency: payment?.currency ?? unknownCurrency,
        amount,
        createdAt: record.createdDate,
        createdBy: record.createdById,
        isOurs: isMadeBy(record, ourUser),
      }));
    },
  };
};
