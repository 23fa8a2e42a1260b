import type { AccountSpec, InvoiceSpec } from "./build.ts";

/** Everything that a case is made from: chance, the currency, and amounts and days to use. */
export type Scene = {
  readonly currency: string;
  /** An amount between 5 and 100 of the currency, as text with its own places. */
  readonly amount: () => string;
  /** Half of an amount, as far as the currency's places allow, never the whole. */
  readonly half: (amount: string) => string;
  /** So many days before today; negative for after. */
  readonly day: (before: number) => string;
};

type Case = { readonly weight: number; readonly make: (scene: Scene) => AccountSpec };

const minus = (amount: string): string => `-${amount}`;

/** What billing teams really find, about as often as they find it. */
export const cases: Readonly<Record<string, Case>> = {
  holidayStop: {
    weight: 30,
    make: ({ amount, half, day }) => {
      const monthly = amount();
      return {
        invoices: [
          { amount: monthly, invoiceDate: day(20), dueDate: day(-10) },
          { amount: minus(half(monthly)), invoiceDate: day(1) },
        ],
      };
    },
  },
  backDatedCancellation: {
    weight: 15,
    make: ({ amount, day }) => {
      const unpaid = amount();
      return {
        invoices: [
          { amount: amount(), invoiceDate: day(60), dueDate: day(30), subscriptionNumber: "A-S-OTHER" },
          { amount: unpaid, invoiceDate: day(30), dueDate: day(0) },
          { amount: minus(unpaid), invoiceDate: day(0) },
        ],
      };
    },
  },
  partPaid: {
    weight: 10,
    make: ({ amount, half, day }) => {
      const total = amount();
      return {
        invoices: [
          { amount: total, balance: half(total), invoiceDate: day(40), dueDate: day(10) },
          { amount: minus(amount()), invoiceDate: day(0) },
        ],
      };
    },
  },
  severalNegatives: {
    weight: 8,
    make: ({ amount, day }) => ({
      invoices: [
        ...[3, 2, 1].map((before): InvoiceSpec => ({ amount: minus(amount()), invoiceDate: day(before) })),
        ...[50, 20].map((before): InvoiceSpec => ({ amount: amount(), invoiceDate: day(before) })),
      ],
    }),
  },
  nothingOpen: {
    weight: 7,
    make: ({ amount, day }) => ({ invoices: [{ amount: minus(amount()), invoiceDate: day(0) }] }),
  },
  standingCredit: {
    weight: 6,
    make: ({ amount, day }) => ({ credit: amount(), invoices: [{ amount: amount(), invoiceDate: day(5) }] }),
  },
  draftBeside: {
    weight: 5,
    make: ({ amount, day }) => ({
      invoices: [
        { amount: minus(amount()), invoiceDate: day(0) },
        { amount: minus(amount()), invoiceDate: day(0), status: "Draft" },
        { amount: amount(), invoiceDate: day(10), status: "Draft" },
      ],
    }),
  },
  futureDated: {
    weight: 2,
    make: ({ amount, day }) => ({
      invoices: [
        { amount: minus(amount()), invoiceDate: day(-30) },
        { amount: minus(amount()), invoiceDate: day(0) },
        { amount: amount(), invoiceDate: day(10) },
      ],
    }),
  },
  canceledAccount: {
    weight: 2,
    make: ({ amount, day }) => ({ Status: "Canceled", invoices: [{ amount: minus(amount()), invoiceDate: day(0) }] }),
  },
  otherCurrency: {
    weight: 1,
    make: ({ amount, day, currency }) => ({
      invoices: [{ amount: minus(amount()), invoiceDate: day(0), currency: currency === "USD" ? "EUR" : "USD" }],
    }),
  },
  canceledByPerson: {
    weight: 2,
    make: ({ amount, day }) => ({ invoices: [{ amount: minus(amount()), invoiceDate: day(3) }] }),
  },
  nothingToDo: { weight: 12, make: ({ amount, day }) => ({ invoices: [{ amount: amount(), invoiceDate: day(8) }] }) },
};
