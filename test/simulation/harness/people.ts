import { type Money, subtract } from "../../../functions/domain/money.ts";
import { addInvoice } from "../../zuora-simulator/build.ts";
import { cancelByHand, owedBy, payByHand, refundByHand } from "../../zuora-simulator/hands.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import type { Chance } from "./random.ts";
import type { World } from "./system.ts";
import { amountOf } from "./tenant-records.ts";

/** Something that people did to an account meanwhile. */
export type Movement = {
  readonly kind: "payment" | "new-invoice" | "refund" | "cancellation" | "payment-run";
  readonly accountId: string;
  readonly invoiceId: string;
  readonly at: number;
  /** What it added to what the customer owes. */
  readonly owes: Money;
};

/** People and other programs use the tenant too. */
export const actInBetween = async (
  { time, chance, faults }: World,
  tenant: Tenant,
  movements: Movement[],
): Promise<void> => {
  for (let count = chance.below(12); count > 0; count -= 1) {
    await time.sleep(chance.below(15_000));
    const movement = actOnce(tenant, chance, time.now());
    if (movement === undefined) continue;
    movements.push(movement);
    faults.count(`${movement.kind}-by-people`);
  }
};

const actOnce = (tenant: Tenant, chance: Chance, at: number): Movement | undefined => {
  const { store } = tenant;
  const account = chance.pick(store.accounts.rows);
  const accountId = account.Id;
  const before = owedBy(tenant, accountId);
  const moved = (kind: Movement["kind"], invoiceId: string): Movement => {
    return { kind, accountId, invoiceId, at, owes: subtract(owedBy(tenant, accountId), before) };
  };
  switch (chance.below(4)) {
    case 0: {
      const invoices = store.invoices.where("AccountId", accountId);
      const open = invoices.find((invoice) => invoice.Status === "Posted" && invoice.Balance.gt(0));
      if (open === undefined) return undefined;
      payByHand(open, amountOf(chance), at);
      return moved("payment", open.Id);
    }
    case 1: {
      const amount = `${chance.hits(0.5) ? "-" : ""}${amountOf(chance)}`;
      return moved("new-invoice", addInvoice(store, account, { amount, invoiceDate: "2026-11-23" }, at).Id);
    }
    case 2: {
      if (!account.CreditBalance.gt(0)) return undefined;
      refundByHand(account, amountOf(chance), at);
      return moved("refund", "");
    }
    default: {
      const processed = store.adjustments.where("AccountId", accountId).filter(({ Status }) => Status === "Processed");
      if (processed.length === 0) return undefined;
      const adjustment = chance.pick(processed);
      return cancelByHand(tenant, adjustment, at) ? moved("cancellation", adjustment.SourceTransactionId) : undefined;
    }
  }
};

/** Half a minute and more in which Zuora refuses every row of everybody; and, now and then, one invoice for good. */
export const refuseRows = async ({ time, chance, faults, front, store }: World): Promise<void> => {
  const negative = store.invoices.rows.filter(({ Status, Balance }) => Status === "Posted" && Balance.lt(0));
  if (negative.length > 0 && chance.hits(0.3)) front.closed.add(chance.pick(negative).Id);
  if (!chance.hits(0.3)) return;
  await time.sleep(chance.below(40_000));
  faults.count("trouble-of-all-rows");
  front.isInTrouble = true;
  await time.sleep(20_000 + chance.below(60_000));
  front.isInTrouble = false;
};

/** Tokens are revoked, the secret is rotated, and now and then nobody is at home for a while. */
export const troubleTheTenant = async (world: World, tenant: Tenant): Promise<void> => {
  const { time, chance, faults, front } = world;
  for (let count = 0; count < 6; count += 1) {
    await time.sleep(chance.below(15_000));
    if (chance.hits(0.4)) {
      faults.count("token-revoked");
      tenant.authentication.revokeAll();
    }
    if (chance.hits(0.2)) {
      faults.count("secret-rotated");
      const rotated = { clientId: "client", clientSecret: `secret-${2 + count}` };
      tenant.authentication.client = rotated;
      tenant.authentication.revokeAll();
      await time.sleep(chance.below(5_000));
      world.secret.current = rotated;
    }
    if (chance.hits(0.1)) {
      faults.count("outage");
      front.isDown = true;
      await time.sleep(chance.hits(0.2) ? 2 * 60 * 60_000 : 15_000);
      front.isDown = false;
    }
  }
};
