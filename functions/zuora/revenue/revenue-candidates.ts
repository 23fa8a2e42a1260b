import type { RevenueCandidates } from "../../app/revenue/ports.ts";
import { ZuoraAccessError, ZuoraContractError } from "../../domain/errors.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { queryRecords } from "../query/query.ts";
import { selectAny } from "../query/zoql.ts";
import { readPeriods } from "./accounting-periods.ts";
import { applicationConditions, mayBeOfPair } from "./applications.ts";
import { applicationRecord } from "./records.ts";

const foundRecord = applicationRecord.pick({ Id: true, AccountId: true, Comment: true });

/** What the revenue pass looks for, for one invocation. */
export const createRevenueCandidates = (connection: Connection, invocation: Invocation): RevenueCandidates => {
  const client = createClient(connection, invocation);
  return {
    reasonNotOffered: async () => {
      try {
        const periods = await readPeriods(client);
        return periods.length === 0 ? "the tenant has no accounting periods" : undefined;
      } catch (error) {
        if (isNotOffered(error)) return error.message;
        throw error;
      }
    },
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

/** Without Zuora Finance, or without the permission to see it, there is no revenue to move. Nothing else is broken. */
const isNotOffered = (error: unknown): error is ZuoraAccessError | ZuoraContractError =>
  (error instanceof ZuoraAccessError && /^\d{6}10$/.test(error.zuoraCode ?? "")) ||
  (error instanceof ZuoraContractError && /^(\d{6}40|HTTP_404)$/.test(error.zuoraCode ?? ""));
