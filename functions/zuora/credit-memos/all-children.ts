import type { ZuoraClient } from "../http/client.ts";
import { isCut, objectQueryAll } from "../query/object-query.ts";
import type { RawRecord } from "../query/query.ts";

/**
 * A memo with all of its items and applications: an expansion shows no more of each than a page has, and what a person
 * took back may be among the rest.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const withAllChildren = async (client: ZuoraClient, memo: RawRecord): Promise<RawRecord> => {
  const { id, accountId, creditMemoItems: items, creditMemoApplications: applications } = memo;
  return {
    ...memo,
    ...(isCut(items) ? { creditMemoItems: await all(client, "credit-memo-items", `creditmemoid.EQ:${id}`) } : {}),
    ...(isCut(applications)
      ? {
          // Their memo is no filter of theirs (Zuora: Object queries, credit memo applications).
          creditMemoApplications: (await all(client, "credit-memo-applications", `accountid.EQ:${accountId}`)).filter(
            ({ creditMemoId }) => creditMemoId === id,
          ),
        }
      : {}),
  };
};

const all = (client: ZuoraClient, collection: string, filter: string): Promise<readonly RawRecord[]> =>
  Array.fromAsync(objectQueryAll(client, collection, { filters: [filter] }));
