/** Stable: alarms, runbook headings and the command line key on these, never on message text. */
export const errorCodes = [
  "BAD_CONFIG",
  "BAD_MESSAGE",
  "ZUORA_BUSY",
  "ZUORA_ACCESS",
  "ZUORA_REJECTED",
  "WRITE_OUTCOME_UNKNOWN",
  "ZUORA_CONTRACT",
  "NOT_CONVERGED",
  "REVENUE_NOT_NETTED",
  "OUT_OF_TIME",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What goes with an error besides its message; nothing here is secret. */
export type ErrorDetails = {
  readonly cause?: unknown | undefined;
  /** Zuora's own code, such as `ACCOUNTING_PERIOD_CLOSED` or `50000040`. */
  readonly zuoraCode?: string | undefined;
  /** Zuora's `Zuora-Request-Id`, for its support. */
  readonly zuoraRequestId?: string | undefined;
  /** How long Zuora asked us to stay away. */
  readonly retryAfterMs?: number | undefined;
};

/** Base of every failure that settlement knows how to treat. */
export abstract class SettlementError extends Error {
  abstract readonly code: ErrorCode;
  readonly zuoraCode: string | undefined;
  readonly zuoraRequestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { cause, zuoraCode, zuoraRequestId, retryAfterMs }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.zuoraCode = zuoraCode;
    this.zuoraRequestId = zuoraRequestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * A failure that settlement knows how to treat, as a value; anything else stays what it is.
 *
 * @throws what is no {@link SettlementError}
 */
export const settlementError = (error: unknown): SettlementError => {
  if (error instanceof SettlementError) return error;
  throw error;
};

/** A setting, secret or parameter is missing or wrong. Nothing can run until a person mends it. */
export class ConfigError extends SettlementError {
  override readonly name = "ConfigError";
  readonly code = "BAD_CONFIG";
}

/** A queue message that names no account. Trying again cannot help. */
export class BadMessageError extends SettlementError {
  override readonly name = "BadMessageError";
  readonly code = "BAD_MESSAGE";
}

/** Zuora has no time for us now, and certainly did not do what was asked. Try later. */
export class ZuoraBusyError extends SettlementError {
  override readonly name = "ZuoraBusyError";
  readonly code = "ZUORA_BUSY";
}

/** Someone else holds the account's row in Zuora: busy, but only this one account. */
export const isLocked = (error: SettlementError): boolean =>
  error instanceof ZuoraBusyError && error.zuoraCode === lockCode;

/** The code under which a lock travels, whatever Zuora called it. */
export const lockCode = "LOCK_COMPETITION";

/** Nothing of Zuora's: the invocation had too little time left. Beside fewer others it may be enough. */
export const isLackOfTime = (error: SettlementError): boolean =>
  error instanceof ZuoraBusyError && error.zuoraCode === lackOfTimeCode;

export const lackOfTimeCode = "LACK_OF_TIME";

/** Zuora refuses our user, a feature or the whole tenant. Everything waits until a person mends it. */
export class ZuoraAccessError extends SettlementError {
  override readonly name = "ZuoraAccessError";
  readonly code = "ZUORA_ACCESS";
}

/**
 * Whether it makes sense to ask for a refused adjustment again: `never` until a person changes something;
 * `unless-unchanged`, since another reading may have made the refusal moot; `later`, where Zuora's own trouble passes.
 */
export type AskAgain = "never" | "unless-unchanged" | "later";

/** Zuora understood an adjustment and said no. */
export class ZuoraRejectedError extends SettlementError {
  override readonly name = "ZuoraRejectedError";
  readonly code = "ZUORA_REJECTED";
  readonly again: AskAgain;
  /** No credit memo can be applied to the invoice: that is held, and no failure. */
  readonly saysTooManyItems: boolean;

  constructor(
    message: string,
    {
      again,
      saysTooManyItems = false,
      ...details
    }: ErrorDetails & { readonly again: AskAgain; readonly saysTooManyItems?: boolean },
  ) {
    super(message, details);
    this.again = again;
    this.saysTooManyItems = saysTooManyItems;
  }
}

/** A write left and no answer told what became of it. It may have happened: read before writing again. */
export class WriteOutcomeUnknownError extends SettlementError {
  override readonly name = "WriteOutcomeUnknownError";
  readonly code = "WRITE_OUTCOME_UNKNOWN";
}

/**
 * An answer that our schemas do not know. `scope` says how far it reaches: one record condemns its own account,
 * an envelope says nothing about any account.
 */
export class ZuoraContractError extends SettlementError {
  override readonly name: string = "ZuoraContractError";
  readonly code = "ZUORA_CONTRACT";
  readonly scope: "record" | "envelope";

  constructor(message: string, { scope, ...details }: ErrorDetails & { readonly scope: "record" | "envelope" }) {
    super(message, details);
    this.scope = scope;
  }
}

/**
 * No such address, said by something before Zuora, or of an address that was there a moment ago: a gateway may lose a
 * route and find it again.
 */
export class LostRouteError extends ZuoraContractError {
  override readonly name = "LostRouteError";
}

/** Zuora shows no such account. A replica that lags does not show a new one yet: only time tells that there is none. */
export class UnknownAccountError extends ZuoraContractError {
  override readonly name = "UnknownAccountError";

  constructor(accountId: string) {
    super(`Zuora knows no account ${accountId}`, { scope: "record" });
  }
}

/** Three rounds of reading, planning and writing, and still there are steps. */
export class NotConvergedError extends SettlementError {
  override readonly name = "NotConvergedError";
  readonly code = "NOT_CONVERGED";
}

/** Revenue was moved for a pair and a sum is not zero: nothing more is written for the account until somebody looks. */
export class RevenueNotNettedError extends SettlementError {
  override readonly name = "RevenueNotNettedError";
  readonly code = "REVENUE_NOT_NETTED";
}

/** An account takes longer to read than an invocation may last, also where it has all of it to itself. */
export class OutOfTimeError extends SettlementError {
  override readonly name = "OutOfTimeError";
  readonly code = "OUT_OF_TIME";
}
