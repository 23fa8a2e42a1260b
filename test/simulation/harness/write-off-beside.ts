import { negate, toDecimal } from "../../../functions/domain/money.ts";
import { adjustInvoiceByHand } from "../../zuora-simulator/hands.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import { type Billing, post } from "./bill-beside.ts";
import type { Chance } from "./random.ts";
import { runScan } from "./system.ts";
import { amountOf } from "./tenant-records.ts";
import { seconds } from "./timetable.ts";

/** Most of what is read in parts has no second page here. */
const pageAfterPage = 1;

/**
 * A small bill run owes several customers something, and a part of it was wrong: while a scan reads page by page who is
 * owed, somebody writes that part off, so that rows leave the result behind the reader.
 */
export const writeOffWhileScanned = async (
  where: Billing,
  chance: Chance,
  { times, withinMs }: { readonly times: number; readonly withinMs: number },
): Promise<void> => {
  const { time, faults, front } = where.world;
  const { store } = where.tenant;
  for (let count = times; count > 0; count -= 1) {
    await time.sleep(seconds(chance, withinMs / times / 1_000));
    const billed = Array.from({ length: 10 + chance.below(5) }, () =>
      post(where, chance.pick(store.accounts.rows), `-${amountOf(chance)}`, "2026-11-23"),
    );
    const wrong = billed.flatMap((each) => (each.kind === "invoice" && chance.hits(0.5) ? [each.invoice.Id] : []));
    front.onNextPage = () => {
      for (const id of wrong.filter(() => chance.hits(0.5))) {
        const invoice = store.invoices.one("Id", id);
        if (invoice?.Balance.lt(0)) adjustToZero(where, invoice);
      }
    };
    await runScan(where.world, "incremental", { parts: pageAfterPage });
    front.onNextPage = undefined;
    faults.count("written-off-while-scanned");
  }
};

const adjustToZero = ({ world: { time }, tenant: { store }, movements }: Billing, invoice: InvoiceRecord): void => {
  const owes = negate(invoice.Balance);
  const charge = { object: "InvoiceAdjustment", type: "Charge", amount: toDecimal(owes) } as const;
  adjustInvoiceByHand(store, invoice, charge, time.now());
  movements.push({ kind: "payment", accountId: invoice.AccountId, invoiceId: invoice.Id, at: time.now(), owes });
};
