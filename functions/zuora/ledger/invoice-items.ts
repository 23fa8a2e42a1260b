import type { InvoiceItems } from "../../app/settle/ports.ts";
import type { InvoiceId } from "../../domain/account.ts";
import { hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { invoiceItemRecord } from "../query/account-records.ts";
import { contractProblem } from "../query/fields.ts";
import { queryAll } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";

/**
 * The items of each invoice. `SubscriptionId` changes with every version of a subscription, so numbers are read.
 * An item that does not match condemns its own invoice, with the path that did not match.
 *
 * @param mode where there are credit memos, items with an amount are counted
 */
export const readInvoiceItems = async (
  client: ZuoraClient,
  ids: readonly InvoiceId[],
  mode?: Mode | undefined,
): Promise<ReadonlyMap<InvoiceId, InvoiceItems | ZuoraContractError>> => {
  const isCounted = hasCreditMemos(mode);
  const none = () => ({
    ids: new Set<string>(),
    subscriptionNumbers: new Set<string>(),
    charged: isCounted ? 0 : undefined,
  });
  const items = new Map(ids.map((id) => [id, none()]));
  const problems = new Map<InvoiceId, ZuoraContractError>();
  const queries = selectAny(
    ["Id", "InvoiceId", "SubscriptionNumber", ...(isCounted ? ["ChargeAmount"] : [])],
    "InvoiceItem",
    ids.map((id) => [`InvoiceId = ${quoted(id)}`]),
  );
  const readOne = async (query: string) => {
    for await (const raw of queryAll(client, query)) {
      const invoiceId = raw["InvoiceId"];
      const known = typeof invoiceId === "string" ? items.get(invoiceId) : undefined;
      if (typeof invoiceId !== "string" || known === undefined) {
        throw new ZuoraContractError("an item of an invoice that was not asked for", { scope: "envelope" });
      }
      const parsed = invoiceItemRecord.safeParse(raw);
      if (!parsed.success) {
        const text = `an invoice item: ${contractProblem(parsed.error)}`;
        problems.set(invoiceId, new ZuoraContractError(text, { scope: "record" }));
        continue;
      }
      const { Id, SubscriptionNumber, ChargeAmount } = parsed.data;
      const isNew = !known.ids.has(Id);
      if (known.charged !== undefined && isNew && !ChargeAmount?.eq(0)) known.charged += 1;
      known.ids.add(Id);
      if (SubscriptionNumber !== undefined) known.subscriptionNumbers.add(SubscriptionNumber);
    }
  };
  await Promise.all(queries.map(readOne));
  return new Map<InvoiceId, InvoiceItems | ZuoraContractError>([...items, ...problems]);
};
