import { subtract } from "../../../functions/domain/money.ts";
import { type Billed, billTotal } from "../../zuora-simulator/credit-memos/bill.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { Collecting } from "./collections.ts";
import type { Chance } from "./random.ts";
import { runScan } from "./system.ts";
import { amountOf } from "./tenant-records.ts";
import { seconds } from "./timetable.ts";

/** Where customers are billed. */
export type Billing = Pick<Collecting, "world" | "tenant" | "movements">;

/** Posts a total: what is below zero becomes what the kind of tenant makes of it. */
export const post = (
  { world: { time, chance, faults, mode }, tenant, movements }: Billing,
  account: AccountRecord,
  amount: string,
  invoiceDate: string,
): Billed => {
  const before = owedBy(tenant, account.Id);
  // The switch of a harmonised tenant is one that people turn.
  const kind = mode === "both" && chance.hits(0.5) ? "harmonized-off" : tenant.kind;
  const billed = billTotal({ store: tenant.store, kind }, account, { amount, invoiceDate }, time.now());
  const owes = subtract(owedBy(tenant, account.Id), before);
  const invoiceId = billed.kind === "invoice" ? billed.invoice.Id : "";
  movements.push({ kind: "new-invoice", accountId: account.Id, invoiceId, at: time.now(), owes });
  faults.count("invoice-posted");
  return billed;
};

/**
 * Somebody is owed, and found, just before customers are charged whom nobody announced: whoever settles him has read
 * then who is being charged. And while that may still be believed, somebody is owed who is being charged by now.
 */
export const billBeside = async (where: Collecting, chance: Chance, chargesAt: number): Promise<void> => {
  const { time } = where.world;
  await time.sleep(chargesAt - 2_000 - seconds(chance, 5) - time.now());
  await bill(where, chance, chance.pick(where.tenant.store.accounts.rows));
  await time.sleep(chargesAt + 36_000 + seconds(chance, 16) - time.now());
  await bill(where, chance, someoneBeingPaid(where, chance));
};

const bill = async (where: Collecting, chance: Chance, account: AccountRecord | undefined): Promise<void> => {
  if (account === undefined) return;
  post(where, account, `-${amountOf(chance)}`, "2026-11-23");
  await runScan(where.world, "incremental");
};

const someoneBeingPaid = ({ tenant: { store } }: Collecting, chance: Chance): AccountRecord | undefined => {
  const paying = store.payments.rows.filter(({ Status }) => Status === "Processing");
  const accounts = paying.flatMap(({ AccountId }) => store.accounts.one("Id", AccountId) ?? []);
  return accounts.length === 0 ? undefined : chance.pick(accounts);
};
