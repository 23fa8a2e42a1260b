import type { MayLeave } from "../../app/settle/ports.ts";
import type { RevenueStep } from "../../domain/revenue/plan-revenue.ts";
import type { ZuoraClient } from "../http/client.ts";

/** Zuora's own event type for a distribution; any other would have to be configured in the tenant. */
export const eventTypeSystemId = "RevenueDistributed__z";

/**
 * Moves all that is undistributed of a schedule into the period of a day. A percentage of what is undistributed, and
 * never an amount or a percentage of the total: repeated, it finds nothing left (Zuora: distribute on specific date).
 */
export const distribute = async (
  client: ZuoraClient,
  { schedule, distributeOn }: Pick<RevenueStep, "schedule" | "distributeOn">,
  notes: string,
  mayLeave: MayLeave,
): Promise<void> => {
  const path = `/v1/revenue-schedules/${encodeURIComponent(schedule.number)}/distribute-revenue-on-specific-date`;
  const distributionType = "specific date (delta percent undistributed)";
  const body = { distributeOn, distributionType, percentage: "100", eventTypeSystemId, notes };
  await client.put(path, body, mayLeave);
};
