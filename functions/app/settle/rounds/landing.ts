import type { AccountId } from "../../../domain/account.ts";
import { WriteOutcomeUnknownError } from "../../../domain/errors.ts";

/** After this, in milliseconds, Zuora has given up whatever was sent, so that nothing of it lands any more. */
export const landingMaxMs = 120_000;

/**
 * Accounts of which an application got no answer, as one execution environment sent it: it may land for a while yet.
 * Outlives the invocation, since what fails is done again at once.
 */
export class Landing {
  readonly #now: () => number;
  readonly #until = new Map<AccountId, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(id: AccountId): void {
    const now = this.#now();
    for (const [each, until] of this.#until) if (until <= now) this.#until.delete(each);
    this.#until.set(id, now + landingMaxMs);
  }

  isExpected(id: AccountId): boolean {
    return (this.#until.get(id) ?? 0) > this.#now();
  }
}

export const stillLanding = (): WriteOutcomeUnknownError => new StillLandingError();

/**
 * Whether nothing of the account may be done before a write has landed, by whatever message and in whatever
 * environment.
 */
export const isStillLanding = (reason: unknown): boolean => reason instanceof StillLandingError;

class StillLandingError extends WriteOutcomeUnknownError {
  constructor() {
    super("a write without an answer may still land, beside credit that is to be left", { retryAfterMs: landingMaxMs });
  }
}
