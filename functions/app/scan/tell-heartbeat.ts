import type { QueueDepth } from "../dead-letters/ports.ts";
import { metricNames } from "../metric-names.ts";
import type { Telemetry } from "../telemetry-ports.ts";

export type HeartbeatDeps = {
  readonly telemetry: Telemetry;
  /** Writes in the processor's name. */
  readonly heartbeat: Telemetry;
  readonly deadLetters: () => Promise<QueueDepth>;
};

/**
 * What is told with every scheduled scan, whatever becomes of it. CloudWatch fills the gaps of a metric only where it
 * has a point at all, so the alarm over what processors handle needs a zero where none of them ever starts. Dead
 * letters are counted and not received: CloudWatch takes the age of a message that was looked at three times for that
 * of the next one, and measures a queue that nobody asks for six hours no more.
 */
export const tellHeartbeat = async ({ telemetry, heartbeat, deadLetters }: HeartbeatDeps): Promise<void> => {
  heartbeat.count(metricNames.handled, 0);
  const { visible, hidden } = await deadLetters();
  telemetry.count(metricNames.deadLettersWaiting, visible + hidden);
};
