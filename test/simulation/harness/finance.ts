import { hasCreditBalance } from "../../../functions/domain/credit/mode.ts";
import { toDecimal } from "../../../functions/domain/money.ts";
import { billTotal } from "../../zuora-simulator/credit-memos/bill.ts";
import { creditByHand, refundRecorded } from "../../zuora-simulator/hands.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { lookAtOnce, type Movement, movedBy } from "./people.ts";
import type { Chance } from "./random.ts";
import type { World } from "./system.ts";
import { amountOf } from "./tenant-records.ts";

/** So often finance looks for a customer with credit, ten seconds apart. */
const looksMax = 9;

/**
 * Finance pays out what credit a customer has, books other credit later, and then bills the customer again: what was
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
  const accountId = chance.pick(accounts).Id;
  /**
   * @param work is given the account as it is then: whoever is shown an older state puts other records in their places
   */
  const act = async (kind: Movement["kind"], work: (account: AccountRecord) => string) => {
    const account = store.accounts.one("Id", accountId);
    if (account === undefined) throw new RangeError(`no account ${accountId}`);
    movements.push(movedBy(tenant, { kind, accountId, at: time.now() }, () => work(account)));
    faults.count(`${kind}-by-finance`);
    await time.sleep(1_000 + chance.below(15_000));
  };

  await act("refund", (account) => {
    refundRecorded(store, account, toDecimal(account.CreditBalance), time.now());
    return "";
  });
  await act("credit", (account) => {
    creditByHand(store, account, amountOf(chance), time.now());
    return "";
  });
  await act("new-invoice", (account) => {
    const { kind } = tenant;
    const total = { amount: amountOf(chance), invoiceDate: "2026-11-23" };
    const billed = billTotal({ store, kind }, account, total, time.now());
    return billed.kind === "invoice" ? billed.invoice.Id : "";
  });
  await lookAtOnce(world);
};
