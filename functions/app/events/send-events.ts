import type { Telemetry } from "../telemetry-ports.ts";
import type { SweepEvent } from "./event.ts";
import type { EventBus } from "./ports.ts";

/** Sends what was collected. What is not taken is told again by the nightly digest, out of Zuora's own records. */
export const sendEvents = async (
  bus: EventBus,
  events: readonly SweepEvent[],
  telemetry: Pick<Telemetry, "warn">,
): Promise<void> => {
  if (events.length === 0) return;
  const { failed, reason } = await bus.send(events);
  if (failed > 0) telemetry.warn("events not sent", { events: failed, reason });
};
