import { describe, expect, it } from "vitest";
import type { AppliedMemo, CreditMove, PaymentRunWatch } from "../../../../functions/app/scan/ports.ts";
import { ZuoraContractError } from "../../../../functions/domain/errors.ts";
import type { ChargedAccount, PaymentRun } from "../../../../functions/domain/payment-run.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import { money, policy } from "../../domain/fixtures.ts";
import { negative, scene } from "./scan-scene.ts";

const minuteMs = 60_000;
/** The scene's clock stands at noon. */
const noon = Date.parse("2026-03-16T12:00:00Z");
const lastScanAt = noon - 15 * minuteMs;

type Watched = {
  readonly runs?: readonly PaymentRun[];
  readonly moves?: readonly CreditMove[];
  readonly applied?: readonly AppliedMemo[];
  readonly charged?: readonly ChargedAccount[];
};

const around = (
  found: Parameters<typeof scene>[0],
  { runs = [], moves = [], applied = [], charged = [] }: Watched,
  rules: Partial<Policy> = {},
) =>
  scene(found, {
    policy: policy(rules),
    lastScanAt,
    watch: {
      runs: async () => runs,
      creditMovesSince: async () => moves,
      memosAppliedSince: async () => applied,
      withSomethingToCharge: async (ids) => charged.filter(({ id }) => ids.includes(id)),
    },
  });

const run = (facts: Partial<PaymentRun>): PaymentRun => ({ status: "Processing", number: "PR-1", ...facts });

describe("an incremental scan looks at everything", () => {
  it.each<[string, PaymentRun]>([
    [
      "where a payment run has ended since the last one",
      run({ beganAt: noon - 60 * minuteMs, endedAt: noon - minuteMs }),
    ],
    ["where one began, since whoever is negative must be named", run({ beganAt: noon - minuteMs })],
    ["half an hour before a payment run", run({ startsAt: noon + 30 * minuteMs })],
    ["where half an hour before a payment run fell between two scans", run({ startsAt: noon + 16 * minuteMs })],
    [
      "before a payment run that was planned less than half an hour ahead",
      run({ startsAt: noon + 10 * minuteMs, changedAt: noon - minuteMs }),
    ],
  ])("%s", async (_name, watched) => {
    const { run: scan, since } = around({}, { runs: [watched] });
    await scan("incremental");
    expect(since.at(-1)).toBeUndefined();
  });

  it.each<[string, PaymentRun]>([
    ["a payment run that ended before the last scan", run({ beganAt: noon - 60 * minuteMs, endedAt: lastScanAt })],
    ["a payment run that is still far", run({ startsAt: noon + 31 * minuteMs })],
    ["a payment run for which one has been made", run({ startsAt: noon + 15 * minuteMs })],
    [
      "one that was planned late, and for which one has been made",
      run({ startsAt: noon + 10 * minuteMs, changedAt: lastScanAt }),
    ],
    ["one that was changed and is still far", run({ startsAt: noon + 31 * minuteMs, changedAt: noon - minuteMs })],
  ])("but not for %s", async (_name, watched) => {
    const { run: scan, since } = around({}, { runs: [watched] });
    await scan("incremental");
    expect(since).not.toContain(undefined);
  });
});

/** A negative invoice of 10 that we transferred. */
const transfer = (at: number, postedAt: number): CreditMove => ({
  accountId: "A",
  at,
  change: money("10"),
  isOurs: true,
  transferred: { postedAt },
});

describe("an account that was still negative when a payment run began is named", () => {
  const began = noon - 5 * minuteMs;
  const charged = [{ id: "A", currency: "GBP", batch: "Batch1" }];
  const named = async (found: Parameters<typeof scene>[0], watched: Watched) => {
    const { run: scan, telemetry } = around(found, watched);
    await scan("full");
    return {
      lines: telemetry.of("negative when a payment run began"),
      metric: telemetry.total("NegativeWhenRunBegan"),
    };
  };
  const posted = (minutesBefore: number) => ({ ...negative("A"), postedAt: began - minutesBefore * minuteMs });

  it("where it is negative still", async () => {
    const { lines, metric } = await named({ negative: [posted(1)] }, { runs: [run({ beganAt: began })], charged });
    expect(lines).toMatchObject([{ paymentRun: "PR-1", accounts: 1, accountIds: ["A"] }]);
    expect(metric).toBe(1);
  });

  it("by an incremental scan too, which then looks at everything", async () => {
    const found = { negative: [posted(1)] };
    const { run: scan, telemetry } = around(found, { runs: [run({ beganAt: began })], charged });
    await scan("incremental");
    expect(telemetry.of("negative when a payment run began")).toMatchObject([{ accountIds: ["A"] }]);
  });

  it("where it was transferred only after the run had begun", async () => {
    const moves = [transfer(began + minuteMs, began - minuteMs)];
    const { lines } = await named({}, { runs: [run({ beganAt: began })], charged, moves });
    expect(lines).toMatchObject([{ accountIds: ["A"] }]);
  });

  it("where its credit memo was applied only after the run had begun", async () => {
    const applied = [{ accountId: "A", at: began + minuteMs, postedAt: began - minuteMs }];
    const { lines } = await named({}, { runs: [run({ beganAt: began })], charged, applied });
    expect(lines).toMatchObject([{ accountIds: ["A"] }]);
  });

  it.each<[string, Parameters<typeof scene>[0], Watched]>([
    [
      "had its credit memo applied in time",
      {},
      { charged, applied: [{ accountId: "A", at: began - minuteMs, postedAt: began - 9 * minuteMs }] },
    ],
    [
      "was given a credit memo after the run began",
      {},
      { charged, applied: [{ accountId: "A", at: began + 2 * minuteMs, postedAt: began + minuteMs }] },
    ],
    ["was posted after the run began", { negative: [posted(-1)] }, { charged }],
    ["was transferred in time", {}, { charged, moves: [transfer(began - minuteMs, began - 9 * minuteMs)] }],
    [
      "was given an overpayment as credit after the run began",
      {},
      { charged, moves: [{ accountId: "A", at: began + minuteMs, change: money("10"), isOurs: false }] },
    ],
    ["has nothing that could be charged", { negative: [posted(1)] }, { charged: [] }],
    ["is in another batch", { negative: [posted(1)] }, { charged, runs: [run({ beganAt: began, batch: "Batch2" })] }],
    [
      "is in another currency",
      { negative: [posted(1)] },
      { charged, runs: [run({ beganAt: began, currency: "EUR" })] },
    ],
    [
      "is not the run's one account",
      { negative: [posted(1)] },
      { charged, runs: [run({ beganAt: began, accountId: "B" })] },
    ],
    ["was told of by an earlier scan", { negative: [posted(1)] }, { charged, runs: [run({ beganAt: lastScanAt })] }],
  ])("but not one that %s", async (_name, found, watched) => {
    const { lines } = await named(found, { runs: [run({ beganAt: began })], ...watched });
    expect(lines).toEqual([]);
  });

  it("in lines that a log can hold", async () => {
    const ids = Array.from({ length: 501 }, (_, index) => `A${index}`);
    const { lines, metric } = await named(
      { negative: ids.map((id) => ({ ...negative(id), postedAt: began - 1 })) },
      { runs: [run({ beganAt: began })], charged: ids.map((id) => ({ id, currency: "GBP" })) },
    );
    expect([lines.length, metric]).toEqual([2, 501]);
  });
});

describe("a tenant whose payment runs nobody understands", () => {
  const refuse = () => Promise.reject(new ZuoraContractError("payment runs: expected an array", { scope: "envelope" }));

  it("is scanned all the same, and says so", async () => {
    const { run: scan, telemetry, queued } = scene({ negative: [negative("A")] }, { watch: { runs: refuse } });
    await scan("full");
    expect(queued).toEqual(["A"]);
    expect(telemetry.of("payment runs not watched")).toMatchObject([{ code: "ZUORA_CONTRACT" }]);
  });

  it.each<[string, Partial<PaymentRunWatch>]>([
    ["runs", { runs: refuse }],
    ["transfers", { creditMovesSince: refuse }],
    ["applications of memos", { memosAppliedSince: refuse }],
  ])("leaves the next scan to look once more at what began meanwhile: %s", async (_name, spoilt) => {
    const began = noon - minuteMs;
    const watch = { runs: async () => [run({ beganAt: began })], creditMovesSince: async () => [], ...spoilt };
    const { run: scan, lastScan } = scene({}, { lastScanAt, watch });
    await scan("incremental");
    expect(lastScan()).toBe(lastScanAt);
  });
});
