import { describe, expect, it } from "vitest";
import { decimalPlacesIn } from "../../../functions/domain/currency.ts";
import { decimalPlacesOf } from "../../../functions/domain/money.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";

const today = "2026-11-23";
const store = seedTenant({ accounts: 1500, seed: 7, today });

const subscriptionsOf = (invoice: InvoiceRecord) => store.invoiceItems.where("InvoiceId", invoice.Id);

/** Accounts of which some pair of invoices does. */
const accountsWithPair = (matches: (a: InvoiceRecord, b: InvoiceRecord) => boolean) =>
  store.accounts.rows.filter(({ Id }) => {
    const own = store.invoices.where("AccountId", Id);
    return own.some((a) => own.some((b) => a !== b && matches(a, b)));
  });

const isOpen = ({ Status, Balance }: InvoiceRecord) => Status === "Posted" && Balance.gt(0);
const isNegative = ({ Status, Balance }: InvoiceRecord) => Status === "Posted" && Balance.lt(0);

describe("a seeded tenant", () => {
  it("is the same for the same seed and day, and another for another seed", () => {
    const of = (seed: number) => JSON.stringify(seedTenant({ accounts: 50, seed, today }).snapshot());
    expect(of(1)).toBe(of(1));
    expect(of(1)).not.toBe(of(2));
  });

  it("has currencies of 0, 2 and 3 places, and no amount with more places than its currency", () => {
    const places = new Set(store.invoices.rows.map(({ Currency }) => decimalPlacesIn(Currency)));
    expect([...places].sort()).toEqual([0, 2, 3]);
    for (const { Currency, Amount, Balance } of store.invoices.rows) {
      expect(decimalPlacesOf(Amount)).toBeLessThanOrEqual(decimalPlacesIn(Currency));
      expect(decimalPlacesOf(Balance)).toBeLessThanOrEqual(decimalPlacesIn(Currency));
    }
  });

  it("has back-dated cancellations: the mirror invoice, the same subscription number under another id, beside an older open invoice", () => {
    const mirrored = accountsWithPair((a, b) => {
      const [[itemA], [itemB]] = [subscriptionsOf(a), subscriptionsOf(b)];
      return (
        isOpen(a) &&
        isNegative(b) &&
        a.Amount.plus(b.Amount).eq(0) &&
        itemA?.SubscriptionNumber === itemB?.SubscriptionNumber &&
        itemA?.SubscriptionId !== itemB?.SubscriptionId
      );
    });
    const besideOlder = mirrored.filter(({ Id }) => store.invoices.where("AccountId", Id).filter(isOpen).length > 1);
    expect(besideOlder.length).toBeGreaterThan(50);
  });

  it.each<[string, () => readonly unknown[]]>([
    ["holiday stops beside an open invoice", () => accountsWithPair((a, b) => isOpen(a) && isNegative(b))],
    [
      "part-paid invoices",
      () => store.invoices.rows.filter(({ Amount, Balance }) => Balance.gt(0) && Balance.lt(Amount)),
    ],
    ["negative drafts", () => store.invoices.rows.filter(({ Status, Amount }) => Status === "Draft" && Amount.lt(0))],
    ["several negative invoices", () => accountsWithPair((a, b) => isNegative(a) && isNegative(b))],
    ["standing credit", () => store.accounts.rows.filter(({ CreditBalance }) => CreditBalance.gt(0))],
    ["canceled accounts", () => store.accounts.rows.filter(({ Status }) => Status === "Canceled")],
    ["canceled adjustments", () => store.adjustments.rows.filter(({ Status }) => Status === "Canceled")],
    [
      "future-dated negatives",
      () => store.invoices.rows.filter((each) => isNegative(each) && each.InvoiceDate > today),
    ],
    [
      "invoices in another currency than the account's",
      () => store.invoices.rows.filter((each) => each.Currency !== store.accounts.one("Id", each.AccountId)?.Currency),
    ],
  ])("has %s", (_what, found) => {
    expect(found().length).toBeGreaterThan(3);
  });

  it("has customers whose names and e-mail addresses nobody has", () => {
    for (const { Name, workEmail } of store.accounts.rows) {
      expect(Name).toMatch(/^Simulated Customer \d+$/);
      expect(workEmail).toMatch(/@example\.invalid$/);
    }
  });
});
