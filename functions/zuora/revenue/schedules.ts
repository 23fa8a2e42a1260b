import { ZuoraContractError } from "../../domain/errors.ts";
import { add, sum } from "../../domain/money.ts";
import { isMove } from "../../domain/revenue/notes.ts";
import type { RevenueSchedule } from "../../domain/revenue/schedule.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";
import { readEvents } from "./events.ts";
import { scheduleRecord } from "./records.ts";
import { distributedIn } from "./revenue-items.ts";

/**
 * The schedule of an invoice item, or nothing while Zuora has not made it.
 *
 * @param itemId of an item that was read before, so that "not found" is about the schedule
 */
export const readScheduleOfItem = async (client: ZuoraClient, itemId: string): Promise<RevenueSchedule | undefined> => {
  try {
    return await readFrom(client, `/v1/revenue-schedules/invoice-items/${encodeURIComponent(itemId)}`);
  } catch (error) {
    if (error instanceof ZuoraContractError && /^\d{6}40$/.test(error.zuoraCode ?? "")) return undefined;
    throw error;
  }
};

export const readSchedule = (client: ZuoraClient, number: string): Promise<RevenueSchedule> =>
  readFrom(client, `/v1/revenue-schedules/${encodeURIComponent(number)}`);

/**
 * Where something is in Open-Ended of a schedule that was changed since it was made, its events tell whether it was
 * moved before: most schedules never were changed, and cost no such call.
 *
 * @throws {ZuoraContractError} also where the parts do not add up to the schedule: nothing is decided on half of it
 */
const readFrom = async (client: ZuoraClient, path: string): Promise<RevenueSchedule> => {
  const parsed = scheduleRecord.safeParse((await client.get(path)).body);
  if (!parsed.success) throw contract(contractProblem(parsed.error));
  const { data } = parsed;
  const { undistributedUnrecognizedRevenue: undistributed } = data;
  const distributed = distributedIn(data.revenueItems);
  const held = sum(distributed.map((part) => part.amount));
  if (!add(held, undistributed).eq(data.amount)) throw contract("its periods do not add up to its amount");
  const wasChanged = !undistributed.eq(0) && (data.createdOn == null || data.createdOn !== data.updatedOn);
  return {
    number: data.number,
    chargeId: data.subscriptionChargeId,
    currency: data.currency,
    amount: data.amount,
    undistributed,
    distributed,
    ruleName: data.recognitionRuleName,
    isCustom: (data.referenceId ?? "") !== "",
    isTakenBack: wasChanged && (await readEvents(client, data.number)).some(({ notes }) => isMove(notes)),
  };
};

const contract = (problem: string) => new ZuoraContractError(`a revenue schedule: ${problem}`, { scope: "record" });
