import { describe, expect, it } from "vitest";
import { createCheck, type Exchange } from "../../zuora-contract/check.ts";
import { readContract } from "../../zuora-contract/contract.ts";

const check = createCheck();

const headers = { authorization: "Bearer t", "content-type": "application/json", "zuora-track-id": "zcs-1" };

const run = {
  id: "8ar0",
  number: "PR-00000001",
  status: "Completed",
  targetDate: "2026-03-16",
  runDate: null,
  executedOn: "2026-03-16 12:00:00",
};

const listed = (
  runs: readonly object[],
  query = "status=Completed&sort=%2BupdatedDate&pageSize=40&page=1",
): Exchange => ({
  method: "GET",
  path: `/v1/payment-runs?${query}`,
  headers: { authorization: "Bearer t" },
  body: "",
  status: 200,
  answer: JSON.stringify({ paymentRuns: runs, success: true }),
});

const queried = (queryString: string, record: object): Exchange => ({
  method: "POST",
  path: "/v1/action/query",
  headers,
  body: JSON.stringify({ queryString, conf: { batchSize: 2000 } }),
  status: 200,
  answer: JSON.stringify({ size: 1, records: [record], done: true }),
});

const created = (object: object, path = "/v1/action/create?rejectUnknownFields=true"): Exchange => ({
  method: "POST",
  path,
  headers: { ...headers, "idempotency-key": "k" },
  body: JSON.stringify({ type: "CreditBalanceAdjustment", objects: [object] }),
  status: 200,
  answer: JSON.stringify([{ Success: true, Id: "8ac0" }]),
});

const adjustment = { Type: "Increase", Amount: 10.5, SourceTransactionId: "8ab0", ReferenceId: "zcs-1" };

const said = (exchange: Exchange) => check(exchange).map(({ side, says }) => `${side}: ${says}`);

describe("what is as Zuora describes it passes", () => {
  it.each([
    ["a list of payment runs", listed([run])],
    ["a query", queried("select Id, Balance from Invoice where Balance < 0", { Id: "8ab0", Balance: -1.5 })],
    ["a create", created(adjustment)],
    ["a refused row", { ...created(adjustment), answer: '[{"Success":false,"Errors":[{"Code":"X","Message":"no"}]}]' }],
    ["a throttle", { ...created(adjustment), status: 429, answer: '{"message":"request exceeded limit"}' }],
  ])("%s", (_what, exchange) => {
    expect(said(exchange)).toEqual([]);
  });
});

describe("what differs is named, by side and place, and never by its value", () => {
  it.each<[string, Exchange, string]>([
    [
      "a misspelt field sent",
      created({ ...adjustment, Coment: "secret" }),
      "request: objects[] has the unknown field Coment",
    ],
    ["an amount in quotes", created({ ...adjustment, Amount: "10.5" }), "request: objects[].Amount must be number"],
    ["a parameter that is not known", listed([run], "limit=3"), "request: the query has the unknown parameter limit"],
    ["a field to sort by that is none", listed([run], "sort=-amount"), "request: sort: the body must match pattern"],
    [
      "an object that ZOQL does not have",
      queried("select Id from CreditMemo", {}),
      "request: ZOQL object CreditMemo is not known",
    ],
    [
      "a key where none may be",
      { ...listed([run]), headers: { ...headers, "idempotency-key": "k" } },
      "request: the header idempotency-key",
    ],
    [
      "an operation that is not described",
      { ...listed([]), path: "/v1/invoices" },
      "request: is no operation of the contract",
    ],
    ["a body that nobody expects", { ...listed([run]), body: "{}" }, "request: has a body, and none is known"],
    ["no token", { ...listed([run]), headers: {} }, "request: authorization is missing"],
    [
      "a name of another interface",
      listed([{ ...run, paymentRunNumber: "PR-1" }]),
      "answer: HTTP 200: paymentRuns[] has the unknown field paymentRunNumber",
    ],
    [
      "a date in another form",
      listed([{ ...run, executedOn: "2026-03-16T12:00:00Z" }]),
      "answer: HTTP 200: paymentRuns[].executedOn must match pattern",
    ],
    [
      "a day that is none",
      listed([{ ...run, targetDate: "2026-02-31x" }]),
      'answer: HTTP 200: paymentRuns[].targetDate must match format "date"',
    ],
    [
      "a field of a record",
      queried("select Id from Invoice", { Id: "8ab0", Ballance: 1 }),
      "answer: the body has the unknown field Ballance",
    ],
    [
      "an instant of a record",
      queried("select UpdatedDate from Invoice", { UpdatedDate: "2026-03-16" }),
      "answer: UpdatedDate must match pattern",
    ],
    ["a status that is not known", { ...listed([run]), status: 302 }, "answer: HTTP 302 is not known"],
  ])("%s", (_what, exchange, expected) => {
    const problems = said(exchange);
    expect(problems.join("\n")).toContain(expected);
    expect(problems.join("\n")).not.toContain("secret");
  });
});

it("every operation has a name of its own, and says what it answers", () => {
  const operations = Object.values(readContract().paths).flatMap((item) =>
    ["get", "post", "put"].flatMap((method) => item[method] ?? []),
  );
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { operationId, responses } of operations) expect(Object.keys(responses), operationId).toContain("200");
});
