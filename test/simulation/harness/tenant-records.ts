import { type AccountSpec, addAccount } from "../../zuora-simulator/build.ts";
import { creditByHand } from "../../zuora-simulator/hands.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import { Store } from "../../zuora-simulator/store.ts";
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
export const tenantRecords = (chance: Chance, startsAt: number, isMuchStanding: boolean): Store => {
  const store = new Store();
  store.customFields.add(optOutField);
  const count = 2 + chance.below(5);
  for (let index = 0; index < count; index += 1) addAccountWithCredit(store, accountOf(chance), startsAt - 3_600_000);
  for (let count = isMuchStanding ? 2 : 0; count > 0; count -= 1) {
    const invoices = [{ amount: `-${amountOf(chance)}` }, { amount: "500.00" }];
    addAccountWithCredit(store, { invoices, credit: "50.00" }, startsAt - 3_600_000);
  }
  return store;
};

/** Credit that stands there has a record, as all credit has. */
export const addAccountWithCredit = (store: Store, { credit, ...spec }: AccountSpec, at: number): AccountRecord => {
  const account = addAccount(store, spec, at);
  if (credit !== undefined) creditByHand(store, account, credit, at);
  return account;
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
