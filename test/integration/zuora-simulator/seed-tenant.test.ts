import { describe, expect, it } from "vitest";
import { decimalPlacesIn } from "../../../functions/domain/currency.ts";
import { add, decimalPlacesOf, sum } from "../../../functions/domain/money.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { client } from "./simulated-zuora.ts";

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

describe("the same seeded tenant with credit memos", () => {
  const kinds = { settlement: "credit memos alone", "harmonized-on": "both" } as const;
  const others = Object.entries(kinds).map(([kind, what]) => {
    const records = seedTenant({ accounts: 1500, seed: 7, today, kind: kind as keyof typeof kinds });
    return [what, kind, records] as const;
  });

  it.each(others)(
    "of %s has the same customers, each owing the same but for what they paid ahead",
    (_what, kind, records) => {
      const plain = new Tenant({ client, store });
      const own = new Tenant({ client, store: records });
      expect(records.accounts.rows.map(({ AccountNumber }) => AccountNumber)).toEqual(
        store.accounts.rows.map(({ AccountNumber }) => AccountNumber),
      );
      const paidAhead = (id: string) =>
        sum(records.customerPayments.where("accountId", id).map(({ unappliedAmount }) => unappliedAmount));
      const differ = records.accounts.rows.filter(
        ({ Id }, index) => !add(owedBy(own, Id), paidAhead(Id)).eq(owedBy(plain, store.accounts.rows[index]?.Id ?? "")),
      );
      // The invoice beside a memo that a person took back, and the negative invoices of a tenant that should have none.
      const added = store.adjustments.rows.length + (kind === "settlement" ? 1500 / 40 : 0);
      expect(differ.length).toBeLessThanOrEqual(Math.ceil(added));
    },
  );

  it.each(others)(
    "of %s has memos that credit an invoice's very item, drafts, future ones and such as a person took back",
    (_what, _kind, records) => {
      const { creditMemos, creditMemoItems, creditMemoApplications } = records;
      expect(
        creditMemoItems.rows.filter(({ creditFromItemId }) => creditFromItemId !== undefined).length,
      ).toBeGreaterThan(50);
      expect(creditMemos.rows.filter(({ status }) => status === "Draft").length).toBeGreaterThan(3);
      expect(creditMemos.rows.filter(({ creditMemoDate }) => creditMemoDate > today).length).toBeGreaterThan(3);
      expect(creditMemoApplications.rows.filter(({ amount }) => amount.lt(0)).length).toBeGreaterThan(3);
    },
  );

  it("has where there are memos alone no credit balance, some memos that are excluded, and a few invoices that are negative", () => {
    const records = others[0]?.[2];
    expect(records?.accounts.rows.every(({ CreditBalance }) => CreditBalance.eq(0))).toBe(true);
    expect(records?.creditMemos.rows.filter((memo) => memo.excludeFromAutoApplyRules).length).toBeGreaterThan(3);
    expect(records?.creditMemos.rows.filter(({ reasonCode }) => reasonCode !== undefined).length).toBeGreaterThan(3);
    expect(records?.invoices.rows.filter(isNegative).length).toBeGreaterThan(3);
  });

  it("has where there are both, on some accounts both at once", () => {
    const records = others[1]?.[2];
    const withBoth = records?.accounts.rows.filter(
      ({ Id }) =>
        records.creditMemos.where("accountId", Id).length > 0 &&
        records.invoices.where("AccountId", Id).some(isNegative),
    );
    expect(withBoth?.length).toBeGreaterThan(30);
  });
});
