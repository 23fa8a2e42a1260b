import { describe, expect, it } from "vitest";
import type { Switch } from "../../../../functions/app/ports.ts";
import type { Candidates } from "../../../../functions/app/scan/ports.ts";
import { GuardTrippedError } from "../../../../functions/app/scan/run-guard.ts";
import { scanOverlapMs } from "../../../../functions/app/scan/scan.ts";
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
  expect(since).toEqual([undefined]);
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
