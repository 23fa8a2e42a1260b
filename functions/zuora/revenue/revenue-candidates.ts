import type { RevenueCandidates } from "../../app/revenue/ports.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { queryRecords } from "../query/query.ts";
import { selectAny } from "../query/zoql.ts";
import { applicationConditions, mayBeOfPair } from "./applications.ts";
import { reasonNotOffered } from "./reason-not-offered.ts";
import { applicationRecord } from "./records.ts";

const foundRecord = applicationRecord.pick({ Id: true, AccountId: true, Comment: true });

/** What the revenue pass looks for, for one invocation. */
export const createRevenueCandidates = (connection: Connection, invocation: Invocation): RevenueCandidates => {
  const client = createClient(connection, invocation);
  return {
    reasonNotOffered: () => reasonNotOffered(client),
    accountsSettledSince: async function* (since) {
      const queries = selectAny(Object.keys(foundRecord.shape), "CreditBalanceAdjustment", [
        applicationConditions(since),
      ]);
      for await (const found of queryRecords(client, "an application of ours", foundRecord, queries)) {
        if (mayBeOfPair(found)) yield found.AccountId;
      }
    },
  };
};
