import type { InvoiceId } from "../../../domain/account.ts";
import { payerOf } from "../../../domain/credit/apply-credit-memos.ts";
import { isApplication, type Step } from "../../../domain/credit/step.ts";
import {
  isLocked,
  NotConvergedError,
  type SettlementError,
  WriteOutcomeUnknownError,
  ZuoraRejectedError,
} from "../../../domain/errors.ts";
import type { Result } from "../outcome.ts";

/** The same refusal of the same step over an unchanged reading: a third time in the same second is in vain. */
const sameRefusalsMax = 2;

/** What Zuora refused of one account in one invocation, and what is no longer asked for therefore. */
export class Refusals {
  readonly #counts = new Map<string, number>();
  readonly #setAside = new Map<InvoiceId, ZuoraRejectedError>();
  readonly #tooManyItems = new Set<InvoiceId>();

  /** @param isReading whether the step rests on a reading alone, and on nothing that was asked for beside it */
  note(step: Step, error: SettlementError, isReading: boolean): void {
    if (!(error instanceof ZuoraRejectedError)) return;
    if (error.saysTooManyItems) {
      this.#tooManyItems.add(step.invoice.id);
      return;
    }
    const key = keyOf(step, error);
    if (isReading) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (isOfTheInvoice(step, error) && this.isInVain(step, error))
      this.#setAside.set(step.invoice.id, named(step, error));
  }

  /** Whether to ask for this step once more, in this invocation, would be in vain. */
  isInVain(step: Step, error: SettlementError): boolean {
    if (!(error instanceof ZuoraRejectedError)) return false;
    return error.again === "never" || (this.#counts.get(keyOf(step, error)) ?? 0) >= sameRefusalsMax;
  }

  /** Invoices that Zuora does not transfer, or lets nothing pay: the rest of the account is settled without them. */
  get setAside(): ReadonlySet<InvoiceId> {
    return new Set(this.#setAside.keys());
  }

  /** Invoices to which no credit memo can be applied: credit balance may still pay them. */
  get tooManyItems(): ReadonlySet<InvoiceId> {
    return this.#tooManyItems;
  }

  /** What is to be told of them. One that may still pass comes first: it decides that the account is tried again. */
  get error(): ZuoraRejectedError | undefined {
    const errors = [...this.#setAside.values()];
    return errors.find(({ again }) => again !== "never") ?? errors[0];
  }
}

/** Less credit than was read refuses its application as well, and that is no trouble of the invoice's. */
export const isOfTheInvoice = (step: Step, error: SettlementError): boolean =>
  step.kind !== "ApplyCreditBalance" || (error instanceof ZuoraRejectedError && error.again === "never");

/** A step of another amount is another reading of the account. */
const keyOf = (step: Step, error: SettlementError): string =>
  [
    step.kind,
    isApplication(step) ? payerOf(step).id : "",
    step.invoice.id,
    step.amount.toFixed(),
    error.code,
    error.zuoraCode,
  ].join(" ");

const named = ({ invoice }: Step, error: ZuoraRejectedError): ZuoraRejectedError => {
  const { message, again, zuoraCode, zuoraRequestId } = error;
  return new ZuoraRejectedError(`${invoice.number}: ${message}`, {
    again,
    cause: error,
    zuoraCode,
    zuoraRequestId,
  });
};

/** The refusal that an account ended with, also where it has not converged because of it. */
export const refusalIn = (error: SettlementError): ZuoraRejectedError | undefined => {
  const refusal = error instanceof ZuoraRejectedError ? error : error.cause;
  return refusal instanceof ZuoraRejectedError ? refusal : undefined;
};

/** A throttle, an outage or a refusal of our user: the next round would meet it again. A lock may be gone by then. */
export const isEverybodys = (error: SettlementError): boolean =>
  !(error instanceof ZuoraRejectedError || error instanceof WriteOutcomeUnknownError || isLocked(error));

/** Only what a person must change first is set aside at once: two readings in one second may both be too old. */
export const failureFor = (error: ZuoraRejectedError): Result => ({
  kind: "failed",
  error,
  final: error.again === "never",
});

/** How an account is left of which steps are left after the last round: it is tried again later. */
export const afterLastRound = (last: SettlementError | undefined): Result => {
  const error = last ?? new NotConvergedError("steps are left after the last round");
  if (isLocked(error) || error instanceof WriteOutcomeUnknownError) return { kind: "waiting", reason: error };
  if (error instanceof ZuoraRejectedError && error.again === "later") return { kind: "failed", error, final: false };
  const text = `steps are left after the last round: ${error.message}`;
  return { kind: "failed", error: new NotConvergedError(text, { cause: error }), final: false };
};
