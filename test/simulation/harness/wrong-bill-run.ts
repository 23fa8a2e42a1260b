import { toDecimal, zero } from "../../../functions/domain/money.ts";
import { addAccount, addInvoice } from "../../zuora-simulator/build.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Collecting } from "./collections.ts";
import type { Chance } from "./random.ts";
import { approve, type World } from "./system.ts";
import { minuteMs, seconds } from "./timetable.ts";

/**
 * A bill run owes two customers more than the guard allows. While its refusal waits for a person, another one adds to
 * what one of them is owed; the refusal is approved, and what was wrong is corrected some minutes later. Nothing of the
 * account that has changed may have moved by then: together it is beyond the guard on its own.
 */
export const billWrongly = async ({ world, tenant }: Collecting, chance: Chance): Promise<void> => {
  if (!chance.hits(0.3)) return;
  const { time, faults, violations } = world;
  const { store } = tenant;
  await time.sleep(seconds(chance, 60 * 60));
  // Customers whom nobody charges, and nothing of whose is under way.
  const [changed, unchanged] = [0, 1].map(() => addAccount(store, { AutoPay: false }, time.now()));
  if (changed === undefined || unchanged === undefined) throw new RangeError("two accounts");
  const bill = (account: typeof changed, amount: string) => addInvoice(store, account, { amount }, time.now());
  const postedAt = time.now();
  const shown = [bill(changed, "-60000.00"), bill(unchanged, "-60000.00")];
  const runId = await refusedSince(world, postedAt);
  if (runId === undefined) {
    for (const invoice of shown) correct(store.invoices.one("Id", invoice.Id), time.now());
    return;
  }
  await time.sleep(seconds(chance, 60));
  const added = bill(changed, "-50000.00");
  await time.sleep(seconds(chance, 60));
  if (await approve(world, runId)) faults.count("refused-scan-approved");
  await time.sleep(3 * minuteMs);
  for (const invoice of [shown[0], added]) {
    const own = store.invoices.one("Id", invoice?.Id ?? "");
    if (own !== undefined && !own.Balance.eq(own.Amount))
      violations.push(`${own.InvoiceNumber} moved more than was approved`);
  }
  // Where nobody could approve, all of it was wrong.
  for (const invoice of [...shown, added]) correct(store.invoices.one("Id", invoice.Id), time.now());
};

/** Somebody adjusts the invoice, as the store holds it now: nothing is owed on it any more. */
const correct = (invoice: InvoiceRecord | undefined, now: number): void => {
  if (invoice === undefined || toDecimal(invoice.Balance) === "0") return;
  invoice.Balance = zero;
  invoice.UpdatedDate = now;
};

/** The run of a refused scan that has seen what was posted; undefined where none was refused within twenty minutes. */
const refusedSince = async ({ time, refusedScans }: World, postedAt: number): Promise<string | undefined> => {
  for (let tries = 0; tries < 80; tries += 1) {
    await time.sleep(15_000);
    const { incremental, full } = await refusedScans.read();
    const refused = [incremental, full].find((each) => each !== undefined && each.startedAt > postedAt + 1_000);
    if (refused !== undefined) return refused.runId;
  }
  return undefined;
};
