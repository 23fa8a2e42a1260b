import * as z from "zod";
import type { MayLeave } from "../../app/settle/ports.ts";
import { type Application, payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { WriteOutcomeUnknownError, ZuoraContractError, ZuoraRejectedError } from "../../domain/errors.ts";
import { exactNumber } from "../http/answers/json.ts";
import type { ZuoraClient } from "../http/client.ts";
import type { Connection } from "../http/connection.ts";
import { amount, id } from "../query/fields.ts";

/** The memo or the payment as it is afterwards. */
const answer = z.object({ id, unappliedAmount: amount });

/**
 * Lets parts of one memo or payment pay invoices, in one call: all of it happens or nothing. The day is left to Zuora,
 * as it is of adjustments, and so is how an amount is split among items: the tenant has a rule for that.
 *
 * @param steps of one and the same memo or payment
 * @throws {WithheldError | ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError |
 *   ZuoraContractError | ConfigError}
 */
export const applyToInvoices = async (
  client: ZuoraClient,
  steps: readonly Application[],
  mayLeave: MayLeave,
  { creditMemosPath }: Pick<Connection, "creditMemosPath">,
): Promise<void> => {
  const [first] = steps;
  if (first === undefined) throw new RangeError("nothing to apply");
  const { id: payerId } = payerOf(first);
  const collection = first.kind === "ApplyPayment" ? "payments" : creditMemosPath;
  const path = `/v1/${collection}/${encodeURIComponent(payerId)}/apply`;
  const invoices = steps.map(({ invoice, amount }) => ({ invoiceId: invoice.id, amount: exactNumber(amount) }));
  const rule = first.kind === "ApplyCreditMemo" && first.toSourceItems ? toSourceItems : {};
  const { body, zuoraRequestId } = await client.put(path, { invoices, ...rule }, mayLeave).catch(asRefused);
  if (answer.safeParse(body).data?.id === payerId) return;
  throw new WriteOutcomeUnknownError("an answer to an application that is not the credit memo or the payment", {
    zuoraRequestId,
  });
};

/** Of one invoice in a call (Zuora: Apply a credit memo). */
const toSourceItems = { applicationRule: "ApplyCreditToSourceItemRule" } as const;

/**
 * A memo, a payment or an invoice that is no longer there is this account's news, and not a wrong address; and so many
 * items are no failure at all.
 */
const asRefused = (error: unknown): never => {
  const isGone = error instanceof ZuoraContractError && /^\d{6}40$/.test(error.zuoraCode ?? "");
  const saysTooManyItems = error instanceof ZuoraRejectedError && tooManyItems.test(error.message);
  if (!isGone && !saysTooManyItems) throw error;
  const { message, zuoraCode, zuoraRequestId } = error;
  const details = { cause: error, zuoraCode, zuoraRequestId };
  throw new ZuoraRejectedError(message, { again: "unless-unchanged", saysTooManyItems, ...details });
};

/** Zuora documents the limits, and no words of the refusal: it is told by the limits, or by the number of items. */
const tooManyItems = /\b(too many|number of|maximum of|limit of|1,?000|15,?000)( \w+){0,3} items?\b/i;
