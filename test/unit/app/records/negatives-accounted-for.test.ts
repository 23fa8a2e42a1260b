import { describe, expect, it } from "vitest";
import {
  accountForNegatives,
  partsOf,
  type Surroundings,
} from "../../../../functions/app/records/negatives-accounted-for.ts";
import type { NegativeInvoice } from "../../../../functions/app/scan/ports.ts";
import type { Planned } from "../../../../functions/app/settle/read-and-plan.ts";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { plan } from "../../../../functions/domain/plan.ts";
import { account, invoice, memo, money, policy } from "../../domain/fixtures.ts";

const now = Date.parse("2026-03-16T12:00:00Z");
const minutes = 60_000;

const around = (facts: Partial<Surroundings> = {}): Surroundings => ({
  setAside: new Set(),
  messages: 0,
  position: "on",
  lastScanAt: now - 10 * minutes,
  now,
  ...facts,
});

const owing = (id: string, facts: Parameters<typeof account>[0] = {}): AccountState =>
  account({ id, number: `number-of-${id}`, invoices: [invoice(`${id}-NEG`, { amount: "-10" })], ...facts });

const rowsOf = (states: readonly AccountState[], postedAt: number): readonly NegativeInvoice[] =>
  states.flatMap(({ id: accountId, invoices }) =>
    invoices.map(({ id, balance, currency }) => ({ id, accountId, balance, currency, postedAt })),
  );

const plannedOf = (...states: readonly AccountState[]): ReadonlyMap<string, Planned> =>
  new Map(states.map((state) => [state.id, { state, plan: plan(state, policy()) }]));

const told = (invoices: readonly NegativeInvoice[], planned: ReadonlyMap<string, Planned>, facts: Surroundings) =>
  accountForNegatives(invoices, planned, facts).map(
    ({ accountId, explanation, because }) =>
      `${accountId}: ${explanation}${because === undefined ? "" : ` ${because}`}`,
  );

describe("a negative invoice", () => {
  it("is held where its plan holds it or its account, also where the account is among the dead letters", () => {
    const future = owing("future", { invoices: [invoice("F", { amount: "-5", invoiceDate: "2026-04-01" })] });
    const gone = owing("gone", { status: "Canceled" });
    const states = [future, gone];
    expect(told(rowsOf(states, 0), plannedOf(...states), around({ setAside: new Set(["gone"]) }))).toEqual([
      "future: held future-dated",
      "gone: held account-not-active",
    ]);
  });

  it("is dead-lettered where its account has dead letters, whether or not it can be read", () => {
    const states = [owing("refused"), owing("unreadable")];
    const setAside = new Set(["refused", "unreadable"]);
    expect(told(rowsOf(states, 0), plannedOf(owing("refused")), around({ setAside }))).toEqual([
      "refused: dead-lettered",
      "unreadable: dead-lettered",
    ]);
  });

  it("waits for the next scan where it was posted after the last, while scans come", () => {
    const rows = rowsOf([owing("new")], now - 5 * minutes);
    expect(told(rows, plannedOf(owing("new")), around())).toEqual(["new: waiting next-scan"]);
    const noScans = around({ lastScanAt: now - 50 * minutes });
    expect(told(rows, plannedOf(owing("new")), noScans)).toEqual(["new: unexplained"]);
  });

  it("of a credit memo, however old, waits no longer than an invoice that it could pay is there", () => {
    const meets = (invoicePostedAt: number) =>
      account({
        id: "memo",
        mode: "credit-memos",
        creditMemos: [memo("CM", { amount: "10", postedAt: now - 300 * 24 * 60 * minutes })],
        invoices: [invoice("OPEN", { amount: "30", postedAt: invoicePostedAt })],
      });
    const explained = (invoicePostedAt: number) => {
      const { postedAt } = memo("CM", { amount: "10", postedAt: now - 300 * 24 * 60 * minutes });
      const row = { id: "id-of-CM", accountId: "memo", balance: money("-10"), currency: "GBP", postedAt };
      return accountForNegatives([row], plannedOf(meets(invoicePostedAt)), around());
    };
    expect(explained(now - 5 * minutes)).toMatchObject([
      { explanation: "waiting", because: "next-scan", postedAt: now - 5 * minutes },
    ]);
    expect(explained(now - 50 * minutes)).toMatchObject([{ explanation: "unexplained" }]);
  });

  it("is explained by a switch that is not on", () => {
    const rows = rowsOf([owing("old")], now - 600 * minutes);
    expect(told(rows, plannedOf(owing("old")), around({ position: "off" }))).toEqual(["old: waiting switch-not-on"]);
  });

  it("waits in the work queue as long as that has enough messages, and the oldest beyond are unexplained", () => {
    const states = ["a", "b", "c"].map((id) => owing(id));
    const rows = states.flatMap((state, index) => rowsOf([state], now - (60 + index) * minutes));
    expect(told(rows, plannedOf(...states), around({ messages: 2 }))).toEqual([
      "a: waiting work-queue",
      "b: waiting work-queue",
      "c: unexplained",
    ]);
  });

  it("is unexplained where nothing holds it, nobody set it aside and nothing is queued", () => {
    expect(told(rowsOf([owing("lost")], 0), plannedOf(owing("lost")), around())).toEqual(["lost: unexplained"]);
  });

  it("is not counted where it was settled while the others were read", () => {
    const settled = owing("a", { invoices: [invoice("a-NEG", { amount: "-10", balance: "0" })] });
    expect(accountForNegatives(rowsOf([owing("a")], 0), plannedOf(settled), around())).toEqual([]);
  });

  it("that was not read, or could not be, is called neither explained nor lost", () => {
    const rows = rowsOf([owing("a"), owing("b")], 0);
    const planned = new Map([["a", new ZuoraBusyError("later")]]);
    expect(
      accountForNegatives(rows, planned, around()).map(({ explanation, because }) => [explanation, because]),
    ).toEqual([
      ["unread", "ZUORA_BUSY"],
      ["unread", undefined],
    ]);
  });
});

it("each part tells its money per currency and its oldest, and together they are all of them", () => {
  const yen = owing("yen", { currency: "JPY", invoices: [invoice("Y", { amount: "-700", currency: "JPY" })] });
  const states = [owing("a"), owing("b"), yen];
  const rows = states.flatMap((state, index) => rowsOf([state], now - index * minutes));
  const explained = accountForNegatives(rows, plannedOf(...states), around({ setAside: new Set(["b", "yen"]) }));
  expect(partsOf(explained)).toEqual([
    {
      explanation: "dead-lettered",
      currency: "GBP",
      invoices: 1,
      amount: money("10"),
      oldestPostedAt: now - minutes,
    },
    {
      explanation: "dead-lettered",
      currency: "JPY",
      invoices: 1,
      amount: money("700"),
      oldestPostedAt: now - 2 * minutes,
    },
    { explanation: "waiting", currency: "GBP", invoices: 1, amount: money("10"), oldestPostedAt: now },
  ]);
});
