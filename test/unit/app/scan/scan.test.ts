import { describe, expect, it } from "vitest";
import type { Switch } from "../../../../functions/app/ports.ts";
import type { Candidates } from "../../../../functions/app/scan/ports.ts";
import { GuardTrippedError } from "../../../../functions/app/scan/run-guard.ts";
import { scanOverlapMs } from "../../../../functions/app/scan/runs-in-window.ts";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { money, policy } from "../../domain/fixtures.ts";
import { type Found, negative, scene } from "./scan-scene.ts";

describe("a scan finds", () => {
  it("every account with a negative invoice, once", async () => {
    const twoOfA = [negative("A"), negative("A", "-5", "GBP", "NEG-2-of-A"), negative("B")];
    const { run, queued } = scene({ negative: twoOfA });
    expect(await run()).toMatchObject({ negativeInvoices: 3, accounts: 2, enqueued: 2 });
    expect(queued).toEqual(["A", "B"]);
  });

  it("every account with credit and an open invoice, and no account with only one of the two", async () => {
    const { run, queued } = scene({ credit: ["A", "B"], open: ["B", "C", "B"] });
    await run();
    expect(queued).toEqual(["B"]);
  });

  it("counts a row that comes twice, since paging is live, once", async () => {
    const { run, telemetry } = scene({ negative: [negative("A"), negative("A")] });
    expect(await run()).toMatchObject({ negativeInvoices: 1, accounts: 1 });
    expect(telemetry.of("scan completed")).toMatchObject([{ amounts: { GBP: "10" } }]);
  });

  it("does not ask for open invoices where nobody has credit", async () => {
    const { run, happened } = scene({ negative: [negative("A")] });
    await run();
    expect(happened).not.toContain("open invoices");
  });

  it("an account whose amount could not be read: the processor will look at it", async () => {
    const { run, queued } = scene({ negative: [{ id: "NEG", accountId: "A" }] });
    await run();
    expect(queued).toEqual(["A"]);
  });

  it("nothing, and completes all the same", async () => {
    const { run, happened, telemetry } = scene({});
    expect(await run()).toMatchObject({ accounts: 0, enqueued: 0 });
    expect([happened.at(-1), telemetry.total("ScanCompleted")]).toEqual(["remembered", 1]);
  });
});

it("queues only after everything was read, and remembers itself only after everything was queued", async () => {
  const { run, happened, clock, lastScan } = scene({ negative: [negative("A")], credit: ["A"] });
  const startedAt = clock.now();
  await run();
  expect(happened).toEqual(["negative invoices", "accounts with credit", "open invoices", "queued", "remembered"]);
  expect(lastScan()).toBe(startedAt);
});

describe("an incremental scan", () => {
  it("reaches back to where the last completed one began, less the overlap, for invoices of both kinds", async () => {
    const lastScanAt = Date.parse("2026-03-16T11:00:00Z");
    const { run, since } = scene({ credit: ["A"] }, { lastScanAt });
    await run("incremental");
    expect(since).toEqual([lastScanAt - scanOverlapMs, lastScanAt - scanOverlapMs]);
  });

  it("looks at everything where no scan ever completed", async () => {
    const { run, since } = scene({});
    await run("incremental");
    expect(since).toEqual([undefined]);
  });

  it("leaves the next one as far to reach back where it fails, so an outage of any length is caught up", async () => {
    const lastScanAt = Date.parse("2026-03-16T11:00:00Z");
    const send = async () => Promise.reject(new Error("SQS refused 3 messages"));
    const { run, lastScan } = scene(
      { negative: [negative("A")] },
      { lastScanAt, workQueue: { depth: async () => 0, send } },
    );
    await expect(run("incremental")).rejects.toThrow("SQS refused");
    expect(lastScan()).toBe(lastScanAt);
  });
});

describe("the age of the oldest negative invoice", () => {
  const age = async (...postedAt: readonly (string | undefined)[]) => {
    const rows = postedAt.map((at, index) => ({
      ...negative(`A${index}`),
      ...(at === undefined ? {} : { postedAt: Date.parse(at) }),
    }));
    const { run, telemetry } = scene({ negative: rows }, { policy: policy({ postedSince: "2026-01-01" }) });
    await run("full");
    return telemetry.counts.filter(({ metric }) => metric === "OldestNegativeSeconds").map(({ value }) => value);
  };

  it("is told in seconds by a scan of everything", async () => {
    expect(await age("2026-03-16T11:59:00Z", "2026-03-16T11:00:00Z", undefined)).toEqual([3600]);
  });

  it("is nought where there is none, or only what the policy promises nothing about", async () => {
    expect(await age()).toEqual([0]);
    expect(await age("2025-12-31T23:00:00Z")).toEqual([0]);
  });
});

it("a full scan looks at everything, however recent the last one", async () => {
  const { run, since } = scene({}, { lastScanAt: Date.parse("2026-03-16T11:59:00Z") });
  await run("full");
  expect(since.at(-1)).toBeUndefined();
});

describe("the guard queues nothing, remembers nothing and names the figure and the setting where", () => {
  it.each<[string, Found, object, RegExp]>([
    [
      "there are too many accounts",
      { negative: [negative("A"), negative("B")], credit: ["C"], open: ["C"] },
      { accounts: 2, amount: {} },
      /found 3 accounts, more than runLimit\.accounts 2: nothing queued/,
    ],
    [
      "there is too much money in a currency",
      { negative: [negative("A", "-10"), negative("B", "-0.01"), negative("C", "-500", "JPY")] },
      { accounts: 9, amount: { GBP: money("10") } },
      /found 10\.01 GBP, more than runLimit\.amount\.GBP 10: nothing queued/,
    ],
    [
      "money without a currency might be too much of any",
      { negative: [negative("A", "-6"), { id: "NEG", accountId: "B", balance: money("-5") }] },
      { accounts: 9, amount: { GBP: money("10") } },
      /found 11 GBP/,
    ],
  ])("%s", async (_name, found, runLimit, message) => {
    const { run, happened } = scene(found, {
      policy: { ...policy(), runLimit: runLimit as ReturnType<typeof policy>["runLimit"] },
    });
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GuardTrippedError);
    expect((error as Error).message).toMatch(message);
    expect(happened).not.toContain("queued");
    expect(happened).not.toContain("remembered");
  });

  it("more than 50,000 messages wait, before anything is asked of Zuora", async () => {
    const { run, happened } = scene({ negative: [negative("A")] }, { depth: 50_001 });
    await expect(run()).rejects.toThrow(/50001 messages wait .* more than 50000/);
    expect(happened).toEqual([]);
  });
});

it("lets pass exactly what the guard allows", async () => {
  const limit = { accounts: 2, amount: { GBP: money("20") } };
  const { run, queued } = scene(
    { negative: [negative("A"), negative("B")] },
    { depth: 50_000, policy: policy({ runLimit: limit }) },
  );
  await run();
  expect(queued).toEqual(["A", "B"]);
});

describe("the switch", () => {
  const at = (position: Switch) => ({ switchReader: { read: async () => position } });

  it("at off keeps the scan from looking, and the next one reaches back as far", async () => {
    const { run, happened, lastScan } = scene({ negative: [negative("A")] }, { ...at("off"), lastScanAt: 1 });
    expect(await run()).toMatchObject({ skipped: "switched-off", enqueued: 0 });
    expect([happened, lastScan()]).toEqual([[], 1]);
  });

  it("at dry-run queues all the same, for the processor to plan", async () => {
    const { run, queued } = scene({ negative: [negative("A")] }, at("dry-run"));
    expect(await run()).toMatchObject({ dryRun: true, enqueued: 1 });
    expect(queued).toEqual(["A"]);
  });

  it("at dry-run leaves everything to be found again by the first scan that may settle it", async () => {
    const { run, lastScan } = scene({ negative: [negative("A")] }, { ...at("dry-run"), lastScanAt: 1 });
    await run();
    expect(lastScan()).toBe(1);
  });
});

it("fails as Zuora failed, with nothing queued: half a reading is no reading", async () => {
  const broken: Candidates = {
    async *negativeInvoices() {
      yield negative("A");
      throw new ZuoraBusyError("busy");
    },
    accountsWithCredit: async function* () {},
    accountsOfOpenInvoices: async function* () {},
  };
  const { run, happened } = scene({}, { candidates: () => broken });
  await expect(run()).rejects.toMatchObject({ code: "ZUORA_BUSY" });
  expect(happened).toEqual([]);
});

describe("history that the policy never touches", () => {
  const old = (accountId: string) => ({ ...negative(accountId, "-900"), postedAt: Date.parse("2020-05-05T00:00:00Z") });
  const rules = policy({ postedSince: "2026-01-01", runLimit: { accounts: 2, amount: { GBP: money("100") } } });

  it("trips no guard, neither by its accounts nor by its money", async () => {
    const { run, queued } = scene({ negative: [negative("A"), old("B"), old("C"), old("D")] }, { policy: rules });
    expect(await run()).toMatchObject({ negativeInvoices: 4, accounts: 1, enqueued: 1 });
    expect(queued).toEqual(["A"]);
  });

  it("is queued as long as it is little, so that somebody says why it is held", async () => {
    const { run, queued } = scene({ negative: [negative("A"), old("B")] }, { policy: rules });
    await run();
    expect(queued).toEqual(["A", "B"]);
  });

  it.each<[string, Parameters<typeof policy>[0], ReturnType<typeof negative>]>([
    ["another currency", { currencies: ["GBP"] }, negative("B", "-900", "EUR")],
    ["less than the minimum", { minimumAmount: { GBP: money("10") } }, negative("B", "-9.99")],
    ["an account that is denied", { accountsDenied: ["B"] }, negative("B", "-900")],
  ])("is also %s", async (_name, part, row) => {
    const limit = { accounts: 1, amount: { GBP: money("10"), EUR: money("10") } };
    const { run, queued } = scene({ negative: [negative("A"), row] }, { policy: policy({ ...part, runLimit: limit }) });
    await run();
    expect(queued).toEqual(["A"]);
  });
});

describe("a scan of everything that the guard refuses", () => {
  const lastScanAt = Date.parse("2026-03-16T11:45:00Z");
  const late = ["B", "C"].map((id) => ({ ...negative(id), updatedAt: lastScanAt - 2 * scanOverlapMs }));
  const one = { policy: policy({ runLimit: { accounts: 1, amount: {} } }), lastScanAt };

  it("queues all the same what an incremental one would have queued, and says so", async () => {
    const { run, queued, lastScan, refused } = scene({ negative: [negative("A"), ...late] }, one);
    await expect(run("full")).rejects.toThrow(/found 3 accounts.*: only the 1 accounts queued that changed lately/);
    expect(queued).toEqual(["A"]);
    expect(lastScan()).toBe(Date.parse("2026-03-16T12:00:00Z"));
    expect(refused().full?.accounts).toBe(3);
  });

  it("queues nothing where that is beyond the guard as well", async () => {
    const { run, queued, lastScan } = scene({ negative: [negative("A"), negative("D"), ...late] }, one);
    await expect(run("full")).rejects.toThrow(/found 4 accounts.*: nothing queued/);
    expect([queued, lastScan()]).toEqual([[], lastScanAt]);
  });
});

describe("a record that names no account", () => {
  it.each([
    ["nothing", ""],
    ["a name with a blank", "no id"],
    ["65 characters", "x".repeat(65)],
  ])("but %s is one record's fault: the others are queued, and it is said", async (_name, accountId) => {
    const { run, queued, telemetry } = scene({ negative: [negative(accountId), negative("A")] });
    await run();
    expect(queued).toEqual(["A"]);
    expect(telemetry.of("record names no account")).toMatchObject([{ records: 1 }]);
  });

  it("is no record of ours where all are like it: the scan fails loudly", async () => {
    const { run } = scene({ negative: [negative("")] });
    await expect(run()).rejects.toMatchObject({ code: "ZUORA_CONTRACT" });
  });
});

const noon = Date.parse("2026-03-16T12:00:00Z");

describe("the mark of the last scan", () => {
  const minuteMs = 60_000;

  it("is set on Zuora's clock: an invoice that Zuora stamps ten minutes back is in the next scan's window", async () => {
    const { run, lastScan, since, clock } = scene(
      {},
      { lastScanAt: noon - 25 * minuteMs, zuoraTime: (ours) => ours - 10 * minuteMs },
    );
    await run("incremental");
    expect(lastScan()).toBe(noon - 10 * minuteMs);
    const stampedAt = clock.now() + minuteMs - 10 * minuteMs;
    clock.pass(15 * minuteMs);
    await run("incremental");
    expect(since.at(-1)).toBeLessThan(stampedAt);
  });

  it("leaves room for a posting that becomes visible half an hour after its stamp, and no more", async () => {
    const { run, since } = scene({}, { lastScanAt: noon - 15 * minuteMs });
    await run("incremental");
    expect(since[0]).toBe(noon - 45 * minuteMs);
  });

  it("in the future is not believed: everything is looked at, it is said, and the mark is made anew", async () => {
    const { run, since, telemetry, lastScan } = scene({}, { lastScanAt: noon + 2 * minuteMs });
    await run("incremental");
    expect([since, lastScan()]).toEqual([[undefined], noon]);
    expect(telemetry.of("last scan in the future")).toHaveLength(1);
  });

  it("a little ahead is the clock's own unsteadiness", async () => {
    const { run, since } = scene({}, { lastScanAt: noon + minuteMs });
    await run("incremental");
    expect(since).toEqual([noon - scanOverlapMs]);
  });
});

describe("a scan of everything that cannot finish", () => {
  const lastScanAt = Date.parse("2026-03-16T11:45:00Z");
  const tooLittleTime = new ZuoraBusyError("too little time is left for a call to Zuora");
  const broken: Candidates = {
    async *negativeInvoices(since) {
      yield negative("A");
      if (since === undefined) throw tooLittleTime;
    },
    accountsWithCredit: async function* () {},
    accountsOfOpenInvoices: async function* () {},
  };

  it("fails, says so, has queued what changed, and leaves the mark where it was", async () => {
    const { run, queued, telemetry, lastScan } = scene({}, { candidates: () => broken, lastScanAt });
    await expect(run("full")).rejects.toThrow(tooLittleTime);
    expect(queued).toEqual(["A"]);
    expect(telemetry.of("scan not finished")).toMatchObject([{ kind: "full", code: "ZUORA_BUSY", queued: 1 }]);
    expect(lastScan()).toBe(lastScanAt);
  });
});

it("queues an account once, be it changed lately or not", async () => {
  const { run, queued } = scene(
    { negative: [negative("A"), { ...negative("B"), updatedAt: 0 }] },
    { lastScanAt: noon },
  );
  expect(await run("full")).toMatchObject({ accounts: 2, enqueued: 2 });
  expect(queued).toEqual(["A", "B"]);
});

it("looks at an invoice in three scans of a quarter of an hour: live paging may skip it in one of them", async () => {
  const minuteMs = 60_000;
  const { run, since, clock } = scene({}, { lastScanAt: noon - 15 * minuteMs });
  const stampedAt = noon - minuteMs;
  for (const _ of [1, 2, 3, 4]) {
    await run("incremental");
    clock.pass(15 * minuteMs);
  }
  const scans = since.filter((_, index) => index % 2 === 0 || since.length === 4);
  expect(scans.filter((from = 0) => from <= stampedAt).length).toBeGreaterThanOrEqual(3);
});
