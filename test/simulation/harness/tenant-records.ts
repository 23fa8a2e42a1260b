import { hasCreditMemos, type Mode } from "../../../functions/domain/credit/mode.ts";
import { type AccountSpec, addInvoice } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { addCase } from "../../zuora-simulator/credit-memos/seed-memos.ts";
import { creditByHand } from "../../zuora-simulator/hands.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import type { Chance } from "./random.ts";

/** What an account says that is to be left alone. */
export const optOutField = "CreditSweepOptOut__c";

/** An amount of one or two digits and two places. */
export const amountOf = (chance: Chance): string => `${1 + chance.below(40)}.${10 + chance.below(90)}`;

/** As long as Zuora lets an invoice number be. */
const longNumber = (chance: Chance): string => `INV-${chance.below(1_000_000)}-`.padEnd(255, "0");

/**
 * A few small accounts of every interesting kind.
 *
 * @param isMuchStanding whether some have much credit of others beside little of ours, and more to pay than both
 */
export const tenantRecords = (chance: Chance, startsAt: number, isMuchStanding: boolean, mode: Mode): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const count = 2 + chance.below(5);
  for (let index = 0; index < count; index += 1) {
    const account = addAccountWithCredit(store, accountOf(chance), startsAt - 3_600_000, mode);
    if (hasCreditMemos(mode)) varyMemos(store, account, chance, startsAt - 3_600_000);
  }
  for (let count = isMuchStanding ? 2 : 0; count > 0; count -= 1) {
    const invoices = [{ amount: `-${amountOf(chance)}` }, { amount: "500.00" }];
    addAccountWithCredit(store, { invoices, credit: "50.00" }, startsAt - 3_600_000, mode);
  }
  return store;
};

/** Credit that stands there has a record, as all credit has; where there is no credit balance, it is a memo. */
export const addAccountWithCredit = (
  store: Store,
  { credit, ...spec }: AccountSpec,
  at: number,
  mode: Mode = "credit-balance",
): AccountRecord => {
  const account = addCase(store, spec, kindFor(mode), at);
  if (credit === undefined) return account;
  if (mode === "credit-memos") addCreditMemo(store, account, { amount: credit, billRunNumber: null }, at);
  else creditByHand(store, account, credit, at);
  return account;
};

/** Memos that credit the item of some open invoice or are excluded, and a total that stayed a negative invoice. */
export const varyMemos = (store: Store, account: AccountRecord, chance: Chance, at: number): void => {
  const open = store.invoices.where("AccountId", account.Id).filter(({ Balance }) => Balance.gt(0));
  if (open.length > 0 && chance.hits(0.4)) {
    const [item] = store.invoiceItems.where("InvoiceId", chance.pick(open).Id);
    const amount = amountOf(chance);
    addCreditMemo(store, account, { amount, ...(item === undefined ? {} : { creditFromItemId: item.Id }) }, at);
  }
  for (const memo of store.creditMemos.where("accountId", account.Id))
    memo.excludeFromAutoApplyRules = chance.hits(0.1);
  if (chance.hits(0.05)) addInvoice(store, account, { amount: `-${amountOf(chance)}`, invoiceDate: "2026-11-20" }, at);
};

const accountOf = (chance: Chance): AccountSpec => {
  const day = () => `2026-11-${10 + chance.below(13)}`;
  const mirrored = amountOf(chance);
  const subscriptionNumber = () => chance.pick(["A-S1", "A-S2", "A-S3"]);
  const invoices = [
    ...Array.from({ length: chance.below(3) }, () => ({
      amount: `-${amountOf(chance)}`,
      invoiceDate: day(),
      subscriptionNumber: subscriptionNumber(),
    })),
    ...Array.from({ length: chance.below(4) }, () => ({
      amount: amountOf(chance),
      invoiceDate: day(),
      dueDate: day(),
      subscriptionNumber: subscriptionNumber(),
    })),
    ...(chance.hits(0.5)
      ? [
          { amount: mirrored, invoiceDate: day() },
          { amount: `-${mirrored}`, invoiceDate: day() },
        ]
      : []),
    ...(chance.hits(0.1) ? [{ amount: "-3.00", invoiceDate: "2026-12-24" }] : []),
    ...(chance.hits(0.1) ? [{ amount: "-8.00", invoiceDate: day(), number: longNumber(chance) }] : []),
    ...(chance.hits(0.1) ? [{ amount: "-7.00", invoiceDate: day(), status: "Draft" as const }] : []),
  ];
  return {
    invoices,
    Currency: chance.pick(["GBP", "GBP", "KWD"]),
    ...(chance.hits(0.3) ? { credit: chance.pick(["0.01", amountOf(chance)]) } : {}),
    ...(chance.hits(0.05) ? { custom: { [optOutField]: chance.pick(["Yes ", "true"]) } } : {}),
    ...(chance.hits(0.05) ? { Status: "Canceled" as const } : {}),
  };
};
