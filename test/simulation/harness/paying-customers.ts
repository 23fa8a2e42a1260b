import { hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import { zero } from "../../../functions/domain/money.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import { addCustomerPayment } from "../../zuora-simulator/unapplied-payments/build-payment.ts";
import {
  applyPaymentByHand,
  refundPaymentByHand,
  unapplyPaymentByHand,
} from "../../zuora-simulator/unapplied-payments/payment-hands.ts";
import { lookAtOnce, type Movement, movedBy } from "./people.ts";
import type { Chance } from "./random.ts";
import type { World } from "./system.ts";
import { amountOf } from "./tenant-records.ts";

/** What customers paid too much or too early: some of it as much as an invoice, some reserved, some not there yet. */
export const addPayments = (store: Store, chance: Chance, at: number, mode: Mode): void => {
  if (!hasCreditMemos(mode)) return;
  for (const account of [...store.accounts.rows]) {
    for (let count = chance.below(3); count > 0; count -= 1) {
      const open = store.invoices.where("AccountId", account.Id).filter(({ Balance }) => Balance.gt(0));
      const amount = open.length > 0 && chance.hits(0.4) ? chance.pick(open).Amount.toFixed() : amountOf(chance);
      const effectiveDate = chance.hits(0.1) ? "2026-12-24" : `2026-11-${10 + chance.below(13)}`;
      addCustomerPayment(
        store,
        account,
        {
          amount,
          effectiveDate,
          ...(chance.hits(0.1) ? { prepayment: true } : {}),
          ...(chance.hits(0.05) ? { isStandalone: true } : {}),
          ...(chance.hits(0.1) ? { status: chance.pick(["Processing", "Error"]) } : {}),
        },
        at,
      );
    }
  }
};

/** Customers pay too much, and people apply payments, take them back and return them. */
export const payAndThink = async (
  world: World,
  tenant: Tenant,
  movements: Movement[],
  chance: Chance,
): Promise<void> => {
  if (!hasCreditMemos(world.mode)) return;
  for (let count = chance.below(8); count > 0; count -= 1) {
    await world.time.sleep(chance.below(25_000));
    const acts = actOnce(world, tenant, chance);
    for (const movement of acts) {
      movements.push(movement);
      world.faults.count(`${movement.kind}-by-people`);
    }
    if (acts.some(({ kind }) => kind === "payment-unapplied") && chance.hits(0.7)) await lookAtOnce(world);
  }
};

const actOnce = ({ time, canceledAt }: World, tenant: Tenant, chance: Chance): readonly Movement[] => {
  const { accounts, customerPayments, paymentParts, invoices } = tenant.store;
  const at = time.now();
  if (customerPayments.rows.length === 0 || chance.hits(0.3)) {
    const account = chance.pick(accounts.rows);
    const pay = () => addCustomerPayment(tenant.store, account, { amount: amountOf(chance) }, at).id;
    return [movedBy(tenant, { kind: "overpaid", accountId: account.Id, at }, pay)];
  }
  const payment = chance.pick(customerPayments.rows);
  const { accountId, id: memoId } = payment;
  const parts = paymentParts.where("paymentId", payment.id).filter(({ amount }) => amount.gt(0));
  if (parts.length > 0 && chance.hits(0.6)) {
    const { invoiceId } = chance.pick(parts);
    if (!unapplyPaymentByHand(tenant, payment, at, invoiceId)) return [];
    canceledAt.set(payment.id, at);
    return [{ kind: "payment-unapplied", accountId, invoiceId, memoId, at, owes: zero }];
  }
  const open = invoices.where("AccountId", accountId).find((each) => each.Status === "Posted" && each.Balance.gt(0));
  if (open !== undefined && chance.hits(0.5)) {
    if (!applyPaymentByHand(tenant, payment, open, at)) return [];
    return [{ kind: "payment-applied", accountId, invoiceId: open.Id, memoId, at, owes: zero }];
  }
  const refund = () => {
    refundPaymentByHand(payment, amountOf(chance), at);
    return "";
  };
  return [movedBy(tenant, { kind: "payment-refunded", accountId, at }, refund)];
};
