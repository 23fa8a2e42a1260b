import type { InvoiceId } from "../domain/account.ts";
import { ZuoraContractError } from "../domain/errors.ts";
import type { ZuoraClient } from "./client.ts";
import { queryAll } from "./query.ts";
import { contractProblem, invoiceItemRecord } from "./schemas.ts";
import { quoted, selectAny } from "./zoql.ts";

/** The subscription numbers on each invoice. `SubscriptionId` changes with every version of a subscription. */
export const readSubscriptionNumbers = async (
  client: ZuoraClient,
  ids: readonly InvoiceId[],
): Promise<ReadonlyMap<InvoiceId, ReadonlySet<string>>> => {
  const numbers = new Map(ids.map((id) => [id, new Set<string>()]));
  const queries = selectAny(
    ["Id", "InvoiceId", "SubscriptionNumber"],
    "InvoiceItem",
    ids.map((id) => [`InvoiceId = ${quoted(id)}`]),
  );
  const readOne = async (query: string) => {
    for await (const raw of queryAll(client, query)) {
      const parsed = invoiceItemRecord.safeParse(raw);
      if (!parsed.success) {
        throw new ZuoraContractError(`an invoice item: ${contractProblem(parsed.error)}`, { scope: "envelope" });
      }
      const { InvoiceId, SubscriptionNumber } = parsed.data;
      if (SubscriptionNumber !== undefined) numbers.get(InvoiceId)?.add(SubscriptionNumber);
    }
  };
  await Promise.all(queries.map(readOne));
  return numbers;
};
