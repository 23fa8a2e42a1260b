import { describe, expect, it } from "vitest";
import { createPaymentRunWatch } from "../../../../functions/zuora/payment-runs/watch.ts";
import { json, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { connected, invocation } from "../fixtures.ts";

const since = Date.parse("2026-03-16T11:45:00Z");

const watchOver = (tables: Tables, runs: readonly object[] = [], timeZone = "UTC") => {
  const zuora = new TabledZuora(tables, runs);
  return { zuora, watch: createPaymentRunWatch(connected(zuora), invocation(), timeZone) };
};

describe("payment runs are read", () => {
  it("with the hour that they are to start in, whatever their minutes say", async () => {
    const { watch } = watchOver({}, [{ paymentRunNumber: "PR-1", status: "Pending", runDate: "2026-03-16 13:17:00" }]);
    expect(await watch.runs(since)).toMatchObject([
      { number: "PR-1", startsAt: Date.parse("2026-03-16T13:00:00Z"), beganAt: undefined, endedAt: undefined },
    ]);
  });

  it("once, as it was seen last, where one moves on between two looks", async () => {
    const moving = [{ paymentRunNumber: "PR-1", status: "Processing", executedOn: "2026-03-16 12:00:00" }];
    const answer: Scripted = ({ path }) => {
      const listed = /status=(Pending|Processing)/.test(path) ? moving : [];
      return json(200, { paymentRuns: listed });
    };
    const zuora = new ScriptedZuora(...Array<Scripted>(4).fill(answer));
    const runs = await createPaymentRunWatch(connected(zuora), invocation(), "UTC").runs(since);
    expect(runs).toMatchObject([{ number: "PR-1", beganAt: Date.parse("2026-03-16T12:00:00Z") }]);
  });

  it("with times of the tenant's own zone, where they carry no offset", async () => {
    const times = { executedOn: "2026-03-16 12:50:30", completedOn: "2026-03-16T12:00:00+00:00" };
    const { watch } = watchOver({}, [{ status: "Completed", ...times }], "Europe/Berlin");
    expect(await watch.runs(since)).toMatchObject([
      { beganAt: Date.parse("2026-03-16T11:50:30Z"), endedAt: Date.parse("2026-03-16T12:00:00Z") },
    ]);
  });

  it("without those that ended earlier, which may be years of them", async () => {
    const ended = (completedOn: string) => ({ status: "Completed", completedOn });
    const { watch } = watchOver({}, [ended("2026-03-16 11:44:00"), ended("2026-03-16 11:46:00")]);
    expect(await watch.runs(since)).toHaveLength(1);
  });

  it("on three pages of ended ones at most", async () => {
    const page = json(200, { paymentRuns: Array<object>(40).fill({ completedOn: "2026-03-16 11:50:00" }) });
    const answer: Scripted = ({ path }) => (path.includes("Completed") ? page : json(200, { paymentRuns: [] }));
    const zuora = new ScriptedZuora(...Array<Scripted>(6).fill(answer));
    await createPaymentRunWatch(connected(zuora), invocation(), "UTC").runs(since);
    expect(zuora.calls.filter(({ path }) => path.includes("Completed"))).toHaveLength(3);
  });

  it("as none where the tenant offers none", async () => {
    const unknown = json(404, {
      success: false,
      reasons: [{ code: 50000040, message: "The endpoint does not exist" }],
    });
    const zuora = new ScriptedZuora(...Array<typeof unknown>(4).fill(unknown));
    expect(await createPaymentRunWatch(connected(zuora), invocation(), "UTC").runs(since)).toEqual([]);
  });
});

it("tells whose negative invoice was transferred since, by whomever, and when it was posted", async () => {
  const { watch, zuora } = watchOver({
    CreditBalanceAdjustment: [
      { Id: "c", AccountId: "a", SourceTransactionId: "i", CreatedDate: "2026-03-16T12:00:00+00:00" },
    ],
    Invoice: [{ Id: "i", PostedDate: "2026-03-16T09:00:00+00:00" }],
  });
  expect(await watch.transferredSince(since)).toEqual([
    { accountId: "a", transferredAt: Date.parse("2026-03-16T12:00:00Z"), postedAt: Date.parse("2026-03-16T09:00:00Z") },
  ]);
  expect(zuora.queriesOn("CreditBalanceAdjustment")[0]).toContain("Type = 'Increase' and Status = 'Processed'");
});

it("asks for the accounts' filters only of those that have something to charge", async () => {
  const { watch, zuora } = watchOver({
    Invoice: [{ Id: "i", AccountId: "a" }],
    Account: [{ Id: "a", Currency: "GBP", Batch: "Batch1" }],
  });
  expect(await watch.withSomethingToCharge(["a", "b"], since)).toEqual([{ id: "a", currency: "GBP", batch: "Batch1" }]);
  expect(zuora.queriesOn("Account")).toEqual(["select Id, Currency, Batch from Account where Id = 'a'"]);
});
