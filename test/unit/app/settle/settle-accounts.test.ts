import { describe, expect, it } from "vitest";
import { account, invoice, today } from "../../domain/fixtures.ts";
import { FakeLedger, refused } from "../../fakes/fake-ledger.ts";
import { owing, positionsOf, settleAll, settledPositions } from "./fixtures.ts";

describe("settling", () => {
  it("sends all Increases of all accounts in one call, and then all Decreases in another", async () => {
    const ledger = new FakeLedger(owing("A"), owing("B"));
    const { results } = await settleAll(ledger);
    expect(ledger.calls.map(({ rows }) => rows)).toEqual([
      ["transfer A-NEG 10", "transfer B-NEG 10"],
      ["apply A-OPEN 10", "apply B-OPEN 10"],
    ]);
    expect(results).toEqual({ A: "settled", B: "settled" });
  });

  it("reads once where everything was confirmed: the next scan checks", async () => {
    const ledger = new FakeLedger(owing("A"));
    await settleAll(ledger);
    expect(ledger.reads).toEqual([["A"]]);
  });

  it("writes nothing the second time", async () => {
    const ledger = new FakeLedger(owing("A"));
    await settleAll(ledger);
    expect([(await settleAll(ledger)).results, ledger.calls.length]).toEqual([{ A: "no-op" }, 2]);
  });

  it("pays what the subscription of the negative invoice says, which it looks up where the order depends on it", async () => {
    const ledger = new FakeLedger(
      account({
        id: "A",
        invoices: [
          invoice("NEG", { amount: "-10", subscriptions: ["S-2"] }),
          invoice("OLD", { amount: "10", dueDate: "2026-01-01", subscriptions: ["S-1"] }),
          invoice("MIRROR", { amount: "10", dueDate: "2026-02-01", subscriptions: ["S-2"] }),
        ],
      }),
    );
    await settleAll(ledger);
    expect(ledger.calls[1]?.rows).toEqual(["apply MIRROR 10"]);
  });

  it("tells what it moved and what is left as credit", async () => {
    const ledger = new FakeLedger(
      owing("A", { invoices: [invoice("NEG", { amount: "-10" }), invoice("OPEN", { amount: "4" })] }),
    );
    const outcome = (await settleAll(ledger)).outcomes.get("A");
    expect([outcome?.transferred.toFixed(), outcome?.applied.toFixed(), outcome?.leftAsCredit?.toFixed()]).toEqual([
      "10",
      "4",
      "6",
    ]);
  });

  it("settles what is free of an account and holds the rest", async () => {
    const future = invoice("LATER", { amount: "-5", invoiceDate: "2026-12-01" });
    const ledger = new FakeLedger(owing("A", { invoices: [...owing("A").invoices, future] }));
    const { results } = await settleAll(ledger);
    expect([results, positionsOf(ledger, "A")]).toEqual([{ A: "held" }, { ...settledPositions("A"), LATER: "-5" }]);
  });

  it("transfers, and waits to apply, while a payment run collects", async () => {
    const open = invoice("OPEN", { amount: "30", beingCollected: true });
    const ledger = new FakeLedger(owing("A", { invoices: [invoice("NEG", { amount: "-10" }), open] }));
    const { results, confirmed } = await settleAll(ledger);
    expect([results, confirmed]).toEqual([{ A: "waiting: payment-run-collecting" }, ["transfer NEG 10"]]);
  });
});

describe("a dry run", () => {
  it("writes nothing and tells what it would do", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results, outcomes } = await settleAll(ledger, { dryRun: true });
    const outcome = outcomes.get("A");
    expect([results, ledger.calls]).toEqual([{ A: "settled" }, []]);
    expect([outcome?.transferred.toFixed(), outcome?.applied.toFixed(), outcome?.leftAsCredit?.toFixed()]).toEqual([
      "10",
      "10",
      "0",
    ]);
  });

  it("tells the holds", async () => {
    const held = invoice("NEG", { amount: "-5", invoiceDate: "2027-01-01" });
    const { outcomes } = await settleAll(new FakeLedger(account({ id: "A", invoices: [held], today })), {
      dryRun: true,
    });
    expect(outcomes.get("A")).toMatchObject({ result: { kind: "held" }, holds: [{ reason: "future-dated" }] });
  });
});

describe("a payment run that may be charging an open invoice", () => {
  const collected = () => {
    const open = invoice("OPEN", { amount: "30", beingCollected: true });
    return account({ id: "A", invoices: [invoice("NEG", { amount: "-10" }), open] });
  };

  it("lets the account be transferred, and wait", async () => {
    const { results, confirmed } = await settleAll(new FakeLedger(collected()));
    expect(results).toEqual({ A: "waiting: payment-run-collecting" });
    expect(confirmed).toHaveLength(1);
  });

  it("keeps no dry run waiting", async () => {
    const { results } = await settleAll(new FakeLedger(collected()), { dryRun: true });
    expect(results).toEqual({ A: "held" });
  });
});

describe("where no further write may begin", () => {
  const allowing = (calls: number) => {
    let left = calls;
    return async () => {
      left -= 1;
      return left >= 0;
    };
  };

  it("the account goes back untouched", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(0) });
    expect([results, ledger.calls]).toEqual([{ A: "waiting: out-of-time" }, []]);
  });

  it("what was begun stops between two calls, and the rest waits for the reason given", async () => {
    const ledger = new FakeLedger(owing("A"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(1), whyUnsent: () => "switched-off" });
    expect([results, positionsOf(ledger, "A")]).toEqual([
      { A: "waiting: switched-off" },
      { credit: "10", "A-NEG": "0", "A-OPEN": "30" },
    ]);
  });

  it("an account with more rows than fit is settled in slices", async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      invoice(`NEG${String(index).padStart(3, "0")}`, { amount: "-1" }),
    );
    const ledger = new FakeLedger(account({ id: "A", invoices: many }));
    const first = await settleAll(ledger, { mayWrite: allowing(2) });
    const second = await settleAll(ledger, { nextKey: () => `later-${ledger.calls.length}` });
    expect([first.results, second.results]).toEqual([{ A: "waiting: out-of-time" }, { A: "settled" }]);
    expect(ledger.calls.map(({ rows }) => rows.length)).toEqual([50, 50, 20]);
  });

  it("an account with both a refused and an unsent row waits for its time, and is not blamed", async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      invoice(`NEG${String(index).padStart(3, "0")}`, { amount: "-1" }),
    );
    const ledger = new FakeLedger(account({ id: "A", invoices: many }));
    ledger.onRowOf("NEG000", refused("no"));
    const { results } = await settleAll(ledger, { mayWrite: allowing(1) });
    expect(results).toEqual({ A: "waiting: out-of-time" });
  });
});
