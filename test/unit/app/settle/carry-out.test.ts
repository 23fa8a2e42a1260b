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
  carryOut({ ledger, mayWrite, nextKey: keys(), onLost: () => {} }, steps);

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

it("puts whole accounts into a call, and who has more rows than a call takes is alone", async () => {
  const ledger = new FakeLedger(accountOf("A", 30), accountOf("B", 30), accountOf("C", 51), accountOf("D", 20));
  await send(
    ledger,
    ["A", "B", "C", "D"].flatMap((id) => stepsOf(id, { A: 30, B: 30, C: 51, D: 20 }[id] ?? 0)),
  );
  const accountsOf = ({ rows }: { readonly rows: readonly string[] }) => [...new Set(rows.map((row) => row.charAt(9)))];
  expect(ledger.calls.map((call) => [...accountsOf(call), call.rows.length].join(" ")).toSorted()).toEqual([
    "A D 50",
    "B 30",
    "C 1",
    "C 50",
  ]);
});

it("sends the calls of different accounts at a time, and those of one account one after the other", async () => {
  const ledger = new FakeLedger(...["A", "B", "C"].map((id) => accountOf(id, 60)));
  let inFlight = 0;
  let inFlightMax = 0;
  const { createAdjustments } = ledger;
  ledger.createAdjustments = async (rows, ...rest) => {
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    await Promise.resolve();
    inFlight -= 1;
    return createAdjustments(rows, ...rest);
  };
  await send(
    ledger,
    ["A", "B", "C"].flatMap((id) => stepsOf(id, 60)),
  );
  expect([inFlightMax, ledger.calls.length]).toEqual([3, 6]);
});

it("waits for every call before it passes on what nobody knows how to treat", async () => {
  const ledger = new FakeLedger(accountOf("A", 50), accountOf("B", 50));
  const { createAdjustments } = ledger;
  ledger.createAdjustments = async (rows, ...rest) => {
    if (rows[0]?.step.invoice.number.startsWith("A")) throw new TypeError("a fault of ours");
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    return createAdjustments(rows, ...rest);
  };
  await expect(send(ledger, [...stepsOf("A", 50), ...stepsOf("B", 50)])).rejects.toThrow("a fault of ours");
  expect(sizes(ledger)).toEqual([50]);
});

describe("a shared call that is refused as a whole", () => {
  it("is sent again in seven parts, and only the refused part further: one culprit of fifty costs fourteen calls", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `A${index}`);
    const ledger = new FakeLedger(...ids.map((id) => accountOf(id, 1)));
    const { createAdjustments } = ledger;
    let calls = 0;
    ledger.createAdjustments = async (rows, ...rest) => {
      calls += 1;
      if (rows.some(({ step }) => step.invoice.number === "A17-0")) throw locked();
      return createAdjustments(rows, ...rest);
    };
    const done = toldDone(
      await send(
        ledger,
        ids.flatMap((id) => stepsOf(id, 1)),
      ),
    );
    expect(done.filter((line) => !line.endsWith("confirmed"))).toEqual(["transfer A17-0 1: ZUORA_BUSY"]);
    expect([done.length, calls]).toEqual([50, 14]);
  });

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

describe("a call that is too much work for Zuora at once", () => {
  it.each([true, false])(
    "is made smaller, within an account too, and keeps its order (as a whole: %s)",
    async (asAWhole) => {
      const ledger = new FakeLedger(accountOf("A", 45), accountOf("B", 2));
      ledger.terminatesAbove = { rows: 10, asAWhole };
      const steps = [...stepsOf("A", 45), ...stepsOf("B", 2)];
      const done = await send(ledger, steps);
      expect(toldDone(done).every((line) => line.endsWith("confirmed"))).toBe(true);
      expect(done.map(({ step }) => step)).toEqual(steps);
      expect(new Set(ledger.calls.map(({ key }) => key)).size).toBe(ledger.calls.length);
    },
  );

  it("is blamed on a row that is too much alone", async () => {
    const ledger = new FakeLedger(accountOf("A", 1));
    ledger.terminatesAbove = { rows: 0, asAWhole: true };
    expect(toldDone(await send(ledger, stepsOf("A", 1)))).toEqual(["transfer A-0 1: ZUORA_REJECTED"]);
  });

  it("is not asked again of where a row of it was confirmed", async () => {
    const ledger = new FakeLedger(accountOf("A", 2));
    ledger.onRowOf("A-1", refused("terminated", "TRANSACTION_TERMINATED"));
    await send(ledger, stepsOf("A", 2));
    expect(sizes(ledger)).toEqual([2]);
  });
});
