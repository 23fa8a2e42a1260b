import { describe, expect, it } from "vitest";
import { type AccountStep, carryOut, type Done } from "../../../../functions/app/settle/carry-out.ts";
import { WriteOutcomeUnknownError, ZuoraAccessError, ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { account, invoice, told, transfer } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger, locked, refused } from "../../fakes/fake-ledger.ts";
import { keys, runId } from "./fixtures.ts";

const accountOf = (id: string, count: number) =>
  account({ id, invoices: Array.from({ length: count }, (_, index) => invoice(`${id}-${index}`, { amount: "-1" })) });

const stepsOf = (id: string, count: number): readonly AccountStep[] =>
  Array.from({ length: count }, (_, index) => ({ step: transfer(`${id}-${index}`, "1"), accountId: id, runId }));

const toldDone = (done: readonly Done[]): readonly string[] =>
  done.map(({ step, outcome }) => {
    if (outcome === "unsent") return `${told(step.step)}: unsent`;
    return `${told(step.step)}: ${"error" in outcome ? outcome.error.code : "confirmed"}`;
  });

const send = (ledger: FakeLedger, steps: readonly AccountStep[], mayWrite = async () => true) =>
  carryOut({ ledger, mayWrite, nextKey: keys() }, steps);

const sizes = (ledger: FakeLedger) => ledger.calls.map(({ rows }) => rows.length);

it("sends at most fifty rows in a call, each call under its own key", async () => {
  const ledger = new FakeLedger(accountOf("A", 101));
  await send(ledger, stepsOf("A", 101));
  expect([sizes(ledger), ledger.calls.map(({ key }) => key)]).toEqual([
    [50, 50, 1],
    ["key-1", "key-2", "key-3"],
  ]);
});

it("sends nothing where there is nothing to send", async () => {
  const ledger = new FakeLedger();
  expect([await send(ledger, []), ledger.calls]).toEqual([[], []]);
});

it("pairs every row with its own outcome, in order", async () => {
  const ledger = new FakeLedger(accountOf("A", 2), accountOf("B", 1));
  ledger.onRowOf("A-1", refused("no"));
  expect(toldDone(await send(ledger, [...stepsOf("A", 2), ...stepsOf("B", 1)]))).toEqual([
    "transfer A-0 1: confirmed",
    "transfer A-1 1: ZUORA_REJECTED",
    "transfer B-0 1: confirmed",
  ]);
});

describe("a shared call that is refused as a whole", () => {
  it.each([
    ["for a business reason", refused("no")],
    ["for good", closedPeriod()],
    ["for a lock", locked()],
  ])("%s is repeated one account per call, under new keys, before any account is blamed", async (_name, error) => {
    const ledger = new FakeLedger(accountOf("A", 2), accountOf("B", 1));
    ledger.refusesCalls(error, error);
    const done = toldDone(await send(ledger, [...stepsOf("A", 2), ...stepsOf("B", 1)]));
    expect(done).toEqual([
      `transfer A-0 1: ${error.code}`,
      `transfer A-1 1: ${error.code}`,
      "transfer B-0 1: confirmed",
    ]);
    expect([sizes(ledger), new Set(ledger.calls.map(({ key }) => key)).size]).toEqual([[3, 2, 1], 3]);
  });

  it.each([
    ["a throttle", new ZuoraBusyError("limit")],
    ["no permission", new ZuoraAccessError("no")],
    ["a lost answer", new WriteOutcomeUnknownError("lost")],
  ])("for %s is not repeated: it is everybody's", async (_name, error) => {
    const ledger = new FakeLedger(accountOf("A", 1), accountOf("B", 1));
    ledger.refusesCalls(error);
    await send(ledger, [...stepsOf("A", 1), ...stepsOf("B", 1)]);
    expect(sizes(ledger)).toEqual([2]);
  });

  it("and holds one account only is not repeated", async () => {
    const ledger = new FakeLedger(accountOf("A", 2));
    ledger.refusesCalls(refused("no"));
    await send(ledger, stepsOf("A", 2));
    expect(sizes(ledger)).toEqual([2]);
  });
});

it("leaves unsent what may no longer be written", async () => {
  const ledger = new FakeLedger(accountOf("A", 60));
  let asked = 0;
  const once = async () => {
    asked += 1;
    return asked === 1;
  };
  const done = toldDone(await send(ledger, stepsOf("A", 60), once));
  expect([sizes(ledger), done.filter((line) => line.endsWith("unsent")).length]).toEqual([[50], 10]);
});

it("asks for leave before every single repetition too", async () => {
  const ledger = new FakeLedger(accountOf("A", 1), accountOf("B", 1));
  ledger.refusesCalls(locked());
  let asked = 0;
  const twice = async () => {
    asked += 1;
    return asked <= 2;
  };
  const done = await send(ledger, [...stepsOf("A", 1), ...stepsOf("B", 1)], twice);
  expect(toldDone(done)).toEqual(["transfer A-0 1: confirmed", "transfer B-0 1: unsent"]);
});
