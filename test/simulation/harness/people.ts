import { hasCreditBalance, hasCreditMemos } from "../../../functions/domain/credit/mode.ts";
import { type Money, subtract, toDecimal, zero } from "../../../functions/domain/money.ts";
import { billTotal } from "../../zuora-simulator/credit-memos/bill.ts";
import { applyMemoByHand, unapplyByHand } from "../../zuora-simulator/credit-memos/memo-hands.ts";
import {
  applyByHand,
  cancelByHand,
  creditByHand,
  owedBy,
  payByHand,
  refundRecorded,
} from "../../zuora-simulator/hands.ts";
import type { InvoiceRecord } from "../../zuora-simulator/records.ts";
import type { Tenant } from "../../zuora-simulator/tenant.ts";
import type { Chance } from "./random.ts";
import { runScan, type World } from "./system.ts";
import { amountOf } from "./tenant-records.ts";

/** Something that people did to an account meanwhile. */
export type Movement = {
  readonly kind:
    | "payment"
    | "new-invoice"
    | "refund"
    | "cancellation"
    | "payment-run"
    | "credit"
    | "application"
    | "memo-applied"
    | "memo-unapplied"
    | "memo-excluded"
    | "overpaid"
    | "payment-applied"
    | "payment-unapplied"
    | "payment-refunded";
  readonly accountId: string;
  readonly invoiceId: string;
  /** Zuora's id of the memo or the payment. */
  readonly memoId?: string;
  readonly at: number;
  /** What it added to what the customer owes. */
  readonly owes: Money;
};

/** People and other programs use the tenant too. */
export const actInBetween = async (world: World, tenant: Tenant, movements: Movement[]): Promise<void> => {
  const { time, chance, faults } = world;
  for (let count = chance.below(16); count > 0; count -= 1) {
    await time.sleep(chance.below(15_000));
    const acts = actOnce(world, tenant);
    for (const movement of acts) {
      movements.push(movement);
      faults.count(`${movement.kind}-by-people`);
    }
    if (acts.some(({ kind }) => kind === "cancellation" || kind === "memo-unapplied") && chance.hits(0.7))
      await lookAtOnce(world);
  }
};

/**
 * Something that somebody did to an account, with what it added to what the customer owes.
 *
 * @param act does it, and tells the id of the invoice that it was about, or nothing
 */
export const movedBy = (
  tenant: Tenant,
  about: Pick<Movement, "kind" | "accountId" | "at">,
  act: () => string,
): Movement => {
  const before = owedBy(tenant, about.accountId);
  const invoiceId = act();
  return { ...about, invoiceId, owes: subtract(owedBy(tenant, about.accountId), before) };
};

/** Execution environments still have in mind what they saw before somebody acted. */
export const lookAtOnce = async (world: World): Promise<void> => {
  await world.time.sleep(world.chance.below(5_000));
  await runScan(world, "incremental");
};

const actOnce = (world: World, tenant: Tenant): readonly Movement[] => {
  const { chance, time, canceledAt, mode } = world;
  if (hasCreditMemos(mode) && chance.hits(0.4)) return handleMemo(world, tenant);
  const { store } = tenant;
  const at = time.now();
  const account = chance.pick(store.accounts.rows);
  const accountId = account.Id;
  const invoices = store.invoices.where("AccountId", accountId);
  const open = invoices.find((invoice) => invoice.Status === "Posted" && invoice.Balance.gt(0));
  const doing = (kind: Movement["kind"], act: () => string) => movedBy(tenant, { kind, accountId, at }, act);
  const pay = (invoice: InvoiceRecord, amount: string) =>
    doing("payment", () => {
      payByHand(invoice, amount, at);
      return invoice.Id;
    });
  switch (chance.below(6)) {
    case 0:
      return open === undefined ? [] : [pay(open, amountOf(chance))];
    case 1: {
      const amount = `${chance.hits(0.5) ? "-" : ""}${amountOf(chance)}`;
      const bill = () => {
        // The switch of a harmonised tenant is one that people turn.
        const kind = mode === "both" && chance.hits(0.5) ? "harmonized-off" : tenant.kind;
        const billed = billTotal({ store, kind }, account, { amount, invoiceDate: "2026-11-23" }, at);
        return billed.kind === "invoice" ? billed.invoice.Id : "";
      };
      return [doing("new-invoice", bill)];
    }
    case 2: {
      if (!account.CreditBalance.gt(0)) return [];
      const refund = () => {
        refundRecorded(store, account, amountOf(chance), at);
        return "";
      };
      return [doing("refund", refund)];
    }
    case 3: {
      if (!hasCreditBalance(mode)) return [];
      const book = () => {
        creditByHand(store, account, amountOf(chance), at);
        return "";
      };
      return [doing("credit", book)];
    }
    case 4: {
      if (open === undefined || !account.CreditBalance.gt(0)) return [];
      const apply = () => {
        applyByHand(tenant, account, open, at);
        return open.Id;
      };
      return [doing("application", apply)];
    }
    default:
      return cancelOnce({ tenant, chance, canceledAt, at, accountId, doing, pay });
  }
};

/** A person applies a memo, takes one back, or excludes one. */
const handleMemo = ({ chance, time, canceledAt }: World, tenant: Tenant): readonly Movement[] => {
  const { creditMemos, creditMemoParts, invoices } = tenant.store;
  const posted = creditMemos.rows.filter(({ status }) => status === "Posted");
  if (posted.length === 0) return [];
  const memo = chance.pick(posted);
  const at = time.now();
  const moved = (kind: Movement["kind"], invoiceId: string): readonly Movement[] => [
    { kind, accountId: memo.accountId, invoiceId, memoId: memo.id, at, owes: zero },
  ];
  const parts = creditMemoParts.where("creditMemoId", memo.id).filter(({ amount }) => amount.gt(0));
  if (parts.length > 0 && chance.hits(0.7)) {
    const { invoiceId } = chance.pick(parts);
    if (!unapplyByHand(tenant, memo, at, invoiceId)) return [];
    canceledAt.set(memo.id, at);
    return moved("memo-unapplied", invoiceId);
  }
  const open = invoices
    .where("AccountId", memo.accountId)
    .find(({ Status, Balance }) => Status === "Posted" && Balance.gt(0));
  if (open !== undefined && chance.hits(0.5))
    return applyMemoByHand(tenant, memo, open, at) ? moved("memo-applied", open.Id) : [];
  memo.excludeFromAutoApplyRules = true;
  memo.updatedDate = at;
  canceledAt.set(memo.id, at);
  return moved("memo-excluded", "");
};

type Acting = {
  readonly tenant: Tenant;
  readonly chance: Chance;
  readonly canceledAt: Map<string, number>;
  readonly at: number;
  readonly accountId: string;
  readonly doing: (kind: Movement["kind"], act: () => string) => Movement;
  readonly pay: (invoice: InvoiceRecord, amount: string) => Movement;
};

/** A person cancels some adjustment of an invoice; now and then the customer pays by card instead. */
const cancelOnce = ({ tenant, chance, canceledAt, at, accountId, doing, pay }: Acting): readonly Movement[] => {
  const { adjustments, invoices } = tenant.store;
  const processed = adjustments
    .where("AccountId", accountId)
    .filter(({ Status, SourceTransactionType }) => Status === "Processed" && SourceTransactionType === "Invoice");
  if (processed.length === 0) return [];
  const adjustment = chance.pick(processed);
  const { CreatedDate, SourceTransactionId: invoiceId, Type } = adjustment;
  const invoice = invoices.one("Id", invoiceId);
  if (invoice === undefined) return [];
  // What is canceled in one long transaction is stamped before anybody can see it.
  const stampedAt = chance.hits(0.5) ? at : CreatedDate + 1 + chance.below(Math.max(1, at - CreatedDate));
  let isDone = false;
  const cancellation = doing("cancellation", () => {
    isDone = cancelByHand(tenant, adjustment, stampedAt);
    return invoiceId;
  });
  if (!isDone) return [];
  canceledAt.set(invoiceId, at);
  const paysByCard = Type === "Decrease" && chance.hits(0.5);
  return paysByCard ? [cancellation, pay(invoice, toDecimal(invoice.Balance))] : [cancellation];
};

/** Finance has closed the period of some invoice that credit could pay: it takes no application any more. */
export const closePeriodOfOpen = ({ front, store }: World, chance: Chance): void => {
  const open = store.invoices.rows.filter(({ Status, Balance }) => Status === "Posted" && Balance.gt(0));
  if (open.length > 0 && chance.hits(0.25)) front.closed.add(chance.pick(open).Id);
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
