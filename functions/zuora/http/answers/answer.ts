import { type SettlementError, ZuoraAccessError, ZuoraContractError } from "../../../domain/errors.ts";
import type { HttpResponse } from "../transport.ts";
import { type CallKind, classifyCall, isAuthenticationFailure } from "./classify.ts";
import { type Failure, readFailure } from "./failure.ts";
import { parseExact } from "./json.ts";

/** An answer as it came, parsed once. `failure` is what Zuora said when it said no. */
export type Received = {
  readonly status: number;
  /** Numbers are text; undefined where the answer was no JSON. */
  readonly body: unknown;
  readonly failure: Failure | undefined;
  readonly zuoraRequestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Zuora's own clock when it answered, in epoch milliseconds of whole seconds; absent where it does not tell. */
  readonly answeredAt: number | undefined;
};

/** A parsed answer that is no failure, with the request id that Zuora's support asks for. */
export type Answer = Pick<Received, "body" | "zuoraRequestId" | "answeredAt">;

/** Zuora refused the token. Not an error yet: another token may do. */
export class TokenRefusal {
  readonly error: ZuoraAccessError;

  constructor(error: ZuoraAccessError) {
    this.error = error;
  }
}

export const receive = (response: HttpResponse): Received => {
  const body = jsonOf(response.body);
  return {
    status: response.status,
    body,
    failure: readFailure(response.status, body),
    zuoraRequestId: response.headers["zuora-request-id"],
    retryAfterMs: retryAfterMsOf(response.headers),
    answeredAt: answeredAtOf(response),
  };
};

/**
 * What an answer means for the one who asked.
 *
 * @param wasThere whether the same address has answered well before
 */
export const interpret = (
  received: Received,
  kind: CallKind,
  wasThere = false,
): Answer | SettlementError | TokenRefusal => {
  const { status, body, failure, zuoraRequestId, answeredAt } = received;
  if (failure !== undefined) {
    const error = classifyCall(failure, kind, { ...received, wasThere });
    return error instanceof ZuoraAccessError && isAuthenticationFailure(failure) ? new TokenRefusal(error) : error;
  }
  if (body !== undefined) return { body, zuoraRequestId, answeredAt };
  return new ZuoraContractError(`Zuora answered HTTP ${status} with a body that is no JSON`, {
    zuoraRequestId,
    scope: "envelope",
  });
};

/**
 * `Retry-After` in milliseconds. Zuora sends seconds; what stands before Zuora may send an instant instead (RFC 9110),
 * which is counted from the answer's own `Date`.
 */
export const retryAfterMsOf = (headers: HttpResponse["headers"]): number | undefined => {
  const header = headers["retry-after"] ?? "";
  if (/^\s*\d{1,6}\s*$/.test(header)) return Number(header) * 1000;
  const isDate = /^[A-Z][a-z]{2}, .* GMT$/.test(header);
  const waitMs = isDate ? Date.parse(header) - (answeredAtOf({ headers }) ?? Number.NaN) : Number.NaN;
  return waitMs >= 0 ? waitMs : undefined;
};

/** Zuora's own clock when it answered, in epoch milliseconds of whole seconds; undefined where it does not tell. */
export const answeredAtOf = ({ headers }: Pick<HttpResponse, "headers">): number | undefined => {
  const instant = Date.parse(headers["date"] ?? "");
  return Number.isNaN(instant) ? undefined : instant;
};

const jsonOf = (text: string): unknown => {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
};
