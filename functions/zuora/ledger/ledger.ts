import type { Ledger } from "../../app/settle/ports.ts";
import { ZuoraAccessError } from "../../domain/errors.ts";
import { type AdjustmentCodes, createAdjustments } from "../adjustments/create-adjustments.ts";
import { applyToInvoices } from "../credit-memos/apply-to-invoices.ts";
import { contradictionIn } from "../credit-memos/mode-check.ts";
import { createClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import type { AccountReading } from "./account-reading.ts";
import { readInvoiceItems } from "./invoice-items.ts";
import { readAccounts } from "./read-accounts.ts";

/** Zuora as settlement sees it, for one invocation. */
export const createLedger = (
  connection: Connection,
  invocation: Invocation,
  { reading, codes }: { readonly reading: AccountReading; readonly codes: AdjustmentCodes },
): Ledger => {
  const client = createClient(connection, invocation);
  const clocks = { now: () => connection.clock.now(), zuoraTime: connection.zuoraClock.at };
  return {
    readAccounts: async (ids) => {
      await reading.modeCheck?.passed(client);
      return readAccounts(client, ids, reading, clocks).catch((error: unknown) => {
        throw contradictionIn(error, reading.mode);
      });
    },
    readInvoiceItems: (ids) => readInvoiceItems(client, ids, reading.mode),
    runsInProgress: (previous) => reading.collections.inProgress(client, previous),
    accountsBeingPaid: (ids) => reading.collections.beingPaid(client, ids),
    applyToInvoices: (steps, mayLeave) => applyToInvoices(client, steps, mayLeave, connection),
    createAdjustments: async (adjustments, key, mayLeave) => {
      const outcomes = await createAdjustments(client, adjustments, codes, { key, mayLeave });
      const errors = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
      const [first] = errors;
      // Where every row is refused for our user's sake, so would be the rows of the next call.
      const isKeptOut = errors.length === outcomes.length && errors.every((error) => error instanceof ZuoraAccessError);
      if (isKeptOut && first instanceof ZuoraAccessError) connection.pace.heard(first);
      return outcomes;
    },
  };
};
