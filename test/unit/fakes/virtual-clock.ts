import type { Clock } from "../../../functions/app/ports.ts";

/** Time that passes only when somebody sleeps or a test says so. */
export class VirtualClock implements Clock {
  #now: number;
  /** Every sleep, in milliseconds, in order. */
  readonly slept: number[] = [];

  constructor(startsAt = Date.parse("2026-03-16T12:00:00Z")) {
    this.#now = startsAt;
  }

  now = (): number => this.#now;

  sleep = async (milliseconds: number): Promise<void> => {
    this.slept.push(milliseconds);
    this.#now += milliseconds;
  };

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
