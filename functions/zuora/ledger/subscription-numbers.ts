import type { InvoiceId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";
import { queryAll } from "../query/query.ts";
import { quoted, selectAny } from "../query/zoql.ts";
import { invoiceItemRecord } from "./account-records.ts";

/**
 * The subscription numbers on each invoice. `SubscriptionId` changes with every version of a subscription.
 * An item that does not match condemns its own invoice, with the path that did not match.
 */
export const readSubscriptionNumbers = async (
  client: ZuoraClient,
  ids: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, ReadonlySet<string> | ZuoraContractError>> => {
  const numbers = new Map(ids.map((id) => [id, new Set<string>()]));
  const problems = new Map<InvoiceId, ZuoraContractError>();
  const queries = selectAny(
    ["Id", "InvoiceId", "SubscriptionNumber"],
    "InvoiceItem",
    ids.map((id) => [`InvoiceId = ${quoted(id)}`]),
  );
  const readOne = async (query: string) => {
    for await (const raw of queryAll(client, query)) {
      const invoiceId = raw["InvoiceId"];
      const known = typeof invoiceId === "string" ? numbers.get(invoiceId) : undefined;
      if (typeof invoiceId !== "string" || known === undefined) {
        throw new ZuoraContractError("an item of an invoice that was not asked for", { scope: "envelope" });
      }
      const parsed = invoiceItemRecord.safeParse(raw);
      if (!parsed.success) {
        const text = `an invoice item: ${contractProblem(parsed.error)}`;
        problems.set(invoiceId, new ZuoraContractError(text, { scope: "record" }));
      } else if (parsed.data.SubscriptionNumber !== undefined) known.add(parsed.data.SubscriptionNumber);
    }
  };
  await Promise.all(queries.map(readOne));
  return new Map<InvoiceId, ReadonlySet<string> | ZuoraContractError>([...numbers, ...problems]);
};
