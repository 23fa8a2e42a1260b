import { describe, expect, it } from "vitest";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";
import { workOff } from "./work-off.ts";

const { system, ops, tenant, setAside, accountsIn } = useLocalOps();

const owed = (): string => addAccount(tenant().store, { invoices: [{ amount: "-10.00" }, { amount: "30.00" }] }).Id;

/** What every account looks like that was settled once: the whole negative invoice moved, and then applied. */
const settledOnce = { credit: "0.00", balances: ["0.00", "20.00"], adjustments: ["Increase 10.00", "Decrease 10.00"] };

const stateOf = (accountId: string) => {
  const { accounts, invoices, adjustments } = tenant().store;
  return {
    credit: accounts.one("Id", accountId)?.CreditBalance.toFixed(2),
    balances: invoices.where("AccountId", accountId).map(({ Balance }) => Balance.toFixed(2)),
    adjustments: adjustments.where("AccountId", accountId).map(({ Type, Amount }) => `${Type} ${Amount.toFixed(2)}`),
  };
};

const replay = () => ops("dead-letters", "replay");

describe("a doubled replay of 500 changes nothing", { timeout: 60_000 }, () => {
  it.each([
    ["two at the same time", async () => Promise.all([replay(), replay()])],
    ["one after another, before anything of the first was settled", async () => [await replay(), await replay()]],
    [
      "the second while the first is being settled",
      async () => {
        const first = replay();
        await workOff(system().file);
        return [await first, await replay()];
      },
    ],
  ])("%s", async (_, replayTwice) => {
    const ids = Array.from({ length: 500 }, owed);
    await setAside(ids);
    const said = await replayTwice();
    expect(said.map(({ status }) => status)).toEqual([0, 0]);
    expect(accountsIn("deadLetter")).toEqual([]);
    await workOff(system().file);
    expect([accountsIn("work"), accountsIn("deadLetter")]).toEqual([[], []]);
    expect(new Set(ids.map((id) => JSON.stringify(stateOf(id))))).toEqual(new Set([JSON.stringify(settledOnce)]));
  });

  it("a replay whose dead letters came back to the queue before they were deleted settles no account twice", async () => {
    const ids = Array.from({ length: 20 }, owed);
    for (const _ of ["first", "second"]) {
      await setAside(ids);
      await replay();
    }
    expect(accountsIn("work")).toHaveLength(40);
    await workOff(system().file);
    expect(new Set(ids.map((id) => JSON.stringify(stateOf(id))))).toEqual(new Set([JSON.stringify(settledOnce)]));
  });
});
