import { expect } from "vitest";
import type { AccountState } from "../../../../functions/domain/account.ts";
import { ZuoraContractError } from "../../../../functions/domain/errors.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import type { AccountReading } from "../../../../functions/zuora/ledger/account-reading.ts";
import { createCanceledView } from "../../../../functions/zuora/ledger/canceled-view.ts";
import { readAccounts } from "../../../../functions/zuora/ledger/read-accounts.ts";
import { createCollectionsView } from "../../../../functions/zuora/payment-runs/collections.ts";
import type { ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { connected, invocation } from "../fixtures.ts";

/** The instant of every reading: late in the day in London, the next day in Tokyo. */
export const now = Date.parse("2026-03-16T23:30:00Z");

/** An account as a query finds it. */
export const accountRow = (id: string, facts: object = {}) => ({
  Id: id,
  AccountNumber: `A-${id}`,
  Status: "Active",
  Currency: "GBP",
  Batch: "Batch1",
  CreditBalance: 0,
  ...facts,
});

/** A negative invoice of account `a` as a query finds it. */
export const invoiceRow = (number: string, facts: object = {}) => ({
  Id: `id-of-${number}`,
  AccountId: "a",
  InvoiceNumber: number,
  Status: "Posted",
  Amount: -10.5,
  Balance: -10.5,
  Currency: "GBP",
  InvoiceDate: "2026-03-01",
  DueDate: "2026-03-31",
  PostedDate: "2026-03-02T10:00:00.000+00:00",
  ...facts,
});

/**
 * Reads accounts as the processor does, but for what a test names.
 *
 * @param behindMs how far our clock is behind Zuora's, which says {@link now}
 */
export const read = (
  zuora: ScriptedZuora,
  ids: readonly string[],
  reading: Partial<AccountReading> = {},
  behindMs = 0,
) => {
  const whole: AccountReading = {
    timeZone: "UTC",
    optOutField: undefined,
    separatesStandingCredit: false,
    collections: createCollectionsView(reading.timeZone ?? "UTC", { now: () => now, onNotOffered: () => {} }),
    canceled: createCanceledView(() => now),
    ...reading,
  };
  return readAccounts(createClient(connected(zuora), invocation()), ids, whole, {
    now: () => now - behindMs,
    zuoraTime: (ours) => ours + behindMs,
  });
};

/** Reads account `a`, which must be readable. */
export const readOne = async (tables: Tables, reading: Partial<AccountReading> = {}): Promise<AccountState> => {
  const state = (await read(new TabledZuora(tables), ["a"], reading)).get("a");
  expect(state).not.toBeInstanceOf(ZuoraContractError);
  return state as AccountState;
};
