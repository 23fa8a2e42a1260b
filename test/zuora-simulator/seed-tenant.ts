import { decimalPlacesIn } from "../../functions/domain/currency.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import { cancelAdjustment, createAdjustment } from "./adjust.ts";
import { type AccountSpec, addAccount, type InvoiceSpec } from "./build.ts";
import { mulberry32 } from "./mulberry32.ts";
import { Store } from "./store.ts";
import { SentNumber } from "./wire.ts";

export type SeedOptions = {
  readonly accounts: number;
  readonly seed: number;
  /** The day that the tenant lives in, `YYYY-MM-DD`; invoices lie around it. */
  readonly today: string;
};

/** Everything that a case is made from: chance, the currency, and amounts and days to use. */
type Scene = {
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
const cases: Readonly<Record<string, Case>> = {
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

const currencies = ["GBP", "GBP", "GBP", "EUR", "EUR", "USD", "JPY", "KWD"] as const;

/** A tenant of realistic accounts: the same seed makes the same tenant on the same day, of any size. */
export const seedTenant = ({ accounts, seed, today }: SeedOptions): Store => {
  const store = new Store();
  const next = mulberry32(seed);
  const noon = Date.parse(`${today}T12:00:00Z`);
  const names = Object.entries(cases).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  for (let index = 0; index < accounts; index += 1) {
    const currency = pick(currencies, next());
    const name = pick(names, next());
    const spec = cases[name]?.make(sceneOf(currency, next, noon)) ?? {};
    const account = addAccount(store, { ...spec, Currency: currency, Batch: `Batch${1 + (index % 3)}` }, noon - hourMs);
    if (name === "canceledByPerson") transferAndCancel(store, account.Id, today, noon);
  }
  return store;
};

const hourMs = 3_600_000;

/** Looked up once: asking the runtime for every account would take most of the time. */
const places = new Map<string, number>();

const placesOf = (currency: string): number => {
  const known = places.get(currency) ?? decimalPlacesIn(currency);
  places.set(currency, known);
  return known;
};

const sceneOf = (currency: string, next: () => number, noon: number): Scene => {
  const places = placesOf(currency);
  const scale = 10 ** places;
  // Whole numbers of the smallest unit, written with a point: no float ever holds an amount.
  const written = (units: number): string => {
    const digits = String(units).padStart(places + 1, "0");
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  };
  return {
    currency,
    amount: () => written(5 * scale + Math.floor(next() * 95 * scale)),
    half: (amount) => written(Math.ceil(Number(amount.replace(".", "")) / 2) - 1),
    day: (before) => new Date(noon - before * 24 * hourMs).toISOString().slice(0, 10),
  };
};

/** Somebody transferred the invoice and thought better of it. */
const transferAndCancel = (store: Store, accountId: string, today: string, now: number): void => {
  const [invoice] = store.invoices.where("AccountId", accountId);
  if (invoice === undefined) throw new RangeError(`account ${accountId} has no invoice`);
  const rules = { today, now: now - hourMs, closedPeriods: new Set<string>() };
  const amount = new SentNumber(fromDecimal(invoice.Amount.toFixed()).times(-1).toFixed());
  const fields = { Type: "Increase", Amount: amount, SourceTransactionId: invoice.Id };
  const adjustment = createAdjustment(store, fields, rules);
  if ("code" in adjustment) throw new Error(adjustment.message);
  const refusal = cancelAdjustment(store, adjustment, rules);
  if (refusal !== undefined) throw new Error(refusal.message);
};

const pick = <T>(items: readonly T[], chance: number): T => {
  const item = items[Math.floor(chance * items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
};
