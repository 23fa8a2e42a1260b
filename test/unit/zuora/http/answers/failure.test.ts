import { describe, expect, it } from "vitest";
import { legible, readFailure } from "../../../../../functions/zuora/http/answers/failure.ts";

describe("recognises a failure in", () => {
  it.each<[string, unknown, readonly string[], string]>([
    [
      "reasons with an eight-digit code",
      { success: false, processId: "8C", reasons: [{ code: "50000040", message: "Cannot find entity by key: 'x'." }] },
      ["50000040"],
      "Cannot find entity by key: 'x'.",
    ],
    [
      "Success and Errors in capitals",
      { Success: false, Errors: [{ Code: "INVALID_VALUE", Message: "no" }] },
      ["INVALID_VALUE"],
      "no",
    ],
    [
      "Errors that are no list",
      { Success: false, Errors: { Code: "INVALID_VALUE", Message: "no" } },
      ["INVALID_VALUE"],
      "no",
    ],
    ["a fault", { FaultCode: "INVALID_FIELD", FaultMessage: "invalid field" }, ["INVALID_FIELD"], "invalid field"],
    [
      "a SOAP fault with a name space",
      { faultcode: "fns:INVALID_SESSION", faultstring: "gone" },
      ["INVALID_SESSION"],
      "gone",
    ],
    ["a code and a message", { code: "ClientError", message: "Invalid action" }, ["ClientError"], "Invalid action"],
    ["a bare message", { message: "Authentication error" }, [], "Authentication error"],
    [
      "reasons without success",
      { reasons: [{ code: "SystemError", message: "internal server error" }] },
      ["SystemError"],
      "internal server error",
    ],
    ["errors with titles", { errors: [{ title: "bad", code: "400" }] }, ["400"], "bad"],
    ["an errorMessage", { errorMessage: "bad" }, [], "bad"],
    ["a nested error", { error: { code: "TEMPORARY_ERROR", message: "later" } }, ["TEMPORARY_ERROR"], "later"],
    ["OAuth's error", { error: "invalid_token", error_description: "expired" }, ["invalid_token"], "expired"],
    [
      "Spring's Unauthorized",
      { error: "Unauthorized", status: "401", message: "Full authentication is required" },
      ["unauthorized"],
      "Full authentication is required",
    ],
  ])("%s, also on HTTP 200", (_name, body, codes, message) => {
    expect(readFailure(200, body)).toEqual({ status: 200, codes, message });
  });
});

it.each<[string, unknown]>([
  ["a page of a query", { records: [], size: "0", done: true }],
  ["the rows of a create, of which one was refused", [{ Success: false, Errors: [{ Code: "X", Message: "y" }] }]],
  ["a whole object with success", { success: true, paymentRuns: [] }],
  ["empty lists of errors", { success: true, errors: [], reasons: [] }],
  ["a record that happens to have a message", { Id: "1", message: "hello", Status: "Posted" }],
])("sees no failure in %s", (_name, body) => {
  expect(readFailure(200, body)).toBeUndefined();
});

it("names the status where an answer says nothing else", () => {
  expect(readFailure(503, undefined)).toEqual({ status: 503, codes: [], message: "HTTP 503" });
  expect(readFailure(404, {})).toEqual({ status: 404, codes: [], message: "HTTP 404" });
});

it("does not take the name of a status for a code", () => {
  expect(readFailure(404, { error: "Not Found", statusCode: "404", message: "Route not found" })?.codes).toEqual([]);
});

describe("makes Zuora's words fit for a log: it", () => {
  it("leaves out e-mail addresses", () => {
    expect(legible("user canary.person@example.com has no permission")).toBe("user [e-mail] has no permission");
  });

  it.each(["Bearer canary-token", "token: canary-token", "secret=canary-token", "password canary-token"])(
    "leaves out what follows %s",
    (text) => {
      expect(legible(`bad ${text} given`)).toBe("bad [credential] given");
    },
  );

  it("stays on one line of at most 300 characters", () => {
    expect(legible(`a\n\tb${" c".repeat(400)}`)).toMatch(/^a b c[^\n\t]{295}$/);
  });
});
