import { describe, expect, it } from "vitest";
import { ZuoraContractError } from "../../../../functions/domain/errors.ts";
import { money, policy } from "../../domain/fixtures.ts";
import { negative, scene } from "./scan-scene.ts";

const atMostOne = policy({ runLimit: { accounts: 1, amount: {} } });

const noon = Date.parse("2026-03-16T12:00:00Z");
const nonsense = () => Promise.reject(new ZuoraContractError("payment runs: expected an array", { scope: "envelope" }));

/** A tenant with more than one run may move, scanned once. */
const refusedScene = async (overrides: Parameters<typeof scene>[1] = {}) => {
  const rows: ReturnType<typeof negative>[] = [negative("A", "-10"), negative("B", "-5", "EUR")];
  const tenant = scene(
    { negative: rows },
    { policy: atMostOne, lastScanAt: Date.parse("2026-03-16T11:00:00Z"), ...overrides },
  );
  const startedAt = tenant.clock.now();
  const refusal = await tenant.run("incremental").catch((error: unknown) => error as Error);
  const runId = tenant.refused().incremental?.runId ?? "none";
  return { ...tenant, rows, startedAt, refusal: refusal as Error, runId };
};

describe("a scan beyond the run limit", () => {
  it("says which run to approve, with its accounts and its money", async () => {
    const { refusal, runId, telemetry } = await refusedScene();
    expect(refusal.message).toContain(`To release exactly 2 accounts, 10 GBP, 5 EUR: scan --approve ${runId}`);
    expect(telemetry.of("scan refused")).toMatchObject([
      { accounts: 2, amounts: { GBP: "10", EUR: "5" }, approve: runId },
    ]);
    expect(telemetry.total("GuardTripped")).toBe(1);
  });

  it("stays the one to approve however often the schedule repeats it, so that nobody chases a moving name", async () => {
    const { run, clock, refused, runId } = await refusedScene();
    clock.pass(15 * 60_000);
    await expect(run("incremental")).rejects.toThrow(`scan --approve ${runId}`);
    expect(refused().incremental?.runId).toBe(runId);
  });

  it("is forgotten once a scan of its kind completes", async () => {
    const { run, rows, refused } = await refusedScene();
    rows.pop();
    await run("incremental");
    expect(refused().incremental).toBeUndefined();
  });
});

describe("an approval", () => {
  it("releases what was shown: invoices not changed since, looked for as far back as they were", async () => {
    const { approve, runId, queued, since, before, startedAt } = await refusedScene();
    expect(await approve(runId)).toMatchObject({ accounts: 2, enqueued: 2 });
    expect(queued).toEqual(["A", "B"]);
    expect([since.at(-2), before.at(-2)]).toEqual([since[0], startedAt]);
  });

  it("is used up: the same again is refused, naming nothing to approve", async () => {
    const { approve, runId, queued } = await refusedScene();
    await approve(runId);
    await expect(approve(runId)).rejects.toThrow(/no refused scan .* waits for approval; none does/);
    expect(queued).toEqual(["A", "B"]);
  });

  it("lets the next scan begin where the refused one did, since all before it is queued", async () => {
    const { approve, runId, lastScan, startedAt } = await refusedScene();
    await approve(runId);
    expect(lastScan()).toBe(startedAt);
  });

  it.each<[string, Parameters<typeof scene>[1]]>([
    [
      "a payment run began",
      { watch: { runs: async () => [{ status: "Processing", number: "PR-1", beganAt: noon - 60_000 }] } },
    ],
    ["nobody understood what Zuora said of its payment runs", { watch: { runs: nonsense } }],
  ])(
    "lets it begin where the one before did where %s meanwhile: whom that must name was not named",
    async (_, watched) => {
      const { approve, runId, lastScan, queued } = await refusedScene(watched);
      await approve(runId);
      expect(queued).toEqual(["A", "B"]);
      expect(lastScan()).toBe(Date.parse("2026-03-16T11:00:00Z"));
    },
  );

  it.each([
    ["more accounts", negative("C", "-0.01"), /found 3 accounts, more than the 2 shown: nothing queued/],
    ["more money of a currency", negative("A", "-1", "GBP", "NEG-2-of-A"), /found 11 GBP, more than the 10 shown/],
    [
      "money of a currency that was not shown",
      negative("A", "-1", "USD", "NEG-2-of-A"),
      /found 1 USD, more than the 0 shown/,
    ],
  ])("releases no more than was shown: not where there is %s", async (_name, late, message) => {
    const { approve, runId, rows, queued, refused } = await refusedScene();
    rows.push(late);
    await expect(approve(runId)).rejects.toThrow(message);
    expect(queued).toEqual([]);
    expect(refused().incremental?.runId).toBe(runId);
  });

  it("moves what was shown of each account: one that a bill run has added to since goes back to the guard", async () => {
    const { approve, runId, rows, queued, clock, run, telemetry } = await refusedScene();
    clock.pass(60_000);
    rows.push({ ...negative("A", "-900", "GBP", "NEG-2-of-A"), updatedAt: clock.now() });
    expect(await approve(runId)).toMatchObject({ accounts: 1, enqueued: 1 });
    expect(queued).toEqual(["B"]);
    expect(telemetry.of("scan completed")).toMatchObject([{ backToTheGuard: 1 }]);
    clock.pass(60_000);
    await expect(run("incremental")).rejects.toThrow(/found 2 accounts/);
    expect(queued).toEqual(["B"]);
  });

  it("moves nothing where everything that was shown has changed since", async () => {
    const { approve, runId, rows, queued, clock } = await refusedScene();
    clock.pass(60_000);
    rows.splice(0, 2, ...rows.map((row) => ({ ...row, balance: money("-910"), updatedAt: clock.now() })));
    expect(await approve(runId)).toMatchObject({ accounts: 0, enqueued: 0 });
    expect(queued).toEqual([]);
  });

  it("of another run releases nothing and says which ones wait", async () => {
    const { approve, runId, queued } = await refusedScene();
    await expect(approve("zcs-000000000000")).rejects.toThrow(`these do: ${runId}`);
    expect(queued).toEqual([]);
  });

  it("moves nothing while the switch is off, and is not used up by it", async () => {
    let position: "on" | "off" = "on";
    const { approve, runId, queued, refused } = await refusedScene({ switchReader: { read: async () => position } });
    position = "off";
    expect(await approve(runId)).toMatchObject({ skipped: "switched-off" });
    expect([queued, refused().incremental?.runId]).toEqual([[], runId]);
  });
});

it("a limit in money is lifted like one in accounts", async () => {
  const rules = policy({ runLimit: { accounts: 9, amount: { GBP: money("9.99") } } });
  const { approve, runId, queued } = await refusedScene({ policy: rules });
  await approve(runId);
  expect(queued).toEqual(["A", "B"]);
});
