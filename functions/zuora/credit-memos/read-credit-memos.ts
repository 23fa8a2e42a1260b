import type { AccountId, CreditMemo, InvoiceId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { contractProblem } from "../query/fields.ts";
import { isIn, objectQueryAll } from "../query/object-query.ts";
import type { SharedRead } from "../query/shared-read.ts";
import { withAllChildren } from "./all-children.ts";
import { memoRecord } from "./memo-records.ts";
import { takenBackFrom, toCreditMemo } from "./to-credit-memo.ts";

/** What is asked of every memo that may pay. */
export const withMoneyLeft = ["status.EQ:Posted", "balance.GT:0"] as const;

/** The credit memos of one account that have money left. */
export type OwnMemos = {
  readonly memos: readonly CreditMemo[];
  /** Invoices that a person took the money of one of these memos back from. */
  readonly takenBackFrom: readonly InvoiceId[];
};

/**
 * Reads the posted credit memos with money left, each with its items and its applications. A memo that cannot be read,
 * or whose amounts do not add up, condemns its own account.
 */
export const readCreditMemos = async (
  { client, ids, problems }: SharedRead,
  timeZone: string,
): Promise<ReadonlyMap<AccountId, OwnMemos>> => {
  const asked = new Set<unknown>(ids);
  const found = new Map<
    string,
    { readonly owner: AccountId; readonly memo: CreditMemo; readonly back: readonly InvoiceId[] }
  >();
  const readSome = async (some: string) => {
    const filters = [...withMoneyLeft, some];
    const expand = ["creditmemoitems", "creditmemoapplications"];
    for await (const raw of objectQueryAll(client, "credit-memos", { filters, expand })) {
      const owner = raw["accountId"];
      if (typeof owner !== "string" || !asked.has(owner)) {
        throw new ZuoraContractError("a credit memo of an account that was not asked for", { scope: "envelope" });
      }
      const parsed = memoRecord.safeParse(await withAllChildren(client, raw));
      if (parsed.success) {
        const memo = toCreditMemo(parsed.data, timeZone);
        found.set(memo.id, { owner, memo, back: takenBackFrom(parsed.data) });
      } else {
        const text = `a credit memo: ${contractProblem(parsed.error)}`;
        problems.set(owner, new ZuoraContractError(text, { scope: "record" }));
      }
    }
  };
  await Promise.all(isIn("accountid", ids).map(readSome));
  return new Map(
    [...Map.groupBy(found.values(), ({ owner }) => owner)].map(([owner, own]) => [
      owner,
      { memos: own.map(({ memo }) => memo), takenBackFrom: own.flatMap(({ back }) => back) },
    ]),
  );
};
