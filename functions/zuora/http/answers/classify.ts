import {
  LostRouteError,
  lockCode,
  type SettlementError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../domain/errors.ts";
import { type Failure, legible } from "./failure.ts";

/** What was asked: reading changes nothing, so a lost read is only a lost read. */
export type CallKind = "read" | "write";

/** Facts about the answer that go with the error. */
export type AnswerDetails = {
  readonly zuoraRequestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** As it was parsed; undefined where it was no JSON, which is no answer of Zuora's own. */
  readonly body?: unknown | undefined;
  /** The same address has answered well before. */
  readonly wasThere?: boolean | undefined;
};

/** "Try later" in words: rate and concurrency limits, locks, passing trouble (Zuora: SOAP API error codes). */
const busyCodes = new Set(["REQUEST_EXCEEDED_LIMIT", "REQUEST_EXCEEDED_RATE", "SERVER_UNAVAILABLE", "TEMPORARY_ERROR"]);

/** Refusals that name the user, a feature or the tenant. */
const accessCodes = new Set([
  "API_DISABLED",
  "INVALID_LOGIN",
  "INVALID_SESSION",
  "NO_PERMISSION",
  "invalid_token",
  "unauthorized",
]);

/** Zuora does not know itself what went wrong. Its own sample code asks again, a few times only. */
const internalCodes = new Set([
  "BATCH_FAIL_ERROR",
  "SystemError",
  "TRANSACTION_FAILED",
  "TRANSACTION_TIMEOUT",
  "UNEXPECTED_ERROR",
  "UNKNOWN_ERROR",
]);

/** Asking again cannot help until a person changes something in Zuora. */
const permanentCodes = new Set(["ACCOUNTING_PERIOD_CLOSED", "MISSING_REQUIRED_VALUE"]);

/**
 * Refusals of the request's form, which is the same for every account: an object, field or version that Zuora does not
 * offer.
 */
const formCodes = new Set(["ClientError", "INVALID_FIELD", "INVALID_TYPE", "INVALID_VERSION"]);

/** `BATCH_FAIL_ERROR` and `INVALID_VALUE` can hide a lock in their text (the Ruby gem zuora_api, login.rb). */
const lockText = /optimistic locking|lock competition|LockAcquisitionException|StaleObjectStateException/i;

/** Comes with HTTP 401 and passes by itself (Zuora: ProxyUnauthorizedResponse). */
const userInfoText = /failed to get user info/i;

const isLock = ({ codes, message }: Pick<Failure, "codes" | "message">): boolean =>
  lockText.test(message) || codes.some((code) => code === lockCode || /^\d{6}50$/.test(code));

type Family = "busy" | "access" | "internal" | "permanent" | "form" | "other";

/** Numeric codes end in their category: 50000040 is category 40, "not found" (Zuora: Error codes). */
const familyOfCategory: Readonly<Record<string, Family>> = {
  "10": "access",
  "11": "access",
  "21": "form",
  "45": "form",
  "60": "internal",
  "61": "busy",
  "70": "busy",
  "90": "form",
  "99": "internal",
};

const familyOfCode = (code: string): Family => {
  if (/^\d+$/.test(code)) {
    // Codes that begin with 9 are about authentication or the entity, whatever their category.
    return /^9\d{7}$/.test(code) ? "access" : (familyOfCategory[code.slice(-2).padStart(2, "0")] ?? "other");
  }
  if (busyCodes.has(code)) return "busy";
  if (accessCodes.has(code)) return "access";
  if (internalCodes.has(code)) return "internal";
  if (formCodes.has(code)) return "form";
  return permanentCodes.has(code) ? "permanent" : "other";
};

const familyOf = ({ codes, message }: Pick<Failure, "codes" | "message">): Family => {
  if (isLock({ codes, message }) || userInfoText.test(message)) return "busy";
  if (codes.includes("UNKNOWN_ERROR") && /credit balance adjustment/i.test(message)) return "permanent";
  const families = codes.map(familyOfCode);
  return (
    (["access", "form", "permanent", "busy", "internal"] as const).find((family) => families.includes(family)) ??
    "other"
  );
};

/** Whether the answer asks for another token. `Failed to get user info` does not: Zuora says to simply try again. */
export const isAuthenticationFailure = ({ status, codes, message }: Failure): boolean => {
  if (userInfoText.test(message)) return false;
  return (
    status === 401 ||
    codes.some((code) => /^(INVALID_SESSION|invalid_token|unauthorized|\d{6}11)$/.test(code)) ||
    /^(authentication error|no bearer token)/i.test(message)
  );
};

/** Zuora's limit was reached, whatever the status: the request certainly did nothing. */
export const isThrottle = ({ status, codes, message }: Failure): boolean =>
  status === 429 ||
  codes.some((code) => code.startsWith("REQUEST_EXCEEDED") || /^(70|\d{6}70)$/.test(code)) ||
  /^request exceeded limit/i.test(message);

/**
 * 409 has two meanings: lock contention says so by code or text; without either, the first request with the same
 * Idempotency-Key is still in progress.
 */
export const isStillInProgress = (failure: Failure): boolean => failure.status === 409 && familyOf(failure) === "other";

/** The address, the method or the form of the body is refused, or there is not a word about what is. */
const isRefusalOfForm = ({ status, codes, message }: Failure): boolean =>
  [404, 405, 406, 413, 414, 415].includes(status) ||
  codes.some((code) => /^\d{6}40$/.test(code)) ||
  (codes.length === 0 && (/unrecogni[sz]ed fields/i.test(message) || message === `HTTP ${status}`));

/** Whether a code is one of Zuora's: what stands before Zuora names the status, or invents words. */
const isZuoras = (code: string): boolean => /^\d{2}(\d{6})?$/.test(code) || familyOfCode(code) !== "other";

/** Turns the refusal of a whole call into the error that says what may be done about it. */
export const classifyCall = (failure: Failure, kind: CallKind, details: AnswerDetails): SettlementError => {
  const { status, message, codes } = failure;
  const { zuoraRequestId, retryAfterMs } = details;
  const isUnknownAddress = status === 404 && details.body !== undefined;
  const code = isLock(failure) ? lockCode : (codes[0] ?? (isUnknownAddress ? "HTTP_404" : undefined));
  const about = { zuoraRequestId, retryAfterMs, zuoraCode: code };
  const text = `Zuora answered ${code === undefined ? `HTTP ${status}` : code}: ${legible(message)}`;
  if (isThrottle(failure)) return new ZuoraBusyError(text, about);
  const family = familyOf(failure);
  if (isAuthenticationFailure(failure) || family === "access" || status === 403)
    return new ZuoraAccessError(text, about);
  if (family === "busy") return new ZuoraBusyError(text, about);
  if (status >= 500 || family === "internal") {
    return kind === "read" ? new ZuoraBusyError(text, about) : new WriteOutcomeUnknownError(text, about);
  }
  if (kind === "read" && status === 404 && (details.wasThere === true || !codes.some(isZuoras)))
    return new LostRouteError(text, { ...about, scope: "envelope" });
  // A read that Zuora refuses to understand says nothing about any account, nor does a write of whatever account.
  if (kind === "read" || family === "form" || isRefusalOfForm(failure))
    return new ZuoraContractError(text, { ...about, scope: "envelope" });
  return new ZuoraRejectedError(text, { ...about, again: family === "permanent" ? "never" : "unless-unchanged" });
};

/** Turns the refusal of one row of an answered `action/create` into the error of that row. */
export const classifyRow = (
  failure: Pick<Failure, "codes" | "message">,
  { zuoraRequestId, retryAfterMs }: AnswerDetails,
): SettlementError => {
  const code = isLock(failure) ? lockCode : (failure.codes[0] ?? "without a code");
  const about = { zuoraRequestId, retryAfterMs, zuoraCode: code };
  const text = `Zuora refused: ${code}: ${legible(failure.message)}`;
  switch (familyOf(failure)) {
    case "busy":
      return new ZuoraBusyError(text, about);
    case "access":
      return new ZuoraAccessError(text, about);
    case "form":
      return new ZuoraContractError(text, { ...about, scope: "envelope" });
    case "permanent":
      return new ZuoraRejectedError(text, { ...about, again: "never" });
    case "internal":
      return new ZuoraRejectedError(text, { ...about, again: "later" });
    case "other":
      return new ZuoraRejectedError(text, { ...about, again: "unless-unchanged" });
  }
};
