import fc from "fast-check";
import { expect, it } from "vitest";
import { type Money, sum, toDecimal } from "../../../functions/domain/money.ts";
import { cancelAdjustment, createAdjustment } from "../../zuora-simulator/adjust.ts";
import { addAccount, addPaymentRun } from "../../zuora-simulator/build.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { startPaymentRun } from "../../zuora-simulator/payment-runs.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { SentNumber } from "../../zuora-simulator/wire.ts";

const now = Date.UTC(2026, 10, 23);

/** From 0.01 to 9.99. */
const amount = fc
  .tuple(fc.nat(9), fc.integer({ min: 1, max: 99 }))
  .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, "0")}`);

const signed = fc.tuple(fc.constantFrom("", "-"), amount).map((parts) => parts.join(""));

type Operation =
  | { readonly kind: "create"; readonly type: string; readonly invoice: number; readonly amount: string }
  | { readonly kind: "cancel"; readonly adjustment: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      type: fc.constantFrom("Increase", "Decrease"),
      invoice: fc.nat(99),
      amount,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), adjustment: fc.nat(9) }) },
);

const tenantOf = (amounts: readonly string[]) => {
  const store = new Store();
  const account = addAccount(store, { invoices: amounts.map((each) => ({ amount: each })) });
  return { account, tenant: new Tenant({ client: { clientId: "", clientSecret: "" }, store }) };
};

/** @returns whether the tenant accepted it */
const carryOut = (tenant: Tenant, each: Operation): boolean => {
  const { store } = tenant;
  const rules = tenant.rulesAt(now);
  if (each.kind === "cancel") {
    const adjustment = store.adjustments.rows[each.adjustment];
    return adjustment !== undefined && cancelAdjustment(store, adjustment, rules) === undefined;
  }
  const invoice = store.invoices.rows[each.invoice % store.invoices.rows.length];
  const fields = { Type: each.type, Amount: new SentNumber(each.amount), SourceTransactionId: invoice?.Id };
  return !("code" in createAdjustment(store, fields, rules));
};

const expectSound = ({ store }: Tenant, account: AccountRecord): void => {
  expect(account.CreditBalance.gte(0)).toBe(true);
  for (const { Amount, Balance } of store.invoices.rows) {
    expect(Balance.abs().lte(Amount.abs())).toBe(true);
    expect(Balance.times(Amount).gte(0)).toBe(true);
  }
  const processed = store.adjustments.rows.filter(({ Status }) => Status === "Processed");
  const moved = processed.map((each) => (each.Type === "Increase" ? each.Amount : (each.Amount.times(-1) as Money)));
  expect(toDecimal(sum(moved))).toBe(toDecimal(account.CreditBalance));
};

it("whatever is transferred, applied and canceled: nothing is created or lost, and nothing changes its sign", () => {
  const invoices = fc.array(signed, { minLength: 1, maxLength: 6 });
  const operations = fc.array(operation, { minLength: 10, maxLength: 60 });
  let accepted = 0;
  fc.assert(
    fc.property(invoices, operations, (amounts, all) => {
      const { account, tenant } = tenantOf(amounts);
      const owed = toDecimal(owedBy(tenant, account.Id));
      for (const each of all) {
        if (carryOut(tenant, each)) accepted += 1;
        expect(toDecimal(owedBy(tenant, account.Id))).toBe(owed);
        expectSound(tenant, account);
      }
    }),
    { numRuns: 200 },
  );
  expect(accepted).toBeGreaterThan(100);
});

it("a restored tenant is what it was, and goes on from there", () => {
  const { account, tenant } = tenantOf(["-5.00", "3.00"]);
  const { store } = tenant;
  const transfer = {
    Type: "Increase",
    Amount: new SentNumber("5.00"),
    SourceTransactionId: store.invoices.rows[0]?.Id,
  };
  const state = () => {
    const { CreditBalance } = store.accounts.one("Id", account.Id) ?? account;
    return [toDecimal(CreditBalance), store.adjustments.rows.length];
  };
  const before = tenant.snapshot();
  createAdjustment(store, transfer, tenant.rulesAt(now));
  const after = tenant.snapshot();

  tenant.restore(before);
  expect(state()).toEqual(["0", 0]);
  tenant.restore(after);
  expect(state()).toEqual(["5", 1]);
  expect(createAdjustment(store, transfer, tenant.rulesAt(now))).toMatchObject({ code: "INVALID_VALUE" });
});

it("a restored tenant has its payment runs and payments as they were", () => {
  const { tenant } = tenantOf(["3.00"]);
  const { store } = tenant;
  const run = addPaymentRun(store, { targetDate: "2026-11-23", runDate: "2026-11-23 09:00:00" });
  const before = tenant.snapshot();
  startPaymentRun(store, run, now);
  expect([store.paymentRuns.rows[0]?.status, store.payments.rows.length]).toEqual(["Processing", 1]);
  tenant.restore(before);
  expect([store.paymentRuns.rows[0]?.status, store.payments.rows.length]).toEqual(["Pending", 0]);
  expect(startPaymentRun(store, run, now).length).toBe(1);
});
