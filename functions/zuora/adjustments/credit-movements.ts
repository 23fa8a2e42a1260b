import * as z from "zod";
import type { AccountId } from "../../domain/account.ts";
import type { CreditMovement } from "../../domain/credit/credit-book.ts";
import { isOurs } from "../../domain/run-id.ts";
import { runAdjustmentRecord } from "../query/account-records.ts";
import { instant } from "../query/fields.ts";
import { readRecords, type SharedRead } from "../query/shared-read.ts";
import { quoted, selectAny } from "../query/zoql.ts";

const movementRecord = runAdjustmentRecord.extend({
  Number: z.string().min(1),
  Status: z.string().min(1),
  ReferenceId: z.string().optional(),
  SourceTransactionId: z.string().optional(),
  CreatedDate: instant,
  UpdatedDate: instant,
});

/**
 * Every change of the accounts' credit that Zuora recorded, whoever made it: transfers, applications, refunds,
 * payments.
 */
export const readCreditMovements = async (
  shared: SharedRead,
  ids: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, readonly CreditMovement[]>> => {
  const queries = selectAny(
    Object.keys(movementRecord.shape),
    "CreditBalanceAdjustment",
    ids.map((id) => [`AccountId = ${quoted(id)}`]),
  );
  const movements = new Map<AccountId, CreditMovement[]>();
  for (const { owner, record } of await readRecords(shared, queries, movementRecord, "AccountId")) {
    const { Number: number, Type: type, Amount: amount, CreatedDate: createdAt, Status, UpdatedDate } = record;
    const sourceId = record.SourceTransactionId;
    const made = { number, isOurs: isOurs(record.ReferenceId), type, amount, sourceId, createdAt };
    const movement = Status === "Canceled" ? { ...made, canceledAt: UpdatedDate } : made;
    movements.set(owner, [...(movements.get(owner) ?? []), movement]);
  }
  return movements;
};
