import type { Ledger } from "../app/ports.ts";
import { type AdjustmentCodes, createAdjustments } from "./adjustments.ts";
import { createClient } from "./client.ts";
import type { Connection, Invocation } from "./connection.ts";
import { type AccountReading, readAccounts } from "./read-accounts.ts";
import { readSubscriptionNumbers } from "./subscription-numbers.ts";

/** Zuora as settlement sees it, for one invocation. */
export const createLedger = (
  connection: Connection,
  invocation: Invocation,
  { reading, codes }: { readonly reading: AccountReading; readonly codes: AdjustmentCodes },
): Ledger => {
  const client = createClient(connection, invocation);
  return {
    readAccounts: (ids) => readAccounts(client, ids, reading, connection.clock.now()),
    readSubscriptionNumbers: (ids) => readSubscriptionNumbers(client, ids),
    createAdjustments: (adjustments, key) => createAdjustments(client, adjustments, codes, key),
  };
};
