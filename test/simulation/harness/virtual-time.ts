import type { Clock } from "../../../functions/app/ports.ts";

type Timer = { readonly at: number; readonly order: number; readonly wake: () => void };

/**
 * Time that only passes when everybody waits. Whoever sleeps is woken in the order of waking times, and between two
 * wakings everything that can go on does: so a history depends on its seed alone.
 */
export class VirtualTime implements Clock {
  #now: number;
  #order = 0;
  readonly #timers: Timer[] = [];

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  now = (): number => this.#now;

  sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => this.at(this.#now + Math.max(0, milliseconds), resolve));

  /** Calls back at an instant. */
  at(instant: number, wake: () => void): void {
    this.#order += 1;
    const timer = { at: instant, order: this.#order, wake };
    let index = this.#timers.length;
    while (index > 0 && isLater(this.#timers[index - 1], timer)) index -= 1;
    this.#timers.splice(index, 0, timer);
  }

  /**
   * Lets time pass until the work is done.
   *
   * @throws {Error} where nobody is left to wake, or the limit is reached, before that
   */
  async run<T>(work: Promise<T>, limitMs: number): Promise<T> {
    const outcome: { settled?: () => T } = {};
    work.then(
      (value) => {
        outcome.settled = () => value;
      },
      (error: unknown) => {
        outcome.settled = () => {
          throw error;
        };
      },
    );
    const endsAt = this.#now + limitMs;
    for (;;) {
      await everybodyWaits();
      if (outcome.settled) return outcome.settled();
      const timer = this.#timers.shift();
      if (timer === undefined) throw new Error("everybody waits for something that never comes");
      if (timer.at > endsAt) throw new Error(`not done after ${limitMs} ms of virtual time`);
      this.#now = timer.at;
      timer.wake();
    }
  }
}

const isLater = (a: Timer | undefined, b: Timer): boolean =>
  a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));

/** Every promise that can go on without time passing has done so. */
const everybodyWaits = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
