import { describe, expect, it } from "vitest";
import type { CreditMove, PayableInvoice, Payer } from "../../../../functions/app/scan/ports.ts";
import type { CreditMovement } from "../../../../functions/domain/credit/credit-book.ts";
import { zero } from "../../../../functions/domain/money.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import { account, money, policy } from "../../domain/fixtures.ts";
import { scene } from "./scan-scene.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** The scene's clock stands at noon. */
const noon = Date.parse("2026-03-16T12:00:00Z");
const began = noon - 5 * minuteMs;

/** What moved the credit of account A: `+10` or `-10`, of ours or of others, some minutes before the run began. */
const moved = (minutesBefore: number, amount: string, isOurs: boolean, more: Partial<CreditMovement> = {}) => ({
  number: `CBA-${String(9_999_999 - minutesBefore).padStart(8, "0")}`,
  isOurs,
  type: amount.startsWith("-") ? ("Decrease" as const) : ("Increase" as const),
  amount: money(amount.slice(1)),
  createdAt: began - minutesBefore * minuteMs,
  ...more,
});

const open: PayableInvoice = {
  id: "INV",
  balance: money("10"),
  currency: "GBP",
  invoiceDate: "2026-03-10",
  dueDate: "2026-03-10",
  postedOn: "2026-03-10",
  postedAt: began - 6 * dayMs,
  updatedAt: began - 6 * dayMs,
};

const payer = (more: Partial<Payer> = {}): Payer => ({
  ...account({ id: "A" }),
  invoices: [open],
  payments: [],
  ...more,
});

type Told = {
  readonly balance?: string;
  readonly movements: readonly CreditMovement[];
  readonly moves?: readonly CreditMove[];
  readonly payer?: Payer;
  readonly rules?: Partial<Policy>;
  readonly run?: object;
  readonly paidSince?: readonly string[];
  readonly isOpenNow?: boolean;
};

/** The accounts that the scan after a payment run names for credit that lay idle. */
const namedFor = async ({ balance = "10", movements, moves = [], rules = {}, run = {}, ...told }: Told) => {
  const { run: scan, telemetry } = scene(
    { credit: balance === "0" ? [] : ["A"], open: told.isOpenNow === false ? [] : ["A"] },
    {
      policy: policy(rules),
      lastScanAt: noon - 15 * minuteMs,
      watch: {
        runs: async () => [{ status: "Processing", number: "PR-1", beganAt: began, ...run }],
        creditMovesSince: async () => moves,
        async *accountsOfPaidInvoices() {
          yield* told.paidSince ?? [];
        },
        creditBooks: async (ids) =>
          new Map(ids.filter((id) => id === "A").map((id) => [id, { balance: money(balance), movements }])),
        payers: async (ids) => [told.payer ?? payer()].filter(({ id }) => ids.includes(id)),
      },
    },
  );
  await scan("full");
  const lines = telemetry.of("credit idle when a payment run began");
  expect(telemetry.total("NegativeWhenRunBegan")).toBe(lines.length);
  return lines.flatMap((line) => ("accountIds" in line ? line.accountIds : []));
};

const forDays = moved(3 * 24 * 60, "+10", true);

describe("an account whose credit lay idle when a payment run began is named", () => {
  it.each<[string, Told]>([
    [
      "where its credit came in the five minutes in which nothing is applied any more",
      { movements: [moved(3, "+10", true)] },
    ],
    ["where its credit had been there for days", { movements: [forDays] }],
    [
      "where somebody else, such as the next run, spent it after the run had ended",
      {
        balance: "0",
        movements: [moved(60, "+10", true), moved(-4, "-10", false)],
        moves: [{ accountId: "A", at: began + 4 * minuteMs, change: money("-10"), isOurs: false }],
        run: { status: "Completed", endedAt: began + 3 * minuteMs },
      },
    ],
    [
      "where we applied it after the run",
      {
        balance: "0",
        movements: [forDays, moved(-2, "-10", true)],
        moves: [{ accountId: "A", at: began + 2 * minuteMs, change: money("-10"), isOurs: true }],
      },
    ],
    [
      "where the run has charged it by now, so that nothing is open any more",
      {
        movements: [forDays],
        isOpenNow: false,
        paidSince: ["B", "A"],
        payer: payer({ invoices: [{ ...open, balance: zero, updatedAt: began + minuteMs }] }),
      },
    ],
    [
      "beside standing credit, for the part that is ours",
      { balance: "15", movements: [moved(9_000, "+5", false), forDays], rules: { standingCredit: "leave" } },
    ],
    [
      "where a payment from before is under way, and the run has made another",
      { movements: [forDays], payer: payer({ payments: [{ madeAt: began - dayMs }, { madeAt: began }] }) },
    ],
    [
      "where a payment was over before the run began",
      { movements: [forDays], payer: payer({ payments: [{ madeAt: began - dayMs, endedAt: began - minuteMs }] }) },
    ],
  ])("%s", async (_name, told) => {
    expect(await namedFor(told)).toEqual(["A"]);
  });

  it.each<[string, Told]>([
    ["was applied in time", { balance: "0", movements: [forDays, moved(1, "-10", true)] }],
    ["was applied by the run itself", { balance: "0", movements: [forDays, moved(-1, "-10", false)] }],
    ["came after the run began, as an overpayment", { movements: [moved(-1, "+10", false)] }],
    ["is for payment runs or people to apply", { movements: [forDays], rules: { application: "transfer-only" } }],
    ["is standing credit, which is left", { movements: [moved(3, "+10", false)], rules: { standingCredit: "leave" } }],
    [
      "was given back by a person who canceled an application of ours",
      { movements: [forDays, moved(60, "-10", true, { canceledAt: began - 30 * minuteMs, sourceId: "INV" })] },
    ],
    [
      "lies beside an invoice of which a person said no",
      {
        movements: [forDays, moved(60, "-1", true, { canceledAt: began - 30 * minuteMs, sourceId: "INV" })],
        balance: "10",
      },
    ],
    ["is of an account that policy denies", { movements: [forDays], rules: { accountsDenied: ["A"] } }],
    ["is of an account that opted out", { movements: [forDays], payer: payer({ optedOut: true }) }],
    ["lies beside history", { movements: [forDays], rules: { postedSince: "2026-03-11" } }],
    [
      "lies beside what is due after the run's target date",
      { movements: [forDays], run: { targetDate: "2026-03-09" } },
    ],
    ["lies in another batch", { movements: [forDays], payer: payer({ batch: "Batch2" }), run: { batch: "Batch1" } }],
    [
      "lay beside an invoice that was paid before the run began",
      { movements: [forDays], payer: payer({ invoices: [{ ...open, balance: zero, updatedAt: began - minuteMs }] }) },
    ],
    [
      "lies beside an invoice that was posted after the run began",
      { movements: [forDays], payer: payer({ invoices: [{ ...open, postedAt: began + minuteMs }] }) },
    ],
    [
      "waits for a payment that was under way before",
      { movements: [forDays], payer: payer({ payments: [{ madeAt: began - dayMs }] }) },
    ],
    [
      "waited for a payment that has ended since",
      { movements: [forDays], payer: payer({ payments: [{ madeAt: began - dayMs, endedAt: began + minuteMs }] }) },
    ],
  ])("but not one whose credit %s", async (_name, told) => {
    expect(await namedFor(told)).toEqual([]);
  });

  it("and nothing is asked of accounts without credit beside an invoice", async () => {
    const asked: string[] = [];
    const { run: scan } = scene(
      { open: ["A"] },
      {
        watch: {
          runs: async () => [{ status: "Processing", beganAt: began }],
          async *accountsOfPaidInvoices() {
            asked.push("paid invoices");
            yield "A";
          },
          creditBooks: async () => {
            asked.push("books");
            return new Map();
          },
          payers: async () => {
            asked.push("payers");
            return [];
          },
        },
      },
    );
    await scan("full");
    expect(asked).toEqual([]);
  });
});
