import * as z from "zod";
import type { CreditRecords } from "../../app/records/ports.ts";
import { hasCreditBalance, type Mode } from "../../domain/credit/mode.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { instantOf } from "../query/fields.ts";
import { queryRecords } from "../query/query.ts";
import { type Condition, quoted, selectAny } from "../query/zoql.ts";
import { accountLabelRecord } from "./record-schemas.ts";

const subscription = z.object({ AccountId: z.string().min(1) });

const increase = z.object({ AccountId: z.string().min(1), CreatedDate: z.string() });

/** Credit balances, where the mode has them, and subscriptions, by ZOQL. */
export const createCreditRecords = (connection: Connection, invocation: Invocation, mode?: Mode): CreditRecords => {
  const client = createClient(connection, invocation);
  const read = <S extends z.ZodType>(
    object: string,
    fields: readonly string[],
    schema: S,
    groups: readonly (readonly Condition[])[],
  ) => queryRecords(client, object, schema, selectAny(["Id", ...fields], object, groups));
  return {
    accountsWithCredit: async () => {
      if (!hasCreditBalance(mode)) return [];
      const found = [];
      const fields = ["AccountNumber", "Currency", "CreditBalance"];
      for await (const record of read("Account", fields, accountLabelRecord, [["CreditBalance > 0"]])) {
        const { Id: accountId, AccountNumber: accountNumber, Currency: currency, CreditBalance: amount } = record;
        found.push({ accountId, accountNumber, currency, amount });
      }
      return found;
    },
    withActiveSubscription: async (ids) => {
      const active = new Set<string>();
      const groups = ids.map((id) => [`AccountId = ${quoted(id)}`, "Status = 'Active'"]);
      for await (const { AccountId } of read("Subscription", ["AccountId"], subscription, groups))
        active.add(AccountId);
      return active;
    },
    lastIncreases: async (ids) => {
      const last = new Map<string, number>();
      if (!hasCreditBalance(mode)) return last;
      const groups = ids.map((id) => [`AccountId = ${quoted(id)}`, "Type = 'Increase'", "Status = 'Processed'"]);
      const fields = ["AccountId", "CreatedDate"];
      for await (const { AccountId, CreatedDate } of read("CreditBalanceAdjustment", fields, increase, groups)) {
        const createdAt = instantOf(CreatedDate);
        if (createdAt !== undefined) last.set(AccountId, Math.max(last.get(AccountId) ?? createdAt, createdAt));
      }
      return last;
    },
  };
};
