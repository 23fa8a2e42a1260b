import { createAdjustment } from "../../../zuora-simulator/adjust.ts";
import { addAccount, type ItemSpec } from "../../../zuora-simulator/build.ts";
import type { AccountRecord } from "../../../zuora-simulator/records.ts";
import { Store } from "../../../zuora-simulator/store.ts";
import { SentNumber } from "../../../zuora-simulator/wire.ts";
import type { Chance } from "../random.ts";
import { amountOf } from "../tenant-records.ts";

/** What an account of a history is about. */
export type Plot =
  /** A pair that is to net. */
  | "mirrored"
  /** Charges whose rule distributed them by itself, each side in its own month: the pair is to be left alone. */
  | "by-rule"
  /** Equal sums and unequal charges, a payment on the original, two mirrors, other subscriptions: to be left alone. */
  | "unequal"
  | "paid"
  | "two-mirrors"
  | "other-subscription";

export type PlottedAccount = { readonly account: AccountRecord; readonly plot: Plot };

/** The charges that a recognition rule distributes at posting. */
export const byRuleCharge = "charge-by-rule";

const runId = "zcs-0mb0aaa111";

/** Accounts whose cancellations were settled in receivables a moment ago, with everything that must not be moved. */
export const revenueTenant = (chance: Chance, now: number) => {
  const store = new Store();
  const plots: readonly Plot[] = [
    "mirrored",
    "mirrored",
    "mirrored",
    "by-rule",
    "unequal",
    "paid",
    "two-mirrors",
    "other-subscription",
  ];
  const accounts = Array.from({ length: 2 + chance.below(4) }, () => plotted(store, chance, chance.pick(plots), now));
  return { store, accounts };
};

const plotted = (store: Store, chance: Chance, plot: Plot, now: number): PlottedAccount => {
  const charges = Array.from({ length: plot === "unequal" ? 2 : 1 + chance.below(3) }, (_, index) => ({
    chargeId: plot === "by-rule" && index === 0 ? byRuleCharge : `charge-${index + 1}`,
    amount: amountOf(chance),
  }));
  // Something of a pair by rule is always left to a person, so that it is not merely done with.
  if (plot === "by-rule") charges.push({ chargeId: "charge-by-hand", amount: amountOf(chance) });
  const mirrored = charges.map(({ chargeId, amount }) => ({ chargeId, amount: `-${amount}` }));
  const [first, second] = mirrored;
  const items =
    plot === "unequal" && first !== undefined && second !== undefined
      ? [
          { chargeId: first.chargeId, amount: second.amount },
          { chargeId: second.chargeId, amount: first.amount },
        ]
      : mirrored;
  const total = totalOf(charges);
  const mirror = { amount: `-${total}`, invoiceDate: "2026-10-28", items };
  const account = addAccount(
    store,
    {
      Currency: "USD",
      invoices: [
        { amount: total, invoiceDate: "2026-09-28", items: charges, ...(plot === "paid" ? { balance: "0.01" } : {}) },
        plot === "other-subscription" ? { ...mirror, subscriptionNumber: "A-S-OTHER" } : mirror,
        ...(plot === "two-mirrors" ? [mirror] : []),
      ],
    },
    now - 60_000,
  );
  settle(store, account, now);
  return { account, plot };
};

/** Sums in cents: no float ever holds an amount. */
const totalOf = (items: readonly ItemSpec[]): string => {
  const cents = items.reduce((total, { amount }) => total + Number(amount.replace(".", "")), 0);
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
};

/** As the sweep leaves an account in receivables. */
const settle = (store: Store, account: AccountRecord, now: number): void => {
  const rules = { today: "2026-10-31", now, closedPeriods: new Set<string>() };
  const adjust = (Type: "Increase" | "Decrease", invoice: { readonly Id: string }, amount: string) => {
    const fields = { Type, Amount: new SentNumber(amount), SourceTransactionId: invoice.Id, ReferenceId: runId };
    const made = createAdjustment(store, fields, rules);
    if ("code" in made) throw new Error(made.message);
  };
  const invoices = store.invoices.where("AccountId", account.Id);
  for (const invoice of invoices) {
    if (invoice.Balance.lt(0)) adjust("Increase", invoice, invoice.Balance.times(-1).toFixed());
  }
  for (const invoice of invoices) {
    if (!invoice.Balance.gt(0)) continue;
    const credit = account.CreditBalance;
    adjust("Decrease", invoice, (credit.lt(invoice.Balance) ? credit : invoice.Balance).toFixed());
  }
};
