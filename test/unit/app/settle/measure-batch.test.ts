import { describe, expect, it } from "vitest";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { account, invoice, policy } from "../../domain/fixtures.ts";
import { closedPeriod, FakeLedger } from "../../fakes/fake-ledger.ts";
import { delivery } from "../../fakes/fake-queue.ts";
import { owing } from "./fixtures.ts";
import { processor } from "./processor.ts";

/** The processor's clock stands at noon. */
const noon = Date.parse("2026-03-16T12:00:00Z");
const hourAgo = noon - 3_600_000;

const late = (id: string) =>
  account({
    id,
    invoices: [
      invoice(`${id}-NEG`, { amount: "-10", postedAt: hourAgo }),
      invoice(`${id}-OPEN`, { amount: "30", postedAt: noon - 7_200_000 }),
    ],
  });

describe("a batch that was settled", () => {
  it("tells how many accounts, the money by currency, and how long after posting", async () => {
    const { process, telemetry } = processor(new FakeLedger(late("A"), late("B")));
    await process(delivery("A"), delivery("B"));
    const told = ["BatchSize", "Handled", "Settled", "Transferred", "Applied", "SettledAfterSeconds"];
    expect(told.map((metric) => telemetry.total(metric))).toEqual([2, 2, 2, 20, 20, 3_600]);
    expect(telemetry.counts.filter(({ metric }) => metric === "Transferred")).toMatchObject([
      { dimensions: { currency: "GBP" } },
    ]);
  });

  it("tells no age of anything that is left", async () => {
    const { process, telemetry } = processor(new FakeLedger(late("A")));
    await process(delivery("A", { firstQueuedAt: new Date(hourAgo).toISOString() }));
    expect(["OldestUnsettledSeconds", "OldestWaitingSeconds"].map((metric) => telemetry.total(metric))).toEqual([0, 0]);
  });
});

describe("an account that is not settled", () => {
  it("tells how old its negative invoice is where Zuora refuses it, and is not handled", async () => {
    const ledger = new FakeLedger(late("A"));
    ledger.onRowOf("A-NEG", closedPeriod());
    const { process, telemetry } = processor(ledger);
    await process(delivery("A"));
    expect(["OldestUnsettledSeconds", "Handled"].map((metric) => telemetry.total(metric))).toEqual([3_600, 0]);
  });

  it("tells since when it has been queued where it could not even be read", async () => {
    const ledger = new FakeLedger(late("A"));
    ledger.failsToRead(new ZuoraBusyError("down"));
    const { process, telemetry } = processor(ledger);
    await process(delivery("A", { firstQueuedAt: new Date(hourAgo).toISOString() }));
    expect(telemetry.total("OldestWaitingSeconds")).toBe(3_600);
    expect(telemetry.counts.filter(({ metric }) => metric === "Waiting")).toMatchObject([
      { value: 1, dimensions: { code: "ZUORA_BUSY" } },
    ]);
  });

  it("is no news where a sender wrote nonsense for the time of queueing", async () => {
    const ledger = new FakeLedger(late("A"));
    ledger.failsToRead(new ZuoraBusyError("down"));
    const { process, telemetry } = processor(ledger);
    await process(delivery("A", { firstQueuedAt: "yesterday" }));
    expect(telemetry.total("OldestWaitingSeconds")).toBe(0);
  });

  it("counts as handled, and as nothing that is late, where a person decided that it is held", async () => {
    const { process, telemetry } = processor(new FakeLedger(late("A")), { policy: policy({ accountsDenied: ["A"] }) });
    await process(delivery("A"));
    expect(["Handled", "OldestUnsettledSeconds"].map((metric) => telemetry.total(metric))).toEqual([1, 0]);
    expect(telemetry.counts.filter(({ metric }) => metric === "Held")).toHaveLength(1);
  });
});

it("waits for a payment run without being late itself, and its negative invoice is transferred", async () => {
  const collected = invoice("OPEN", { amount: "30", beingCollected: true });
  const state = account({ id: "A", invoices: [invoice("NEG", { amount: "-10", postedAt: hourAgo }), collected] });
  const { process, telemetry } = processor(new FakeLedger(state));
  await process(delivery("A"));
  expect(["Handled", "OldestUnsettledSeconds"].map((metric) => telemetry.total(metric))).toEqual([1, 0]);
});

it("a switch at off is nobody's delay, and a dry run moves nothing", async () => {
  const off = processor(new FakeLedger(owing("A")), { switchReader: { read: async () => "off" } });
  await off.process(delivery("A", { firstQueuedAt: new Date(hourAgo).toISOString() }));
  expect(["Handled", "OldestWaitingSeconds"].map((metric) => off.telemetry.total(metric))).toEqual([1, 0]);

  const dry = processor(new FakeLedger(late("A")), { switchReader: { read: async () => "dry-run" } });
  await dry.process(delivery("A"));
  expect(["Handled", "Transferred", "SettledAfterSeconds"].map((metric) => dry.telemetry.total(metric))).toEqual([
    1, 0, 0,
  ]);
});
