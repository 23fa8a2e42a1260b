import * as z from "zod";
import type { MemoCandidates, UnappliedMemo } from "../../app/scan/ports.ts";
import { hasCreditBalance, hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { withMoneyLeft } from "../credit-memos/read-credit-memos.ts";
import { isOfBilling } from "../credit-memos/to-credit-memo.ts";
import type { ZuoraClient } from "../http/client.ts";
import { amount, instantOf } from "../query/fields.ts";
import { isIn, objectQueryAll } from "../query/object-query.ts";
import { queryAll, type RawRecord } from "../query/query.ts";
import { dateTime, quoted, selectAny } from "../query/zoql.ts";

/**
 * @param part looks no further back than this for the memos of one posting, in epoch milliseconds
 * @returns undefined where the mode has no memos to ask for
 */
export const memoCandidates = (
  client: ZuoraClient,
  mode: Mode | undefined,
  part?: { readonly from: number | undefined },
): MemoCandidates | undefined => {
  if (!hasCreditMemos(mode)) return undefined;
  const unapplied = async function* (filters: readonly string[]): AsyncGenerator<UnappliedMemo> {
    for await (const raw of objectQueryAll(client, "credit-memos", { filters: [...withMoneyLeft, ...filters] })) {
      yield toUnappliedMemo(raw);
    }
  };
  return {
    isPart: part !== undefined,
    isOnlyCredit: !hasCreditBalance(mode),
    unapplied: (since, before) => {
      const from = since ?? part?.from;
      return unapplied([
        ...(from === undefined ? [] : [`updateddate.GE:${dateTime(from)}`]),
        ...(before === undefined ? [] : [`updateddate.LT:${dateTime(before)}`]),
      ]);
    },
    async *unappliedOf(ids) {
      for (const some of isIn("accountid", ids)) yield* unapplied([some]);
    },
    owing: async (ids) => {
      const owing = new Set<string>();
      const groups = ids.map((id) => [`AccountId = ${quoted(id)}`, "Balance > 0", "Status = 'Posted'"]);
      for (const query of selectAny(["Id", "AccountId"], "Invoice", groups)) {
        for await (const { AccountId } of queryAll(client, query))
          if (typeof AccountId === "string") owing.add(AccountId);
      }
      return owing;
    },
  };
};

const amounts = z.object({ totalAmount: amount, balance: amount, currency: z.string().min(1) });

const toUnappliedMemo = (raw: RawRecord): UnappliedMemo => {
  const parsed = amounts.safeParse(raw).data;
  const { id, accountId, postedOn, excludeFromAutoApplyRules, sourceType } = raw;
  return {
    id: typeof id === "string" ? id : "",
    accountId: typeof accountId === "string" ? accountId : "",
    ...(parsed === undefined
      ? {}
      : { amount: parsed.totalAmount, unapplied: parsed.balance, currency: parsed.currency }),
    postedAt: instantOf(postedOn),
    isExcluded: excludeFromAutoApplyRules === true,
    isStanding: !isOfBilling(sourceType),
  };
};
