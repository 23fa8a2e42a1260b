import { negate, toDecimal } from "../../../functions/domain/money.ts";
import { adjustInvoiceByHand } from "../../zuora-simulator/hands.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import { post } from "./bill-beside.ts";
import type { Collecting } from "./collections.ts";
import type { Chance } from "./random.ts";
import { runScan } from "./system.ts";
import { amountOf } from "./tenant-records.ts";
import { hourMs, seconds } from "./timetable.ts";

/**
 * A small bill run owes several customers something, and a part of it was wrong: while a scan reads page by page who is
 * owed, somebody writes that part off, so that rows leave the result behind the reader.
 */
export const writeOffWhileScanned = async (where: Collecting, chance: Chance, hours: number): Promise<void> => {
  const { time, faults } = where.world;
  const { store } = where.tenant;
  for (let count = 4; count > 0; count -= 1) {
    await time.sleep(seconds(chance, (hours * hourMs) / 4_000));
    const billed = Array.from({ length: 4 + chance.below(5) }, () =>
      post(where, chance.pick(store.accounts.rows), `-${amountOf(chance)}`, "2026-11-23"),
    );
    const wrong = billed.flatMap((each) => (each.kind === "invoice" && chance.hits(0.5) ? [each.invoice.Id] : []));
    // A call takes up to a sixteenth of a second, or up to three.
    const stepMaxMs = chance.pick([120, 3_000]);
    const writeOff = async () => {
      for (const id of wrong) {
        await time.sleep(chance.below(stepMaxMs));
        const invoice = store.invoices.one("Id", id);
        if (invoice?.Balance.lt(0)) adjustToZero(where, invoice);
      }
    };
    await Promise.all([runScan(where.world, "incremental"), writeOff()]);
    faults.count("written-off-while-scanned");
  }
};

const adjustToZero = ({ world: { time }, tenant: { store }, movements }: Collecting, invoice: InvoiceRecord): void => {
  const owes = negate(invoice.Balance);
  const charge = { object: "InvoiceAdjustment", type: "Charge", amount: toDecimal(owes) } as const;
  adjustInvoiceByHand(store, invoice, charge, time.now());
  movements.push({ kind: "payment", accountId: invoice.AccountId, invoiceId: invoice.Id, at: time.now(), owes });
};
