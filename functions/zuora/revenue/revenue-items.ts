import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import { type DistributedRevenue, openEnded } from "../../domain/revenue/schedule.ts";
import { amount, day } from "../query/fields.ts";

/** What a period holds of a schedule, or gained by an event. Amounts arrive as text, whatever Zuora sent. */
export const revenueItem = z.object({
  accountingPeriodName: z.string().min(1),
  accountingPeriodStartDate: day.optional(),
  accountingPeriodEndDate: day.optional(),
  amount,
});

type RevenueItem = z.output<typeof revenueItem>;

/**
 * What is in named periods. Only the pseudo-period has no last day; its name is Zuora's, and every other is the finance
 * team's.
 *
 * @throws {ZuoraContractError} for a named period without a first day
 */
export const distributedIn = (items: readonly RevenueItem[]): readonly DistributedRevenue[] =>
  items
    .filter(({ accountingPeriodEndDate }) => accountingPeriodEndDate)
    .map(({ accountingPeriodName: name, accountingPeriodStartDate: startDate, amount: held }) => {
      if (typeof startDate === "string" && name !== openEnded) return { period: { name, startDate }, amount: held };
      throw new ZuoraContractError("a revenue schedule: a period without a first day", { scope: "record" });
    });
