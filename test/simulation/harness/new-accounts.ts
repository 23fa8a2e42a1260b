import { hasCreditBalance } from "../../../functions/domain/credit/mode.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import type { History } from "./history.ts";
import { lookAtOnce } from "./people.ts";
import type { Chance } from "./random.ts";
import type { World } from "./system.ts";
import { addAccountWithCredit, amountOf } from "./tenant-records.ts";

/**
 * A replica shows a new account so much later than its invoices, in milliseconds: less than any account may fail for.
 */
const notShownMaxMs = 60_000;

/**
 * Customers who come, are billed and get money back while the system runs, and whom a replica does not show for a
 * while: a scan finds what they are owed, and whoever reads them is told that there is no such account.
 *
 * @param chance a stream of its own, so that the histories without it stay what they are
 */
export const openAccounts = async (
  world: World,
  { tenant, owedAtFirst }: Pick<History, "tenant" | "owedAtFirst">,
  chance: Chance,
): Promise<void> => {
  if (!hasCreditBalance(world.mode) || !chance.hits(0.3)) return;
  const { time, faults, front } = world;
  await time.sleep(chance.below(40_000));
  const invoices = [
    { amount: `-${amountOf(chance)}`, invoiceDate: "2026-11-20" },
    { amount: amountOf(chance), invoiceDate: "2026-11-20" },
  ];
  const { Id } = addAccountWithCredit(tenant.store, { invoices }, time.now(), world.mode);
  owedAtFirst.set(Id, owedBy(tenant, Id));
  front.notShownUntil.set(Id, time.now() + chance.below(notShownMaxMs));
  faults.count("account-opened");
  await lookAtOnce(world);
};
