import type { RevenueLedger } from "../../app/revenue/ports.ts";
import { localDateIn } from "../../domain/local-time.ts";
import type { ItemSchedules } from "../../domain/revenue/plan-revenue.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import type { PeriodsView } from "./accounting-periods.ts";
import { distribute } from "./distribute.ts";
import { readEvents } from "./events.ts";
import { readRevenueAccounts } from "./read-revenue-accounts.ts";
import { readScheduleOfItem } from "./schedules.ts";

/** What an execution environment keeps for reading revenue. */
export type RevenueReading = {
  /** IANA; decides the tenant's today. */
  readonly timeZone: string;
  readonly optOutField: string | undefined;
  readonly periods: PeriodsView;
};

/** Zuora as the revenue pass sees it, for one invocation. */
export const createRevenueLedger = (
  connection: Connection,
  invocation: Invocation,
  { timeZone, optOutField, periods }: RevenueReading,
): RevenueLedger => {
  const client = createClient(connection, invocation);
  return {
    readAccounts: (ids) => readRevenueAccounts(client, ids, { optOutField, now: connection.clock.now() }),
    calendar: async (options) => {
      const read = await periods.read(client, options);
      const now = connection.clock.now();
      return { periods: read, today: localDateIn(timeZone, now), now };
    },
    readSchedules: async ({ itemIds }) => {
      const [original, mirror] = await Promise.all([
        readSide(client, itemIds.original),
        readSide(client, itemIds.mirror),
      ]);
      return { original, mirror };
    },
    events: (scheduleNumber) => readEvents(client, scheduleNumber),
    distribute: (step, notes, mayLeave) => distribute(client, step, notes, mayLeave),
  };
};

const readSide = async (client: ZuoraClient, itemIds: readonly string[]): Promise<ItemSchedules> =>
  new Map(
    await Promise.all(itemIds.map(async (itemId) => [itemId, await readScheduleOfItem(client, itemId)] as const)),
  );
