import { describe, expect, it } from "vitest";
import {
  lockCode,
  type SettlementError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../../../functions/domain/errors.ts";
import { interpret, receive, TokenRefusal } from "../../../../../functions/zuora/http/answers/answer.ts";
import { type CallKind, classifyRow } from "../../../../../functions/zuora/http/answers/classify.ts";
import { html, json } from "../../../fakes/scripted-zuora.ts";

const reasons = (code: number | string, message = "text") => ({ success: false, reasons: [{ code, message }] });
const fault = (code: string, message = "text") => ({ FaultCode: code, FaultMessage: message });
const refusal = (code: string, message = "text") => ({ Success: false, Errors: [{ Code: code, Message: message }] });

/** One error in a word: its code, and for some what goes with it. */
const told = (error: SettlementError): string => {
  if (error instanceof ZuoraRejectedError) return `rejected, ask again ${error.again}`;
  if (error instanceof ZuoraContractError) return `contract of the ${error.scope}`;
  return { ZUORA_BUSY: "busy", ZUORA_ACCESS: "access", WRITE_OUTCOME_UNKNOWN: "unknown" }[error.code as string] ?? "";
};

const meaning = (status: number, body: unknown, kind: CallKind): string => {
  const outcome = interpret(receive(json(status, body)), kind);
  if (outcome instanceof TokenRefusal) return "another token";
  return "code" in outcome ? told(outcome) : "an answer";
};

describe("what a refusal of a whole call means for a read, and for a write", () => {
  const both = (name: string, status: number, body: unknown, meant: string) =>
    [name, status, body, meant, meant] as const;
  it.each<readonly [name: string, status: number, body: unknown, read: string, write: string]>([
    both("the rate limit of a minute", 429, { reasons: [{ code: 70, message: "API Rate limit exceeded" }] }, "busy"),
    both("the same on 200", 200, { reasons: [{ code: 70, message: "API Rate limit exceeded" }] }, "busy"),
    both("the concurrency limit", 429, reasons(50000070), "busy"),
    both("the concurrency limit on 200", 200, reasons(50000070), "busy"),
    both("a bare throttle", 429, { message: "request exceeded limit" }, "busy"),
    both("a bare throttle on 200", 200, { message: "request exceeded limit" }, "busy"),
    both("a throttle of Actions", 429, fault("REQUEST_EXCEEDED_LIMIT"), "busy"),
    both("a rate of Actions on 200", 200, fault("REQUEST_EXCEEDED_RATE"), "busy"),
    both("a lock by category", 409, reasons(50000050), "busy"),
    both("a lock on 200", 200, reasons(50000050), "busy"),
    both("a lock by name", 200, fault("LOCK_COMPETITION"), "busy"),
    both("a lock behind BATCH_FAIL_ERROR", 200, refusal("BATCH_FAIL_ERROR", "Optimistic locking failed"), "busy"),
    both("a lock behind INVALID_VALUE", 400, refusal("INVALID_VALUE", "lock competition, please retry later"), "busy"),
    both("a lock behind an exception", 500, reasons("SystemError", "org.hibernate.StaleObjectStateException"), "busy"),
    both("another lock behind one", 500, reasons("SystemError", "LockAcquisitionException"), "busy"),
    both("temporary trouble", 500, reasons(50000061), "busy"),
    both("temporary trouble of Actions", 200, fault("TEMPORARY_ERROR"), "busy"),
    both("a server that is away", 200, fault("SERVER_UNAVAILABLE"), "busy"),
    both("a user that cannot be got", 401, { message: "Failed to get user info" }, "busy"),
    both("a user that cannot be got on 200", 200, { message: "Failed to get user info" }, "busy"),
    both("a bare authentication error", 401, { message: "Authentication error" }, "another token"),
    both("the same on 200", 200, { message: "Authentication error" }, "another token"),
    both("no token", 400, { message: "No bearer token" }, "another token"),
    both("an authentication code as text", 401, reasons("90000011"), "another token"),
    both("an authentication code on 200", 200, reasons("90000011"), "another token"),
    both("an authentication category", 200, reasons(50000011), "another token"),
    both("an invalid session", 200, { faultcode: "fns:INVALID_SESSION", faultstring: "gone" }, "another token"),
    both("OAuth's own words", 200, { error: "invalid_token" }, "another token"),
    both("Spring's own words on 200", 200, { error: "Unauthorized", status: 401, message: "x" }, "another token"),
    both("no permission", 403, reasons(50000010), "access"),
    both("no permission on 200", 200, reasons(50000010), "access"),
    both("no permission of Actions", 200, refusal("NO_PERMISSION"), "access"),
    both("an API that is off", 200, fault("API_DISABLED"), "access"),
    both("a wrong entity", 200, reasons(90000020), "access"),
    both("a forbidden page", 403, { path: "/v1", status: 403 }, "access"),
    ["an internal error", 500, reasons(50000060), "busy", "unknown"],
    ["an internal error on 200", 200, reasons(50000060), "busy", "unknown"],
    ["an internal error by name", 500, { reasons: [{ code: "SystemError", message: "x" }] }, "busy", "unknown"],
    ["the same on 200", 200, { reasons: [{ code: "SystemError", message: "x" }] }, "busy", "unknown"],
    ["trouble of an integration", 500, reasons(50000099), "busy", "unknown"],
    ["an unknown error", 200, fault("UNKNOWN_ERROR"), "busy", "unknown"],
    ["an error without words", 500, {}, "busy", "unknown"],
    ["a gateway timeout", 504, {}, "busy", "unknown"],
    [
      "a business refusal",
      400,
      refusal("INVALID_VALUE"),
      "contract of the envelope",
      "rejected, ask again unless-unchanged",
    ],
    ["a business rule", 400, reasons(50000030), "contract of the envelope", "rejected, ask again unless-unchanged"],
    [
      "a closed period",
      400,
      refusal("ACCOUNTING_PERIOD_CLOSED"),
      "contract of the envelope",
      "rejected, ask again never",
    ],
    [
      "a job that is too large",
      400,
      fault("TRANSACTION_TERMINATED"),
      "contract of the envelope",
      "rejected, ask again unless-unchanged",
    ],
    [
      "an unknown error about the adjustment itself",
      200,
      fault("UNKNOWN_ERROR", "Credit Balance Adjustment cannot be created"),
      "contract of the envelope",
      "rejected, ask again never",
    ],
    both("an unknown field", 400, { message: "Error - unrecognised fields" }, "contract of the envelope"),
    both("a field that no query knows", 400, fault("INVALID_FIELD"), "contract of the envelope"),
    both("an object that the tenant does not have", 400, fault("INVALID_TYPE"), "contract of the envelope"),
    both(
      "an action that nobody knows",
      400,
      { code: "ClientError", message: "Invalid action" },
      "contract of the envelope",
    ),
    both("an address that nobody knows", 404, reasons(50000040), "contract of the envelope"),
    both("the same on 200", 200, reasons(50000040, "The endpoint does not exist"), "contract of the envelope"),
    both("a method that is not supported", 405, reasons(50000045), "contract of the envelope"),
    both("malformed JSON", 400, reasons(50000090), "contract of the envelope"),
    both("a refusal without a word", 400, {}, "contract of the envelope"),
  ])("%s (HTTP %i)", (_name, status, body, read, write) => {
    expect([meaning(status, body, "read"), meaning(status, body, "write")]).toEqual([read, write]);
  });

  it.each([
    [503, "busy", "unknown"],
    [502, "busy", "unknown"],
    [403, "access", "access"],
    [414, "contract of the envelope", "contract of the envelope"],
    [200, "contract of the envelope", "contract of the envelope"],
  ])("a page of HTML with HTTP %i", (status, read, write) => {
    const meant = (["read", "write"] as const).map((kind) => {
      const outcome = interpret(receive(html(status)), kind);
      return outcome instanceof TokenRefusal || !("code" in outcome) ? "something else" : told(outcome);
    });
    expect(meant).toEqual([read, write]);
  });
});

const row = (code: string, message = "text") => classifyRow({ codes: [code], message }, {});

describe("what the refusal of one row means", () => {
  it.each([
    ["LOCK_COMPETITION", "text", "busy"],
    ["BATCH_FAIL_ERROR", "Optimistic locking failed, version is old", "busy"],
    ["INVALID_VALUE", "lock competition, please retry later", "busy"],
    ["REQUEST_EXCEEDED_RATE", "text", "busy"],
    ["NO_PERMISSION", "text", "access"],
    ["API_DISABLED", "text", "access"],
    ["ACCOUNTING_PERIOD_CLOSED", "text", "rejected, ask again never"],
    ["UNKNOWN_ERROR", "Credit Balance Adjustment is not allowed", "rejected, ask again never"],
    ["UNKNOWN_ERROR", "text", "rejected, ask again later"],
    ["BATCH_FAIL_ERROR", "text", "rejected, ask again later"],
    [
      "INVALID_VALUE",
      "You cannot transfer an amount greater than the invoice balance.",
      "rejected, ask again unless-unchanged",
    ],
    ["A_CODE_THAT_NOBODY_KNOWS", "text", "rejected, ask again unless-unchanged"],
    ["INVALID_FIELD", "text", "contract of the envelope"],
    ["INVALID_TYPE", "text", "contract of the envelope"],
  ])("%s: %s", (code, message, meant) => {
    expect(told(row(code, message))).toBe(meant);
  });

  it("keeps Zuora's code and text, which a dead letter shows", () => {
    const error = classifyRow(
      { codes: ["ACCOUNTING_PERIOD_CLOSED"], message: "the period is closed" },
      { zuoraRequestId: "r-1" },
    );
    expect(error).toMatchObject({ zuoraCode: "ACCOUNTING_PERIOD_CLOSED", zuoraRequestId: "r-1" });
    expect(error.message).toBe("Zuora refused: ACCOUNTING_PERIOD_CLOSED: the period is closed");
  });

  it("calls every lock by one code, whatever Zuora called it", () => {
    expect(row("BATCH_FAIL_ERROR", "Optimistic locking failed").zuoraCode).toBe(lockCode);
  });
});

it("carries what Zuora asked for and its request id", () => {
  const answer = json(429, reasons(50000070), { "retry-after": "120", "zuora-request-id": "r-2" });
  expect(interpret(receive(answer), "read")).toMatchObject({ retryAfterMs: 120_000, zuoraRequestId: "r-2" });
});

it.each(["soon", "", "-1", "Wed, 21 Oct 2026 07:27:59 GMT", "Wed, 99 Oct 2026 07:28:00 GMT"])(
  "makes nothing of the Retry-After %j",
  (header) => {
    const headers = { "retry-after": header, date: "Wed, 21 Oct 2026 07:28:00 GMT" };
    expect(receive(json(429, {}, headers)).retryAfterMs).toBeUndefined();
  },
);

it("counts a Retry-After that is an instant from the answer's own clock, and makes nothing of it without one", () => {
  const headers = { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" };
  const dated = { ...headers, date: "Wed, 21 Oct 2026 07:27:30 GMT" };
  expect([headers, dated].map((each) => receive(json(429, {}, each)).retryAfterMs)).toEqual([undefined, 30_000]);
});

it("repeats no e-mail address and no token of an answer in a message", () => {
  const outcome = interpret(receive(json(403, reasons(50000010, "canary@example.com bearer canary-token"))), "write");
  expect("code" in outcome && outcome.message).not.toContain("canary");
});
