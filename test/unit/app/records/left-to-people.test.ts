import { expect, it } from "vitest";
import { leftToPeople } from "../../../../functions/app/records/left-to-people.ts";
import type { Candidates, NegativeInvoice } from "../../../../functions/app/scan/ports.ts";
import { createAssess } from "../../../../functions/app/settle/assess.ts";
import { ZuoraContractError } from "../../../../functions/domain/errors.ts";
import { account, invoice, memo, money, policy } from "../../domain/fixtures.ts";
import { FakeLedger } from "../../fakes/fake-ledger.ts";

const now = Date.parse("2026-03-16T04:00:00Z");
const postedAt = now - 5 * 24 * 3_600_000;

const negative = (accountId: string, number: string, amount: string): NegativeInvoice => ({
  id: `id-of-${number}`,
  accountId,
  balance: money(amount),
  currency: "GBP",
  postedAt,
});

/** One account that waits, one that is held, one whose credit waits, and one that cannot be read. */
const tenant = () => {
  const ledger = new FakeLedger(
    account({ id: "waits", invoices: [invoice("W", { amount: "-50", postedAt })] }),
    account({ id: "held", optedOut: true, invoices: [invoice("H", { amount: "-7", postedAt })] }),
    account({ id: "idle", credit: "9", invoices: [invoice("OPEN", { amount: "20", postedAt })] }),
    account({ id: "unread" }),
  );
  ledger.unreadable.set("unread", new ZuoraContractError("Balance: expected a decimal", { scope: "record" }));
  const candidates: Candidates = {
    async *negativeInvoices() {
      yield* [negative("waits", "W", "-50"), negative("held", "H", "-7"), negative("unread", "U", "-3")];
    },
    async *accountsWithCredit() {
      yield "idle";
    },
    async *accountsOfOpenInvoices() {
      yield "idle";
    },
  };
  return { candidates, assess: createAssess(ledger, policy()) };
};

it("what is neither held nor unreadable is told as waiting, with its money and its age", async () => {
  const { candidates, assess } = tenant();
  const left = await leftToPeople(candidates, assess, { accountsMax: 10, now });
  const told = left.negative.map(({ explanation, amount, oldestPostedAt }) => [
    explanation,
    amount.toFixed(),
    oldestPostedAt,
  ]);
  expect(told).toEqual([
    ["held", "7", postedAt],
    ["waiting", "50", postedAt],
    ["unread", "3", postedAt],
  ]);
  expect(left.idle).toMatchObject([{ accountId: "idle", amount: money("9"), postedAt }]);
  expect([left.unreadable, left.planned, left.of]).toEqual([1, 4, 4]);
});

it("a credit memo counts where its account owes something, with its money, and is no idle credit besides", async () => {
  const waits = (number: string) => memo(number, { amount: "10", postedAt });
  const ledger = new FakeLedger(
    account({
      id: "owes",
      mode: "both",
      creditMemos: [waits("CM1"), memo("CM2", { amount: "4", isExcluded: true })],
      invoices: [invoice("OPEN", { amount: "20", postedAt })],
    }),
    account({ id: "settled", mode: "both", creditMemos: [waits("CM3")], invoices: [invoice("N", { amount: "-5" })] }),
  );
  const found = [
    ["owes", "CM1", "10"],
    ["owes", "CM2", "4"],
    ["settled", "CM3", "10"],
  ] as const;
  const rows = found.map(([accountId, number, amount]) => ({
    id: `id-of-${number}`,
    accountId,
    amount: money(amount),
    unapplied: money(amount),
    currency: "GBP",
    postedAt,
  }));
  const candidates: Candidates = {
    async *negativeInvoices() {
      yield negative("settled", "N", "-5");
    },
    async *accountsWithCredit() {},
    async *accountsOfOpenInvoices() {
      yield "owes";
    },
    creditMemos: {
      async *unapplied() {
        yield* rows;
      },
      async *unappliedOf() {},
      owing: async () => new Set(["owes"]),
      isPart: false,
      isOnlyCredit: false,
    },
  };
  // Nobody may be planned: what is told then is what was found.
  const unread = await leftToPeople(candidates, createAssess(ledger, policy()), { accountsMax: 0, now });
  expect(unread.negative).toMatchObject([{ explanation: "unread", invoices: 3, amount: money("19") }]);
  const left = await leftToPeople(candidates, createAssess(ledger, policy()), { accountsMax: 10, now });
  expect(left.negative.map(({ explanation, amount }) => [explanation, amount.toFixed()])).toEqual([
    ["held", "4"],
    ["waiting", "15"],
  ]);
  expect(left.held).toMatchObject([{ reason: "excluded-memo", creditMemo: { number: "CM2" }, amount: money("4") }]);
  expect([left.idle, left.countsCreditMemos]).toEqual([[], true]);
});

it("beyond as many accounts as may be planned, every negative invoice is still told", async () => {
  const { candidates, assess } = tenant();
  const left = await leftToPeople(candidates, assess, { accountsMax: 1, now });
  expect(left.negative.map(({ explanation, invoices }) => [explanation, invoices])).toEqual([
    ["waiting", 1],
    ["unread", 2],
  ]);
});
