import { describe, expect, it } from "vitest";
import { dayBefore } from "../../../functions/app/records/report/period.ts";
import { zuoraRevenueField } from "../../../functions/zuora/revenue/reason-not-offered.ts";
import { localNames } from "../../local/function-environment.ts";
import { revenueQueueNames } from "../../local/queues.ts";
import { distributeByHand, undistributedOf } from "../../zuora-simulator/revenue/revenue-books.ts";
import { json } from "../../zuora-simulator/wire.ts";
import { composeNow } from "../digest/compose-now.ts";
import { ask, useConsole } from "./console-system.ts";
import { useLocalOps } from "./local-ops.ts";
import { useLocalRevenue } from "./local-revenue.ts";
import { workOffRevenue } from "./work-off.ts";

const local = useLocalOps();
const { ops, run, tenant, system, accountsIn } = local;
const { distort, mirrored, notNetted, openPeriods, pass, settle } = useLocalRevenue(local);
const openConsole = useConsole(() => system().file);

const turn = (position: string) => system().standIns.parameters.set(localNames.switchParameter, position);

/** A settled pair whose revenue was moved, and the run that settled it. */
const netted = async () => {
  const account = mirrored();
  await settle();
  await pass();
  expect(inOpenEnded()).toEqual(["0", "0"]);
  const runId = tenant().store.adjustments.rows[0]?.ReferenceId ?? "";
  turn("off");
  return { account, runId };
};

/** What is in Open-Ended of each schedule. */
const inOpenEnded = (): readonly string[] =>
  tenant().store.invoiceItems.rows.flatMap(({ Id }) => {
    const schedule = tenant().revenue?.scheduleOfItem(tenant().store, Id, Date.now());
    return schedule === undefined ? [] : [undistributedOf(schedule).toFixed()];
  });

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
    expect(out).toMatch(/Revenue\n.*\nINV\d+ +INV\d+ +GBP +30\.00 +0\.00 +zcs-\w+ +nets to zero/);
    expect(tenant().revenue?.events).toHaveLength(2);
  });
});

describe("report, and the digest", () => {
  it("tell of each run and currency what netted, with a net of zero, and what is left and why", async () => {
    mirrored();
    await settle();
    const row = async () => (await ops("report")).data.revenue.rows;
    expect(await row()).toMatchObject([{ pairs: "1", netted: "0", earned: "0.00", waiting: "1", days: "0" }]);
    for (const period of tenant().revenue?.periods ?? []) period.status = "Closed";
    await pass();
    expect(await row()).toMatchObject([{ waiting: "0", held: "1 accounting-period-not-open" }]);
    openPeriods();
    await pass();
    expect(await row()).toMatchObject([
      {
        runId: expect.stringMatching(/^zcs-/),
        currency: "GBP",
        pairs: "1",
        netted: "1",
        earned: "30.00",
        net: "0.00",
        held: "",
      },
    ]);
    const { out } = await run(["report"], { json: false });
    expect(out).toContain("Revenue of the pairs that our credit settled in the last 45 days, as it is now");
    const { digest, csv } = await composeNow(system().file, Date.now());
    expect(digest.body).toMatch(/zcs-\w+: 1 of 1 pair netted, 30\.00 GBP earned, net 0\.00/);
    expect(csv(`days/${dayBefore(new Date().toISOString().slice(0, 10))}`, "revenue")).toContain("30.00");
  });

  it("say once why revenue cannot be looked at, and everything else all the same", async () => {
    tenant().store.featureFields.add(`InvoiceItem.${zuoraRevenueField}`);
    mirrored();
    await settle();
    const { data } = await ops("report");
    expect(data.revenue).toMatchObject({ notLookedAt: expect.stringContaining("Zuora Revenue"), rows: [] });
    const { digest } = await composeNow(system().file, Date.now());
    expect(digest.body).toContain("Not looked at: Zuora Revenue keeps the ledger");
  });
});

describe("undo RUN --revenue", () => {
  const undo = (runId: string, ...flags: readonly string[]) => ops("undo", runId, "--revenue", ...flags);

  it("shows what would go back, and changes nothing without a yes", async () => {
    const { account, runId } = await netted();
    const { status, out, err } = await run(["undo", runId, "--revenue"], { json: false });
    expect([status, out]).toEqual([1, "Nothing was undone.\n"]);
    expect(err).toContain(account.AccountNumber);
    expect(err).toMatch(/30\.00 GBP from \w+'\d{4}/);
    expect(err).toContain("Put the revenue of 1 pair back into Open-Ended on local? (--yes)");
    expect(inOpenEnded()).toEqual(["0", "0"]);
  });

  it("puts both sides back, writes down each before it, and after the next pass nothing is moved again", async () => {
    const { account, runId } = await netted();
    const { status, data, err } = await undo(runId, "--yes");
    expect(data.pairs).toMatchObject([{ accountNumber: account.AccountNumber, result: "undone" }]);
    expect([status, inOpenEnded()]).toEqual([0, ["30", "-30"]]);
    const journal = err.split("\n").filter((line) => line.includes("revenue put back"));
    expect(journal.map((line) => JSON.parse(line).amount)).toEqual(["30", "-30"]);

    turn("on");
    const events = tenant().revenue?.events.length;
    for (let passes = 0; passes < 2; passes += 1) {
      const { lines } = await pass();
      expect(lines.findLast(({ event }) => event === "revenue outcome")?.fields).toMatchObject({
        outcome: "held",
        holds: [{ reason: "revenue-taken-back" }],
      });
    }
    expect([tenant().revenue?.events.length, inOpenEnded()]).toEqual([events, ["30", "-30"]]);
    expect((await run(["explain", account.Id], { json: false })).out).toContain("somebody undid the move");
    turn("off");
    expect((await undo(runId, "--yes")).data.pairs).toMatchObject([{ result: "undone" }]);
    expect(tenant().revenue?.events.length).toBe(events);
  });

  it("works after the credit of the run was undone as well, which says that revenue stays", async () => {
    const { runId } = await netted();
    expect((await ops("undo", runId, "--yes")).err).toContain(`undo ${runId} --revenue puts it back`);
    expect((await undo(runId, "--yes")).data.pairs).toMatchObject([{ result: "undone" }]);
    expect(inOpenEnded()).toEqual(["30", "-30"]);
    turn("on");
    await pass();
    expect(inOpenEnded()).toEqual(["30", "-30"]);
  });

  it("needs the system stopped, and a run that moved something", async () => {
    const { runId } = await netted();
    turn("on");
    expect(await undo(runId, "--yes")).toMatchObject({
      status: 1,
      err: expect.stringContaining("stop the system first"),
    });
    turn("off");
    const unknown = await run(["undo", "zcs-0mb0abc12345", "--revenue", "--yes"], { json: false });
    expect([unknown.status, unknown.out]).toEqual([1, "No revenue was moved for run zcs-0mb0abc12345.\n"]);
  });

  it("leaves a pair to people, both sides of it, where its period was closed or somebody moved one side since", async () => {
    const { runId } = await netted();
    const books = tenant().revenue;
    for (const period of books?.periods ?? []) period.status = "Closed";
    const closed = await undo(runId, "--yes");
    expect(closed.data.pairs).toMatchObject([{ result: "by-hand", why: expect.stringContaining("is not open") }]);
    openPeriods();
    const item = tenant().store.invoiceItems.rows[0]?.Id ?? "";
    const schedule = books?.scheduleOfItem(tenant().store, item, Date.now());
    if (books === undefined || schedule === undefined) throw new Error("no schedule");
    const [earlier] = books.periods;
    distributeByHand(books, schedule, earlier?.startDate ?? "", Date.now(), "5");
    const since = await undo(runId, "--yes");
    expect(since.data.pairs).toMatchObject([
      { result: "by-hand", why: expect.stringContaining("somebody distributed it") },
    ]);
    expect([closed.status, since.status, inOpenEnded()[1]]).toEqual([1, 1, "0"]);
  });

  it("that dies between two sides is finished by another", async () => {
    const { runId } = await netted();
    let writes = 0;
    const mend = distort((request, answer) => {
      if (request.method === "PUT") writes += 1;
      return request.method === "PUT" && writes === 2 ? json(409, locked) : answer();
    });
    expect((await undo(runId, "--yes")).data.pairs).toMatchObject([{ result: "partly" }]);
    mend();
    expect(inOpenEnded()).toEqual(["30", "0"]);
    expect((await undo(runId, "--yes")).data.pairs).toMatchObject([{ result: "undone" }]);
    expect(inOpenEnded()).toEqual(["30", "-30"]);
  });
});

const locked = { success: false, reasons: [{ code: 58730050, message: "lock competition" }] };
