import { describe, expect, it } from "vitest";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { createCanceledView } from "../../../../functions/zuora/ledger/canceled-view.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { accountRow, invoiceRow, now, read } from "./readings.ts";

const ago = (milliseconds: number) => new Date(now - milliseconds).toISOString().replace("Z", "+00:00");

/**
 * Reads accounts a and b, each with an invoice that changed so long ago, through one view. Instants are Zuora's own;
 * our clock is ahead of it by `skewMs`.
 */
const scene = (changedAgoMs: readonly [number, number], canceled: readonly object[] = [], skewMs = 0) => {
  const [a, b] = changedAgoMs;
  const tables = {
    Account: [accountRow("a"), accountRow("b")],
    Invoice: [invoiceRow("INV1", { UpdatedDate: ago(a) }), invoiceRow("INV2", { AccountId: "b", UpdatedDate: ago(b) })],
    CreditBalanceAdjustment: canceled,
  };
  const clock = new VirtualClock(now + skewMs);
  const zuora = new TabledZuora(tables, [], () => clock.now() - skewMs);
  const view = createCanceledView(clock.now);
  const readBoth = async () => {
    const states = await read(zuora, ["a", "b"], { canceled: view });
    return [...states.values()].map((state) =>
      (state as AccountState).invoices.map((each) => each.hasCanceledAdjustment),
    );
  };
  return {
    readBoth,
    clock,
    queries: () => zuora.queriesOn("CreditBalanceAdjustment").map((query) => query.split("where ")[1]),
  };
};

const ofWholeTenant = "Status = 'Canceled'";
const hour = 3_600_000;

describe("canceled adjustments", () => {
  it("are read once for all batches of an environment, where no invoice changed since", async () => {
    const { readBoth, queries } = scene([hour, hour]);
    for (let batch = 0; batch < 5; batch += 1) await readBoth();
    expect(queries()).toEqual([ofWholeTenant]);
  });

  it("are known by what was read", async () => {
    const { readBoth } = scene([hour, hour], [{ Id: "c", AccountId: "b", SourceTransactionNumber: "INV2" }]);
    expect(await readBoth()).toEqual([[false], [true]]);
  });

  it("are asked for anew of an account whose invoice has just changed, as a cancellation would change it", async () => {
    const { readBoth, queries } = scene([hour, 1_000], [{ Id: "c", AccountId: "b", SourceTransactionNumber: "INV2" }]);
    expect(await readBoth()).toEqual([[false], [true]]);
    expect(queries()).toEqual([ofWholeTenant, "AccountId = 'b' and Status = 'Canceled'"]);
  });

  it.each([
    ["in a transaction that took nine minutes to become visible", 9 * 60_000, 0],
    ["where our clock is half a minute ahead of Zuora's", 1_000, 30_000],
    ["where it is an hour behind", 1_000, -hour],
  ])("are asked for anew of an account whose invoice changed %s", async (_what, agoMs, skewMs) => {
    const { readBoth, queries } = scene([hour, agoMs], [], skewMs);
    await readBoth();
    await readBoth();
    const own = "AccountId = 'b' and Status = 'Canceled'";
    expect(queries()).toEqual([ofWholeTenant, own, own]);
  });

  it("are asked for anew of an account whose invoice was paid just now, for it is not open any more", async () => {
    const paid = { AccountId: "a", Amount: 20, Balance: 0, UpdatedDate: ago(1_000) };
    const tables = {
      Account: [accountRow("a", { CreditBalance: 5 })],
      Invoice: [invoiceRow("INV1", { UpdatedDate: ago(hour) }), invoiceRow("PAID", paid)],
    };
    const zuora = new TabledZuora(tables, [], () => now);
    const state = (await read(zuora, ["a"])).get("a") as AccountState;
    expect(zuora.queriesOn("CreditBalanceAdjustment")).toHaveLength(2);
    expect(state.invoices.map(({ number }) => number)).toEqual(["INV1"]);
  });

  it("are asked for anew of every account where Zuora tells no time", async () => {
    const zuora = new TabledZuora({
      Account: [accountRow("a")],
      Invoice: [invoiceRow("INV1", { UpdatedDate: ago(hour) })],
    });
    await read(zuora, ["a"]);
    expect(zuora.queriesOn("CreditBalanceAdjustment")).toHaveLength(2);
  });

  it("are asked for anew of an account of whose invoices Zuora does not tell the last change", async () => {
    const zuora = new TabledZuora({ Account: [accountRow("a")], Invoice: [invoiceRow("INV1")] });
    await read(zuora, ["a"]);
    expect(zuora.queriesOn("CreditBalanceAdjustment")).toHaveLength(2);
  });

  it("are read again after a minute", async () => {
    const { readBoth, queries, clock } = scene([hour, hour]);
    await readBoth();
    clock.pass(59_999);
    await readBoth();
    expect(queries()).toHaveLength(1);
    clock.pass(1);
    await readBoth();
    expect(queries()).toHaveLength(2);
  });

  it("are asked for account by account where a tenant has more than are worth keeping", async () => {
    const many = Array.from({ length: 5_001 }, (_, index) => ({ Id: `c${index}`, AccountId: "a" }));
    const { readBoth, queries } = scene([hour, hour], many);
    await readBoth();
    await readBoth();
    const own = "AccountId = 'a' and Status = 'Canceled' or AccountId = 'b' and Status = 'Canceled'";
    expect(queries()).toEqual([ofWholeTenant, own, own]);
  });

  it("that cannot be read condemn their own account alone", async () => {
    const zuora = new TabledZuora({
      Account: [accountRow("a"), accountRow("b")],
      Invoice: [
        invoiceRow("INV1", { UpdatedDate: ago(hour) }),
        invoiceRow("INV2", { AccountId: "b", UpdatedDate: ago(hour) }),
      ],
      CreditBalanceAdjustment: [{ Id: "c", AccountId: "b", SourceTransactionNumber: {} }],
    });
    const states = await read(zuora, ["a", "b"], { canceled: createCanceledView(() => now) });
    expect(states.get("a")).toMatchObject({ id: "a" });
    expect(states.get("b")).toMatchObject({ code: "ZUORA_CONTRACT" });
  });
});
