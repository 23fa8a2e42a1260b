import * as z from "zod";
import { zero } from "../../domain/money.ts";
import { amount, day, id } from "../query/fields.ts";
import { applicationRecord as eventRecord } from "./application-records.ts";

// Narrow on purpose. `sourceId` above all is read by nobody: for some sources it is a person's e-mail address.

const orNothing = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value) => (value === null ? undefined : value));

const itemRecord = z.object({
  creditFromItemId: orNothing(id),
  // A memo may credit another memo's item as well; that names no invoice.
  creditFromItemSource: orNothing(z.string()),
  subscriptionNumber: orNothing(z.string()),
  amount: orNothing(amount),
});

const applicationRecord = z.object({ amount, invoiceId: orNothing(id) });

const postedOn = orNothing(z.string().regex(/^\d{4}-\d{2}-\d{2}/, "expected a date or a dateTime"));

const memo = z.object({
  id,
  accountId: id,
  memoNumber: z.string().min(1),
  memoDate: day,
  currency: z.string().min(1),
  totalAmount: amount,
  balance: amount,
  refundAmount: orNothing(amount).transform((value) => value ?? zero),
  sourceType: orNothing(z.string()),
  excludeFromAutoApplyRules: orNothing(z.boolean()),
  postedOn,
});

/** A memo with all that it ever paid. Whether its amounts add up is for whoever reads it to judge. */
export const memoWithApplications = memo.extend({
  updatedDate: orNothing(z.string()),
  creditMemoApplications: orNothing(z.array(eventRecord)),
});

/** A credit memo of Object Query: other names than in plain REST. */
export const memoRecord = memo
  .extend({
    appliedAmount: orNothing(amount).transform((value) => value ?? zero),
    creditMemoItems: orNothing(z.array(itemRecord)),
    creditMemoApplications: orNothing(z.array(applicationRecord)),
  })
  // Nothing says that `balance` is what is unapplied: each record has to show it.
  .refine(
    ({ totalAmount, balance, appliedAmount, refundAmount }) =>
      totalAmount.minus(appliedAmount).minus(refundAmount).eq(balance),
    {
      path: ["balance"],
      message: "expected totalAmount - appliedAmount - refundAmount",
    },
  );

export type MemoRecord = z.output<typeof memoRecord>;
