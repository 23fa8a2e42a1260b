import type { AccountId } from "../../../domain/account.ts";
import { type SettlementError, ZuoraBusyError } from "../../../domain/errors.ts";
import { refusalIn } from "./refusals.ts";

/** So far back accounts are compared. */
const windowMs = 60_000;

/** Two accounts may have trouble of Zuora's own by chance. */
const accountsMin = 3;

/**
 * A handful of accounts that Zuora says no to is for people, also when nobody else is at work any more: waiting would
 * hide it from them for ever. A whole delivery of them is a tenant's.
 */
const accountsMinForRefusals = 10;

type Seen = { readonly at: number; readonly refusedFor: string | undefined };

/**
 * How the accounts of the last minute fared, as one execution environment saw it. What most of them are refused for
 * alike is no account's own doing, whatever Zuora calls it: a period that is closed for all, a feature that is off, a
 * database in trouble.
 */
export class SharedTrouble {
  readonly #now: () => number;
  readonly #seen = new Map<AccountId, Seen>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param refused what Zuora refused it for; absent where something of it was confirmed */
  note(id: AccountId, refused?: SettlementError): void {
    const at = this.#now();
    for (const [each, seen] of this.#seen) if (at - seen.at > windowMs) this.#seen.delete(each);
    this.#seen.set(id, { at, refusedFor: refused === undefined ? undefined : refusedFor(refused) });
  }

  /** The error as everybody's, where most accounts are refused alike; undefined where it is the account's own. */
  everybodys(error: SettlementError): ZuoraBusyError | undefined {
    const refusal = refusalIn(error);
    const code = refusal?.zuoraCode;
    const needed = refusal?.again === "later" ? accountsMin : accountsMinForRefusals;
    const alike = [...this.#seen.values()].filter((seen) => seen.refusedFor === code).length;
    if (code === undefined || alike < needed || alike * 2 <= this.#seen.size) return undefined;
    return new ZuoraBusyError(`most accounts are refused alike, so that none is to blame: ${error.message}`, {
      cause: error,
      zuoraCode: code,
      zuoraRequestId: error.zuoraRequestId,
    });
  }
}

const refusedFor = (error: SettlementError): string | undefined => refusalIn(error)?.zuoraCode;
