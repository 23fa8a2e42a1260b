import { describe, expect, it } from "vitest";
import { revenueQueueNames } from "../../local/queues.ts";
import { ask, useConsole } from "./console-system.ts";
import { useLocalOps } from "./local-ops.ts";
import { useLocalRevenue } from "./local-revenue.ts";
import { workOffRevenue } from "./work-off.ts";

const local = useLocalOps();
const { ops, run, tenant, system, accountsIn } = local;
const { mirrored, notNetted, openPeriods, pass, settle } = useLocalRevenue(local);
const openConsole = useConsole(() => system().file);

const letters = () => accountsIn("deadLetter", revenueQueueNames);

const workOffSoon = async () => {
  for (let looks = 0; accountsIn("work", revenueQueueNames).length === 0 && looks < 200; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return workOffRevenue(system().file);
};

describe("dead letters of the revenue pass", () => {
  it("are listed, shown and counted apart from those of credit", async () => {
    const { Id, AccountNumber } = await notNetted();
    const { data } = await ops("dead-letters", "list", "--kind", "revenue");
    expect(data.deadLetters).toMatchObject([{ account: AccountNumber, code: "REVENUE_NOT_NETTED" }]);
    expect((await ops("dead-letters", "list")).data.deadLetters).toEqual([]);
    const shown = await ops("dead-letters", "show", Id, "--kind", "revenue");
    expect(shown.data.message).toContain("does not net to zero");
    const status = await ops("status");
    expect(status.data).toMatchObject({
      deadLetters: { visible: 0 },
      revenue: { workQueue: { visible: 0, hidden: 0 }, deadLetters: { visible: 1, hidden: 0 } },
    });
    const { out } = await run(["status"], { json: false });
    expect(out).toContain("Revenue       0 waiting, 1 dead letter\n");
  });

  it("are replayed and followed to their end", async () => {
    await notNetted();
    openPeriods();
    const [replayed] = await Promise.all([
      ops("dead-letters", "replay", "--kind", "revenue", "--wait", "20s"),
      workOffSoon(),
    ]);
    expect(replayed.data.became).toMatchObject({ settled: [expect.any(String)], held: [], back: [], waiting: [] });
    expect([replayed.status, letters()]).toEqual([0, []]);
  });

  it("come back, and the replay says so, while the cause is still there", async () => {
    const { Id } = await notNetted();
    const [replayed] = await Promise.all([
      ops("dead-letters", "replay", "--kind", "revenue", "--wait", "20s"),
      workOffSoon(),
    ]);
    expect(replayed.data.became).toMatchObject({ held: [{ accountId: Id, reasons: ["accounting-period-not-open"] }] });
  });

  it("are cleared by `--settled` only where both sides lie alike: one that is held keeps its letter", async () => {
    const { Id } = await notNetted();
    const replay = () => ops("dead-letters", "replay", "--kind", "revenue", "--settled");
    expect((await replay()).data.replayed).toEqual([]);
    openPeriods();
    expect((await replay()).data.replayed).toEqual([]);
    await pass();
    expect((await ops("dead-letters", "list", "--kind", "revenue")).err).toContain("--settled --kind revenue");
    expect((await replay()).data.replayed).toMatchObject([{ accountId: Id }]);
    expect(letters()).toEqual([]);
  });

  it("are dropped with a reason, and written down whole", async () => {
    const { Id } = await notNetted();
    const flags = ["--kind", "revenue", "--account", Id, "--reason", "moved by hand", "--yes"];
    const { data, err } = await ops("dead-letters", "drop", ...flags);
    expect(data.dropped).toEqual([{ accountId: Id, code: "REVENUE_NOT_NETTED" }]);
    expect(err).toContain("moved by hand");
    expect(letters()).toEqual([]);
  });

  it("are on the page, with the commands for their kind", async () => {
    const { Id, AccountNumber } = await notNetted();
    const { url } = await openConsole();
    const overview = (await ask(url)).text;
    expect(overview).toContain("1 message of the revenue pass set aside");
    expect(overview).toContain("dead-letters?kind=revenue");
    const list = (await ask(`${url}dead-letters?kind=revenue`)).text;
    expect(list).toContain("REVENUE_NOT_NETTED");
    expect(list).toContain("dead-letters replay --kind revenue");
    expect((await ask(`${url}dead-letters`)).text).toContain("Nothing was set aside.");
    const one = (await ask(`${url}dead-letter?account=${Id}&kind=revenue`)).text;
    expect(one).toContain("does not net to zero");
    expect(one).toContain(`dead-letters drop --account ${AccountNumber} --kind revenue`);
    expect((await ask(`${url}dead-letter?account=${Id}`)).status).toBe(404);
  });
});

describe("explain", () => {
  it("says of each pair where its revenue is, before and after the pass", async () => {
    const { Id } = mirrored();
    await settle();
    const { data } = await ops("explain", Id);
    expect(data.revenue.pairs).toMatchObject([
      { earned: "0.00", net: "0.00", today: expect.stringMatching(/^to be moved/) },
    ]);
    await pass();
    const { out } = await run(["explain", Id], { json: false });
    expect(out).toMatch(/Revenue\n.*\nINV\d+ and INV\d+ +GBP +30\.00 +0\.00 +zcs-\w+ +nets to zero/);
    expect(tenant().revenue?.events).toHaveLength(2);
  });
});
