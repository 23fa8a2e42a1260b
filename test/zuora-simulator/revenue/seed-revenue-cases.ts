import { type AccountSpec, addAccount, type InvoiceSpec } from "../build.ts";
import type { InvoiceItemRecord } from "../records.ts";
import type { Store } from "../store.ts";
import { distributeByHand, RevenueBooks } from "./revenue-books.ts";

/** In a currency of their own, so that the sums of all others are those of the same tenant without them. */
const currency = "CHF";

const dayMs = 24 * 60 * 60_000;

/** Zuora makes schedules minutes after posting; this one takes longer than anybody watches. */
const lateMs = 15 * 60_000;

/** Back-dated cancellations whose revenue is to be left alone, each for another reason. */
const casesOn = (day: (before: number) => string): Readonly<Record<string, AccountSpec>> => {
  const original = (about: Partial<InvoiceSpec> = {}): InvoiceSpec => ({
    amount: "25.00",
    invoiceDate: day(30),
    ...about,
  });
  const mirror = (about: Partial<InvoiceSpec> = {}): InvoiceSpec => ({
    amount: "-25.00",
    invoiceDate: day(0),
    ...about,
  });
  const charges = (first: string, second: string) => [
    { amount: first, chargeId: "charge-1" },
    { amount: second, chargeId: "charge-2" },
  ];
  return {
    closedMonth: { invoices: [original(), mirror()] },
    unequal: {
      invoices: [original({ items: charges("10.00", "15.00") }), mirror({ items: charges("-11.00", "-14.00") })],
    },
    twoMirrors: { invoices: [original(), mirror(), mirror()] },
    paid: { invoices: [original({ balance: "20.00" }), mirror()] },
    late: { invoices: [original(), mirror()] },
  };
};

/** Adds one account for each of the cases, and makes the books that know of them. */
export const seedRevenueCases = (store: Store, today: string, now: number): (() => RevenueBooks) => {
  const day = (before: number) =>
    new Date(Date.parse(`${today}T12:00:00Z`) - before * dayMs).toISOString().slice(0, 10);
  const accounts = Object.fromEntries(
    Object.entries(casesOn(day)).map(([name, spec]) => [
      name,
      addAccount(store, { Currency: currency, ...spec }, now).Id,
    ]),
  );
  const isOf = (name: string, { InvoiceId }: InvoiceItemRecord) =>
    store.invoices.one("Id", InvoiceId)?.AccountId === accounts[name];
  return () => {
    // Seeded invoices are posted about noon, whatever time it is now: their schedules are there at any rate.
    const books = new RevenueBooks(today, { delayMsOf: (item) => (isOf("late", item) ? lateMs : -dayMs) });
    const [closed] = books.periods;
    const recognised = store.invoiceItems.rows.find((item) => isOf("closedMonth", item));
    const schedule = books.scheduleOfItem(store, recognised?.Id ?? "", now);
    if (closed === undefined || schedule === undefined)
      throw new RangeError("nothing to recognise, or no month for it");
    distributeByHand(books, schedule, closed.startDate, now);
    closed.status = "Closed";
    return books;
  };
};
