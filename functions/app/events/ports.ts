import type { SweepEvent } from "./event.ts";

/** Where others listen. */
export type EventBus = {
  /**
   * Sends within a few seconds, or not at all. Never throws: nothing waits for an event, and nothing fails by it.
   *
   * @returns how many were not taken, and what kept them
   */
  send(events: readonly SweepEvent[]): Promise<{ readonly failed: number; readonly reason?: string | undefined }>;
};
