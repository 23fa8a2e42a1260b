import * as z from "zod";
import type { MemoCandidates, UnappliedMemo } from "../../app/scan/ports.ts";
import { hasCreditBalance, hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { appliesPayments, type Policy } from "../../domain/policy.ts";
import { withMoneyLeft } from "../credit-memos/read-credit-memos.ts";
import { isOfBilling } from "../credit-memos/to-credit-memo.ts";
import type { ZuoraClient } from "../http/client.ts";
import { amount, instantOf, textOf } from "../query/fields.ts";
import { isIn, objectQueryAll } from "../query/object-query.ts";
import { queryAll, type RawRecord } from "../query/query.ts";
import { dateTime, quoted, selectAny } from "../query/zoql.ts";
import { isForInvoices, withMoneyUnapplied } from "../unapplied-payments/read-unapplied-payments.ts";

/** Which of the policy's rules decides what is asked for. */
export type CandidateRules = Pick<Policy, "unappliedPayments">;

/**
 * @param part looks no further back than this for the memos of one posting, in epoch milliseconds
 * @returns undefined where the mode has no memos to ask for
 */
export const memoCandidates = (
  client: ZuoraClient,
  mode: Mode | undefined,
  rules: CandidateRules,
  part?: { readonly from: number | undefined },
): MemoCandidates | undefined => {
  if (!hasCreditMemos(mode)) return undefined;
  const unapplied = async function* (filters: readonly string[]): AsyncGenerator<UnappliedMemo> {
    for await (const raw of objectQueryAll(client, "credit-memos", { filters: [...withMoneyLeft, ...filters] })) {
      yield toUnappliedMemo(raw);
    }
    if (!appliesPayments(rules, mode)) return;
    const query = { filters: [...withMoneyUnapplied, ...filters] };
    for await (const raw of objectQueryAll(client, "payments", query)) {
      if (isForInvoices(raw)) yield toUnappliedPayment(raw);
    }
  };
  return {
    isPart: part !== undefined,
    isOnlyCredit: !hasCreditBalance(mode),
    hasPayments: appliesPayments(rules, mode),
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

type OwnMoney = Pick<UnappliedMemo, "amount" | "unapplied" | "currency">;

const currency = z.string().min(1);

/** Where a part of it cannot be read, nothing of it is known. */
const moneyOfMemo = z
  .object({ totalAmount: amount, balance: amount, currency })
  .transform(({ totalAmount, balance, ...rest }): OwnMoney => ({ ...rest, amount: totalAmount, unapplied: balance }))
  .catch({});

const moneyOfPayment = z
  .object({ amount, unappliedAmount: amount, currency })
  .transform(({ unappliedAmount, ...rest }): OwnMoney => ({ ...rest, unapplied: unappliedAmount }))
  .catch({});

const toUnappliedMemo = (raw: RawRecord): UnappliedMemo => ({
  ...named(raw),
  ...moneyOfMemo.parse(raw),
  postedAt: instantOf(raw["postedOn"]),
  isExcluded: raw["excludeFromAutoApplyRules"] === true,
  isStanding: !isOfBilling(raw["sourceType"]),
});

const toUnappliedPayment = (raw: RawRecord): UnappliedMemo => ({
  ...named(raw),
  ...moneyOfPayment.parse(raw),
  postedAt: instantOf(raw["createdDate"]),
  isPayment: true,
});

const named = ({ id, accountId }: RawRecord) => ({ id: textOf(id), accountId: textOf(accountId) });
