import { ConfigError } from "../../domain/errors.ts";
import { isLargeSkew, skewMaxMs, type ZuoraClock } from "../http/zuora-clock.ts";

/** From one instant to another, both included, in epoch milliseconds. */
export type Window = { readonly after: number; readonly until: number };

/** Zuora tells its clock in whole seconds, and an answer takes a moment to come. */
const toldWithinMs = 2_000;

/**
 * A window of ours as wide as Zuora's clock, by which applications are dated, makes it: whichever of the two clocks the
 * run began by, nothing of it lies outside. To be asked once Zuora has answered something.
 *
 * @throws {ConfigError} where the clocks are so far apart that other runs would lie inside as well
 */
export const onEitherClock = (zuoraClock: ZuoraClock, { after, until }: Window): Window => {
  const aheadMs = zuoraClock.at(0);
  if (isLargeSkew(aheadMs)) {
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    throw new ConfigError(
      `this machine's clock is ${seconds} s off Zuora's, and only the time tells whose application of a credit memo it is: set this machine's clock`,
    );
  }
  if (Math.abs(aheadMs) <= toldWithinMs) return { after, until };
  return { after: Math.min(after, zuoraClock.at(after)), until: Math.max(until, zuoraClock.at(until)) };
};

/** When the widest window would begin that {@link onEitherClock} makes of one. */
export const widestBegin = (after: number): number => after - skewMaxMs;
