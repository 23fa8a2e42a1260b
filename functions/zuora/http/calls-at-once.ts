/**
 * How many calls may be in flight at once: what is allowed, or what the tenant has shown to bear. Whoever goes on asking
 * a tenant for more than it does at a time waits longer for each answer, and in the end longer than for any: then it
 * does what nobody hears of, and nothing is ever done. So it is learnt as TCP learns it (RFC 5681): half as many after
 * every answer that was slow, busy or none, and one more after as many quick ones as there are calls.
 */
export class CallsAtOnce {
  #allowed: number;
  #borne: number;
  #quickAnswers = 0;
  #isNearLimit = false;

  constructor(allowed: number) {
    this.#allowed = allowed;
    this.#borne = allowed;
  }

  get now(): number {
    return this.#isNearLimit ? 1 : this.#borne;
  }

  /** So many from now on, at the most; more than before at once, unless the tenant has shown to bear fewer. */
  allow(calls: number): void {
    this.#borne = this.#borne === this.#allowed ? calls : Math.min(calls, this.#borne);
    this.#allowed = calls;
  }

  /** @param left of the calls that the tenant allows everybody at once */
  notice(left: number): void {
    this.#isNearLimit = left < this.#allowed;
  }

  wasSlow(): void {
    this.#borne = Math.max(1, Math.floor(this.#borne / 2));
    this.#quickAnswers = 0;
  }

  wasQuick(): void {
    this.#quickAnswers += 1;
    if (this.#quickAnswers < this.#borne) return;
    this.#borne = Math.min(this.#allowed, this.#borne + 1);
    this.#quickAnswers = 0;
  }
}
