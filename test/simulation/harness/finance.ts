import { hasCreditBalance } from "../../../functions/domain/credit/mode.ts";
import { toDecimal } from "../../../functions/domain/money.ts";
import { billTotal } from "../../zuora-simulator/credit-memos/bill.ts";
import { applyByHand, creditByHand, refundRecorded } from "../../zuora-simulator/hands.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { lookAtOnce, type Movement, movedBy } from "./people.ts";
import type { Chance } from "./random.ts";
import type { World } from "./system.ts";
import { amountOf } from "./tenant-records.ts";

/** So often finance looks for a customer with credit, ten seconds apart. */
const looksMax = 9;

/**
 * Finance spends what credit a customer has, books other credit later, and then bills the customer again: what was
 * transferred is gone by then, and what is there is somebody else's.
 *
 * @param chance a stream of its own, so that the histories without it stay what they are
 */
export const spendAndBook = async (world: World, tenant: Tenant, movements: Movement[], chance: Chance) => {
  if (!hasCreditBalance(world.mode) || !chance.hits(0.4)) return;
  const { time, faults } = world;
  const { store } = tenant;
  const withCredit = () =>
    store.accounts.rows.filter(({ Status, CreditBalance }) => Status === "Active" && CreditBalance.gt(0));
  for (let looks = 0; withCredit().length === 0 && looks < looksMax; looks += 1) await time.sleep(10_000);
  await time.sleep(chance.below(20_000));
  const accounts = withCredit();
  if (accounts.length === 0) return;
  const account = chance.pick(accounts);
  const accountId = account.Id;
  const act = async (kind: Movement["kind"], work: () => string) => {
    movements.push(movedBy(tenant, { kind, accountId, at: time.now() }, work));
    faults.count(`${kind}-by-finance`);
    await time.sleep(1_000 + chance.below(15_000));
  };

  const open = store.invoices
    .where("AccountId", accountId)
    .find((each) => each.Status === "Posted" && each.Balance.gt(0));
  if (open !== undefined && chance.hits(0.5))
    await act("application", () => {
      applyByHand(tenant, account, open, time.now());
      return open.Id;
    });
  if (account.CreditBalance.gt(0))
    await act("refund", () => {
      refundRecorded(store, account, toDecimal(account.CreditBalance), time.now());
      return "";
    });
  await act("credit", () => {
    creditByHand(store, account, amountOf(chance), time.now());
    return "";
  });
  await act("new-invoice", () => {
    const { kind } = tenant;
    const total = { amount: amountOf(chance), invoiceDate: "2026-11-23" };
    const billed = billTotal({ store, kind }, account, total, time.now());
    return billed.kind === "invoice" ? billed.invoice.Id : "";
  });
  await lookAtOnce(world);
};
