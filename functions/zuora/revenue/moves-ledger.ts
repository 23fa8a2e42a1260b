import PQueue from "p-queue";
import type { MovesLedger } from "../../app/revenue/ports.ts";
import type { AccountId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import { toDecimal } from "../../domain/money.ts";
import type { PutBackStep } from "../../domain/revenue/plan-revenue-undo.ts";
import { openEnded, type RevenueSchedule } from "../../domain/revenue/schedule.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { eventTypeSystemId } from "./distribute.ts";
import { readItemsBeside } from "./read-revenue-accounts.ts";
import { createRevenueLedger, type RevenueReading } from "./revenue-ledger.ts";
import { readSchedule, readScheduleOfItem } from "./schedules.ts";

/** Zuora as undoing a run's moves of revenue sees it. */
export const createMovesLedger = (
  connection: Connection,
  invocation: Invocation,
  reading: RevenueReading,
): MovesLedger => {
  const client = createClient(connection, invocation);
  const { calendar, events } = createRevenueLedger(connection, invocation, reading);
  return {
    calendar,
    events,
    schedule: (number) => readSchedule(client, number),
    schedulesBeside: async (applied) => {
      const found = await readItemsBeside(client, applied);
      const inTurn = new PQueue({ concurrency: schedulesAtATime });
      const ofItems = async (items: readonly string[]) => {
        const schedules = await Promise.all(items.map((id) => inTurn.add(() => readScheduleOfItem(client, id))));
        return schedules.flatMap((schedule) => schedule ?? []);
      };
      const read = new Map<AccountId, readonly RevenueSchedule[] | ZuoraContractError>();
      for (const [accountId, items] of found) {
        read.set(accountId, items instanceof ZuoraContractError ? items : await ofItems(items));
      }
      return read;
    },
    putBack: async (step, notes) => {
      await client.put(pathOf(step), bodyOf(step, notes), async () => true);
    },
  };
};

/** A person asks; the tenant has others. */
const schedulesAtATime = 4;

const pathOf = ({ schedule }: PutBackStep): string =>
  `/v1/revenue-schedules/${encodeURIComponent(schedule.number)}/distribute-revenue-across-accounting-periods`;

const bodyOf = ({ period, periodAfter, openEndedAfter }: PutBackStep, notes: string) => ({
  revenueDistributions: [
    { accountingPeriodName: openEnded, newAmount: toDecimal(openEndedAfter) },
    { accountingPeriodName: period.name, newAmount: toDecimal(periodAfter) },
  ],
  eventTypeSystemId,
  notes,
});
