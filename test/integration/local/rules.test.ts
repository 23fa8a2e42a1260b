import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HoldReason, holdReasons } from "../../../functions/domain/hold.ts";
import type { PolicySettings } from "../../../functions/domain/policy.ts";
import type { Report } from "../../local/report.ts";
import { type AccountSpec, addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { cancelByHand } from "../../zuora-simulator/hands.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { client, runStart } from "./run-start.ts";

const rules: PolicySettings = {
  postedSince: "2026-01-01",
  currencies: ["GBP", "USD", "CHF"],
  batches: ["Batch1", "Batch2"],
  minimumAmount: { GBP: "1.00" },
  accountLimit: { adjustments: 4, amount: { USD: "50.00" } },
  runLimit: { accounts: 1000, amount: {} },
  application: "apply",
  standingCredit: "leave",
  optOutField: "CreditSweepOptOut__c",
  accountsDenied: ["A-DENIED"],
};

const both = [{ amount: "-10.00" }, { amount: "30.00" }];

/** For each reason, an account that is held for it and, unless told, an otherwise ordinary one. */
const cases: Readonly<Partial<Record<HoldReason, AccountSpec>>> = {
  "account-not-active": { Status: "Draft", invoices: both },
  "account-not-enabled": { AccountNumber: "A-DENIED", invoices: both },
  "batch-not-enabled": { Batch: "Batch3", invoices: both },
  "currency-not-enabled": { Currency: "EUR", invoices: both },
  "opted-out": { custom: { CreditSweepOptOut__c: "true" }, invoices: both },
  "over-account-limit": { Currency: "USD", invoices: [{ amount: "-50.01" }] },
  "standing-credit-left": { credit: "5.00", invoices: both },
  "payment-run-collecting": { Batch: "Batch2", invoices: both },
  "payment-processing": { invoices: both },
  "other-currency": { invoices: [{ amount: "-10.00", currency: "USD" }] },
  "posted-before-start": { invoices: [{ amount: "-10.00", postedAt: Date.UTC(2025, 11, 31) }] },
  "below-minimum-amount": { invoices: [{ amount: "-0.99" }] },
};

const addToday = (store: Store): void => {
  for (const [reason, spec] of Object.entries(cases)) addAccount(store, { Name: reason, ...spec });
  const today = new Date().toISOString().slice(0, 10);
  addPaymentRun(store, { status: "Processing", batch: "Batch2", runDate: `${today} 00:00:00`, targetDate: today });
  const debited = store.accounts.rows.find(({ Name }) => Name === "payment-processing");
  const [, open] = store.invoices.where("AccountId", debited?.Id ?? "");
  if (debited === undefined || open === undefined) throw new Error("an account that is being debited");
  const payment = { Id: "a direct debit", AccountId: debited.Id, InvoiceId: open.Id, Amount: open.Balance };
  store.payments.add({ ...payment, Status: "Processing", CreatedDate: Date.now(), UpdatedDate: Date.now() });
  const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
  addAccount(store, { Name: "future-dated", invoices: [{ amount: "-10.00", invoiceDate: tomorrow }] });
};

let zuora: ZuoraServer;
let folder = "";

beforeEach(async () => {
  [zuora, folder] = await Promise.all([
    startZuoraServer({ ...client, store: new Store() }),
    mkdtemp(join(tmpdir(), "zuora-credit-sweep-")),
  ]);
});

afterEach(() => Promise.all([zuora.stop(), rm(folder, { recursive: true, force: true })]));

/** Runs `npm start` on the tenant with these rules. What a payment run holds up waits, so it is given up early. */
const start = async (policy: object) => {
  const file = join(folder, "policy.json");
  await writeFile(file, JSON.stringify(policy));
  return runStart(zuora.url, ["--policy", file, "--deadline", "6", "--backoff-max", "1"]);
};

/** Which accounts were held for what, by the account's name in the simulated tenant. */
const heldIn = (report: Report | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (report?.held ?? []).map(({ accountId, reason }) => [
      zuora.tenant.store.accounts.one("Id", accountId)?.Name ?? "unknown",
      reason,
    ]),
  );

describe("the report of a run over a tenant that was made to contain every rule", { timeout: 60_000 }, () => {
  it("has a line for each account that a rule holds, and settles the rest", async () => {
    const { store } = zuora.tenant;
    addToday(store);
    const ordinary = addAccount(store, { Name: "ordinary", invoices: both });
    const canceled = addAccount(store, { Name: "cancelled-by-person", invoices: both });
    const first = await start(rules);
    const decreasesFirst = store.adjustments.where("AccountId", canceled.Id).toReversed();
    for (const adjustment of decreasesFirst) expect(cancelByHand(zuora.tenant, adjustment, Date.now())).toBe(true);
    const second = await start(rules);
    const expected = [...Object.keys(cases), "future-dated"].map((reason) => [reason, reason]);
    expect(heldIn(first.report)).toEqual(Object.fromEntries(expected));
    expect(heldIn(second.report)).toEqual({
      ...Object.fromEntries(expected),
      "cancelled-by-person": "cancelled-by-person",
    });
    expect(store.accounts.one("Id", ordinary.Id)?.CreditBalance.toFixed()).toBe("0");
    // What a payment run may be charging is not finished, only waiting for its end, and so is what a payment is for.
    expect([first.status, first.report?.outcomes.pending]).toEqual([3, 2]);
  });

  it("says so where credit is only to be transferred", async () => {
    addAccount(zuora.tenant.store, { Name: "transfer-only", invoices: both });
    // A tenant without an account that has the opt-out field does not know the field.
    const { optOutField: _unknown, ...known } = rules;
    const { report, status } = await start({ ...known, application: "transfer-only" });
    expect([heldIn(report), status]).toEqual([{ "transfer-only": "transfer-only" }, 0]);
  });

  it("leaves no reason without such a line", () => {
    // The last three in `modes.test.ts`: they are of tenants with credit memos.
    const ofMemos = ["excluded-memo", "negative-invoice-under-settlement", "too-many-items"];
    const told = [...Object.keys(cases), "future-dated", "cancelled-by-person", "transfer-only", ...ofMemos];
    expect(told.toSorted()).toEqual([...holdReasons].toSorted());
  });
});

it("rules with five mistakes are refused before anything starts, each mistake by its name", async () => {
  const { status, err, report } = await start({
    ...rules,
    postedSince: "yesterday",
    minimumAmount: { gbp: "1.00" },
    runLimit: { accounts: 0, amount: {} },
    standingCredit: "maybe",
    optOut: "Field__c",
  });
  expect([status, report]).toEqual([2, undefined]);
  for (const name of ["postedSince", "minimumAmount.gbp", "runLimit.accounts", "standingCredit", "optOut"]) {
    expect(err).toContain(name);
  }
  expect(zuora.limits.maxInFlight).toBe(0);
});
