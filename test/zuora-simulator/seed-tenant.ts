import { decimalPlacesIn } from "../../functions/domain/currency.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import { cancelAdjustment, createAdjustment } from "./adjust.ts";
import { makesMemos } from "./credit-memos/bill.ts";
import { addCase, addRarity, applyAndUnapply } from "./credit-memos/seed-memos.ts";
import { mulberry32 } from "./mulberry32.ts";
import { cases, type Scene } from "./seed-cases.ts";
import { Store } from "./store.ts";
import type { TenantKind } from "./tenant-kind.ts";
import { addCustomerPayment } from "./unapplied-payments/build-payment.ts";
import { SentNumber } from "./wire.ts";

export type SeedOptions = {
  readonly accounts: number;
  readonly seed: number;
  /** The day that the tenant lives in, `YYYY-MM-DD`; invoices lie around it. */
  readonly today: string;
  /** The same customers and amounts in each kind, written as it writes them. */
  readonly kind?: TenantKind;
};

const currencies = ["GBP", "GBP", "GBP", "EUR", "EUR", "USD", "JPY", "KWD"] as const;

/** A tenant of realistic accounts: the same seed makes the same tenant on the same day, of any size. */
export const seedTenant = ({ accounts, seed, today, kind = "legacy" }: SeedOptions): Store => {
  const store = new Store();
  const next = mulberry32(seed);
  const noon = Date.parse(`${today}T12:00:00Z`);
  // Whatever the hour, all of it was done long before what is done next, and no incremental scan reaches back to it.
  const doneAt = noon - dayMs;
  const day = daysBefore(noon);
  const toCancel: string[] = [];
  const names = Object.entries(cases).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  for (let index = 0; index < accounts; index += 1) {
    const currency = pick(currencies, next());
    const name = pick(names, next());
    const spec = cases[name]?.make(sceneOf(currency, next, day)) ?? {};
    const batched = { ...spec, Currency: currency, Batch: `Batch${1 + (index % 3)}` };
    const account = addCase(store, batched, kind, doneAt);
    if (kind === "settlement") addRarity(store, account, index, doneAt);
    if (makesMemos(kind) && index % 10 === 3)
      addCustomerPayment(store, account, { amount: paidAhead(currency), effectiveDate: day(5) }, doneAt);
    if (name === "canceledByPerson") toCancel.push(account.Id);
  }
  for (const id of toCancel) {
    const [memo] = store.creditMemos.where("accountId", id);
    if (memo === undefined) transferAndCancel(store, id, today, doneAt);
    else applyAndUnapply(store, memo, today, doneAt);
  }
  return store;
};

/** What some customer paid too much, or too early. */
const paidAhead = (currency: string): string => {
  const places = placesOf(currency);
  return places === 0 ? "25" : `25.${"0".repeat(places)}`;
};

const dayMs = 24 * 3_600_000;

/** Looked up once: asking the runtime for every account would take most of the time. */
const places = new Map<string, number>();

const placesOf = (currency: string): number => {
  const known = places.get(currency) ?? decimalPlacesIn(currency);
  places.set(currency, known);
  return known;
};

/** The few days of a tenant, each written once. */
const daysBefore = (noon: number): Scene["day"] => {
  const days = new Map<number, string>();
  return (before) => {
    const day = days.get(before) ?? new Date(noon - before * dayMs).toISOString().slice(0, 10);
    days.set(before, day);
    return day;
  };
};

const sceneOf = (currency: string, next: () => number, day: Scene["day"]): Scene => {
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
    day,
  };
};

/** Somebody transferred the invoice and thought better of it. */
const transferAndCancel = (store: Store, accountId: string, today: string, now: number): void => {
  const [invoice] = store.invoices.where("AccountId", accountId);
  if (invoice === undefined) throw new RangeError(`account ${accountId} has no invoice`);
  const rules = { today, now, closedPeriods: new Set<string>() };
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
