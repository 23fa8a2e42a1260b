import type { Clock, SwitchReader } from "../ports.ts";

export type StopDeps = {
  readonly switchReader: SwitchReader;
  /** When the switch was last turned, in epoch milliseconds; undefined where nobody tells. */
  readonly switchTurnedAt: () => Promise<number | undefined>;
  readonly clock: Pick<Clock, "now">;
};

/** Somebody may still be writing: an undo beside a running system would be settled again as it goes. */
export class NotStoppedError extends Error {
  override readonly name = "NotStoppedError";
}

/** @throws {NotStoppedError | ConfigError} unless the switch says `off` */
export const mustBeStopped = async ({ switchReader }: Pick<StopDeps, "switchReader">): Promise<void> => {
  const position = await switchReader.read();
  if (position !== "off") throw new NotStoppedError(`the switch says ${position}: stop the system first (ops stop)`);
};

/** What had left when somebody stopped the system has landed after this, or never will: see the runbook. */
const landedAfterMs = 3 * 60_000;

/**
 * A write that lands after its run was listed would be left, and settled as if nobody had undone anything.
 *
 * @throws {NotStoppedError | ConfigError} unless the system was stopped long enough ago
 */
export const mustBeQuiet = async ({ switchTurnedAt, clock }: StopDeps): Promise<void> => {
  const turnedAt = await switchTurnedAt();
  const leftMs = turnedAt === undefined ? 0 : turnedAt + landedAfterMs - clock.now();
  if (leftMs <= 0) return;
  const seconds = Math.ceil(leftMs / 1000);
  throw new NotStoppedError(`writes that had left before the stop may still land: try again in ${seconds} seconds`);
};
