import * as z from "zod";
import { zero } from "../../domain/money.ts";
import { amount, day, id } from "../query/fields.ts";
import { applicationRecord as eventRecord } from "./application-records.ts";

// Narrow on purpose. `sourceId` above all is read by nobody: for some sources it is a person's e-mail address.

const itemRecord = z.object({
  creditFromItemId: id.optional(),
  // A memo may credit another memo's item as well; that names no invoice.
  creditFromItemSource: z.string().optional(),
  subscriptionNumber: z.string().optional(),
  amount: amount.optional(),
});

const applicationRecord = z.object({ amount, invoiceId: id.optional() });

const postedOn = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/, "expected a date or a dateTime")
  .optional();

const memo = z.object({
  id,
  accountId: id,
  memoNumber: z.string().min(1),
  memoDate: day,
  currency: z.string().min(1),
  totalAmount: amount,
  balance: amount,
  refundAmount: amount.optional().transform((value) => value ?? zero),
  sourceType: z.string().optional(),
  excludeFromAutoApplyRules: z.boolean().optional(),
  postedOn,
});

/** A memo with all that it ever paid. Whether its amounts add up is for whoever reads it to judge. */
export const memoWithApplications = memo.extend({
  updatedDate: z.string().optional(),
  creditMemoApplications: z.array(eventRecord).optional(),
});

/** A credit memo of Object Query: other names than in plain REST. */
export const memoRecord = memo
  .extend({
    appliedAmount: amount.optional().transform((value) => value ?? zero),
    creditMemoItems: z.array(itemRecord).optional(),
    creditMemoApplications: z.array(applicationRecord).optional(),
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
