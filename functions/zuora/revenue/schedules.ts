import type { z } from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import { add, sum } from "../../domain/money.ts";
import { openEnded, type RevenueSchedule } from "../../domain/revenue/schedule.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";
import { scheduleRecord } from "./records.ts";

/**
 * The schedule of an invoice item, or nothing while Zuora has not made it.
 *
 * @param itemId of an item that was read before, so that "not found" is about the schedule
 */
export const readScheduleOfItem = async (client: ZuoraClient, itemId: string): Promise<RevenueSchedule | undefined> => {
  try {
    const { body } = await client.get(`/v1/revenue-schedules/invoice-items/${encodeURIComponent(itemId)}`);
    return toSchedule(body);
  } catch (error) {
    if (error instanceof ZuoraContractError && /^\d{6}40$/.test(error.zuoraCode ?? "")) return undefined;
    throw error;
  }
};

/** @throws {ZuoraContractError} also where the parts do not add up to the schedule: nothing is decided on half of it */
const toSchedule = (body: unknown): RevenueSchedule => {
  const parsed = scheduleRecord.safeParse(body);
  if (!parsed.success) throw contract(contractProblem(parsed.error));
  const { data } = parsed;
  const { undistributedUnrecognizedRevenue: undistributed, revenueItems } = data;
  // Only the pseudo-period has no last day; its name is Zuora's, and every other is the finance team's.
  const distributed = revenueItems.filter(({ accountingPeriodEndDate }) => accountingPeriodEndDate).map(toDistributed);
  const held = sum(distributed.map((part) => part.amount));
  if (!add(held, undistributed).eq(data.amount)) throw contract("its periods do not add up to its amount");
  return {
    number: data.number,
    chargeId: data.subscriptionChargeId,
    currency: data.currency,
    amount: data.amount,
    undistributed,
    distributed,
    ruleName: data.recognitionRuleName,
    isCustom: (data.referenceId ?? "") !== "",
  };
};

const toDistributed = (item: z.output<typeof scheduleRecord>["revenueItems"][number]) => {
  const { accountingPeriodName: name, accountingPeriodStartDate: startDate, amount } = item;
  if (typeof startDate !== "string" || name === openEnded) throw contract("a period without a first day");
  return { period: { name, startDate }, amount };
};

const contract = (problem: string) => new ZuoraContractError(`a revenue schedule: ${problem}`, { scope: "record" });
