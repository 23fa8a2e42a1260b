import { describe, expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { queryAll, type RawRecord } from "../../../../functions/zuora/query/query.ts";
import { json, page, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const ask = async (zuora: ScriptedZuora): Promise<readonly RawRecord[]> => {
  const records: RawRecord[] = [];
  for await (const raw of queryAll(createClient(connected(zuora), invocation()), "select Id from Invoice"))
    records.push(raw);
  return records;
};

const found = (...script: readonly Scripted[]) => ask(new ScriptedZuora(...script));

it("yields the records of every page, in order", async () => {
  const zuora = new ScriptedZuora(
    page([{ Id: "1" }, { Id: "2" }], "locator-1"),
    page([{ Id: "3" }], "locator-2"),
    page([{ Id: "4" }]),
  );
  expect(await ask(zuora)).toEqual([{ Id: "1" }, { Id: "2" }, { Id: "3" }, { Id: "4" }]);
  expect(zuora.calls.map(({ path, body }) => [path, JSON.parse(body ?? "")])).toEqual([
    ["/v1/action/query", { queryString: "select Id from Invoice", conf: { batchSize: 2000 } }],
    ["/v1/action/queryMore", { queryLocator: "locator-1", conf: { batchSize: 2000 } }],
    ["/v1/action/queryMore", { queryLocator: "locator-2", conf: { batchSize: 2000 } }],
  ]);
});

it("finds nothing where the answer has no records at all", async () => {
  expect(await found(json(200, { size: 0, done: true }))).toEqual([]);
});

it("reads a page that writes null for what others leave out", async () => {
  const last = { records: [{ Id: "1", Batch: null }], size: 1, done: true, queryLocator: null };
  expect(await found(json(200, last))).toStrictEqual([{ Id: "1" }]);
  expect(await found(json(200, { ...last, records: null, size: 0 }))).toEqual([]);
});

it("goes on over a page without records that is not the last", async () => {
  expect(await found(page([], "locator-1"), page([{ Id: "1" }]))).toEqual([{ Id: "1" }]);
});

it("keeps every digit of an amount", async () => {
  const body = '{"records":[{"Id":"1","Balance":-123456789012345.12}],"size":1,"done":true}';
  expect(await found({ status: 200, headers: {}, body })).toEqual([{ Id: "1", Balance: "-123456789012345.12" }]);
});

describe("fails loudly, rather than with a part of the records, where", () => {
  it.each<[string, readonly Scripted[]]>([
    [
      "the locator has expired",
      [page([{ Id: "1" }], "old"), json(200, { FaultCode: "InvalidQueryLocatorFault", FaultMessage: "expired" })],
    ],
    [
      "the locator is invalid",
      [page([{ Id: "1" }], "old"), json(400, { FaultCode: "INVALID_VALUE", FaultMessage: "queryLocator" })],
    ],
    ["a page that is not the last names no next one", [json(200, { records: [{ Id: "1" }], size: 1, done: false })]],
    ["the same empty page comes again and again", [page([], "same"), page([], "same")]],
    ["nobody says whether it is the last page", [json(200, { records: [] })]],
    ["the records are no records", [json(200, { records: ["a"], done: true })]],
    ["the answer is a list", [json(200, [])]],
  ])("%s", async (_name, script) => {
    const zuora = new ScriptedZuora(...script);
    expect(await errorOf(ask(zuora))).toMatchObject({ code: "ZUORA_CONTRACT", scope: "envelope" });
    expect(zuora.unasked).toBe(0);
  });
});

it("asks again for one page that got lost, and not for the others", async () => {
  const zuora = new ScriptedZuora(page([{ Id: "1" }], "next"), json(503, {}), page([{ Id: "2" }]));
  expect(await ask(zuora)).toEqual([{ Id: "1" }, { Id: "2" }]);
});
