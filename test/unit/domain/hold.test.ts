import { describe, expect, it } from "vitest";
import { holdOfAccount, holdOfInvoice } from "../../../functions/domain/hold.ts";
import { account, invoice, money, policy } from "./fixtures.ts";

describe("a whole account is left to people", () => {
  it.each(["Draft", "Canceled", "PendingClose"])("while its status is %s", (status) => {
    expect(holdOfAccount(account({ status }), policy())).toBe("account-not-active");
  });

  it("when policy allows only others", () => {
    expect(holdOfAccount(account({}), policy({ accountsAllowed: ["A00000002"] }))).toBe("account-not-enabled");
  });

  it("when policy allows none", () => {
    expect(holdOfAccount(account({}), policy({ accountsAllowed: [] }))).toBe("account-not-enabled");
  });

  it.each([["account-id"], ["A00000001"]])("when policy denies it by %s, though it is also allowed", (key) => {
    expect(holdOfAccount(account({}), policy({ accountsAllowed: [key], accountsDenied: [key] }))).toBe(
      "account-not-enabled",
    );
  });

  it("when its currency is not enabled", () => {
    expect(holdOfAccount(account({ currency: "SEK" }), policy({ currencies: ["GBP"] }))).toBe("currency-not-enabled");
  });

  it("when its batch is not enabled", () => {
    expect(holdOfAccount(account({ batch: "Batch2" }), policy({ batches: ["Batch1"] }))).toBe("batch-not-enabled");
  });

  it("when batches are enabled and it has none", () => {
    const { batch: _batch, ...unbatched } = account({});
    expect(holdOfAccount(unbatched, policy({ batches: ["Batch1"] }))).toBe("batch-not-enabled");
  });

  it("when it opted out", () => {
    expect(holdOfAccount(account({ optedOut: true }), policy())).toBe("opted-out");
  });
});

describe("an account is settled", () => {
  it("when it is active and policy names no currency, batch or account", () => {
    expect(holdOfAccount(account({ currency: "KWD", batch: "Batch50" }), policy())).toBeUndefined();
  });

  it.each([["account-id"], ["A00000001"]])("when everything names it, the account list by %s", (key) => {
    const rules = policy({
      accountsAllowed: [key],
      currencies: ["GBP"],
      batches: ["Batch1"],
      accountsDenied: ["other"],
    });
    expect(holdOfAccount(account({}), rules)).toBeUndefined();
  });
});

describe("an invoice is left alone", () => {
  it.each(["-30", "30"])("when a person canceled an adjustment of it (amount %s)", (amount) => {
    const canceled = invoice("INV", { amount, hasCanceledAdjustment: true });
    expect(holdOfInvoice(canceled, account({}), policy())).toBe("cancelled-by-person");
  });

  it("as canceled by a person rather than for any other reason, since only a person releases that", () => {
    const everything = invoice("INV", {
      amount: "-1",
      hasCanceledAdjustment: true,
      invoiceDate: "2026-04-01",
      currency: "USD",
      postedOn: "2025-01-01",
    });
    expect(holdOfInvoice(everything, account({}), policy())).toBe("cancelled-by-person");
  });

  it("when it is dated after the tenant's today", () => {
    const state = account({ today: "2026-03-16" });
    expect(holdOfInvoice(invoice("INV", { amount: "-1", invoiceDate: "2026-03-17" }), state, policy())).toBe(
      "future-dated",
    );
    expect(holdOfInvoice(invoice("INV", { amount: "-1", invoiceDate: "2026-03-16" }), state, policy())).toBeUndefined();
  });

  it("when it is in another currency than the account", () => {
    const foreign = invoice("INV", { amount: "-1", currency: "EUR" });
    expect(holdOfInvoice(foreign, account({ currency: "GBP" }), policy())).toBe("other-currency");
    expect(holdOfInvoice(foreign, account({ currency: "EUR" }), policy())).toBeUndefined();
  });

  it("when it was posted before the day that policy starts with, negative or open", () => {
    const rules = policy({ postedSince: "2026-02-01" });
    for (const amount of ["-1", "1"]) {
      expect(holdOfInvoice(invoice("INV", { amount, postedOn: "2026-01-31" }), account({}), rules)).toBe(
        "posted-before-start",
      );
      expect(holdOfInvoice(invoice("INV", { amount, postedOn: "2026-02-01" }), account({}), rules)).toBeUndefined();
    }
  });

  it("when it is negative by less than the minimum of the account's currency", () => {
    const rules = policy({ minimumAmount: { GBP: money("0.50"), KWD: money("9") } });
    expect(holdOfInvoice(invoice("INV", { amount: "-0.499999999" }), account({}), rules)).toBe("below-minimum-amount");
    expect(holdOfInvoice(invoice("INV", { amount: "-0.5" }), account({}), rules)).toBeUndefined();
  });

  it("never for being small when it is open, or of a currency without a minimum", () => {
    const rules = policy({ minimumAmount: { GBP: money("0.50") } });
    expect(holdOfInvoice(invoice("INV", { amount: "0.01" }), account({}), rules)).toBeUndefined();
    const yen = account({ currency: "JPY" });
    expect(holdOfInvoice(invoice("INV", { amount: "-0.01", currency: "JPY" }), yen, rules)).toBeUndefined();
  });
});
