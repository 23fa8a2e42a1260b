import type { AccountId } from "../../domain/account.ts";
import type { HoldReason } from "../../domain/hold.ts";
import { add, type Money, zero } from "../../domain/money.ts";
import type { RevenueHold } from "../../domain/revenue/revenue-hold.ts";
import type { Result } from "../settle/outcome.ts";

/** What was moved of one currency, or in a report would be. */
export type MovedRevenue = {
  /** Pairs of which anything was moved. */
  readonly pairs: number;
  /** Of the original side alone: the same was taken off by its mirror. */
  readonly moved: Money;
  /** Of both sides together, which must be nothing. */
  readonly net: Money;
};

/** How one invocation left the revenue of one account. */
export type RevenueOutcome = {
  readonly result: Result;
  /** Pairs that the account has, netted or not. */
  readonly pairs: number;
  readonly moved: ReadonlyMap<string, MovedRevenue>;
  readonly holds: readonly RevenueHold[];
  /** Why nothing of the account is touched, where its own terms say so. */
  readonly heldAccount?: HoldReason;
};

/** An account with the run that its message carries. */
export type Asked = { readonly accountId: AccountId; readonly runId: string };

const none: MovedRevenue = { pairs: 0, moved: zero, net: zero };

/** Adds up what is moved, currency by currency. */
export class MovedTally {
  readonly #byCurrency = new Map<string, MovedRevenue>();

  get all(): ReadonlyMap<string, MovedRevenue> {
    return this.#byCurrency;
  }

  /** One schedule's move; the sign of the amount says which side it is of. */
  add(currency: string, amount: Money): void {
    const before = this.#byCurrency.get(currency) ?? none;
    const moved = amount.gt(0) ? add(before.moved, amount) : before.moved;
    this.#byCurrency.set(currency, { ...before, moved, net: add(before.net, amount) });
  }

  endPair(currency: string): void {
    const before = this.#byCurrency.get(currency) ?? none;
    this.#byCurrency.set(currency, { ...before, pairs: before.pairs + 1 });
  }
}
