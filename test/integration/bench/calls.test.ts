import { afterEach, beforeEach, expect, it } from "vitest";
import { writeMessage } from "../../../functions/app/message.ts";
import { findAccounts } from "../../../functions/app/scan/find-accounts.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { settleAccounts } from "../../../functions/app/settle/settle-accounts.ts";
import { systemClock } from "../../../functions/aws/clock.ts";
import { policySchema } from "../../../functions/domain/policy.ts";
import { connect } from "../../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../../functions/zuora/http/got-transport.ts";
import { processorPatience } from "../../../functions/zuora/http/retry.ts";
import { createCanceledView } from "../../../functions/zuora/ledger/canceled-view.ts";
import { createLedger } from "../../../functions/zuora/ledger/ledger.ts";
import { createCollectionsView } from "../../../functions/zuora/payment-runs/collections.ts";
import { createCandidates } from "../../../functions/zuora/scan/candidates.ts";
import { benchTenant, client, unsettledIn } from "../../bench/tenant.ts";
import { everything } from "../../local/policy.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";

const accounts = 250;
const batchSize = 10;
const runId = "zcs-0mb0abc12345";

let zuora: ZuoraServer;

beforeEach(async () => {
  zuora = await startZuoraServer({ ...client, store: benchTenant(accounts) });
});

afterEach(() => zuora.stop());

/** Scans and settles the tenant as one environment of each function would, ten accounts at a time. */
const settleAll = async () => {
  const environment = () => {
    const connection = connect({
      transport: createGotTransport(zuora.url, 10_000),
      credentials: { read: async () => client },
      clock: systemClock,
      random: () => 0,
      telemetry: { info: () => {}, warn: () => {}, count: () => {} },
      patience: processorPatience,
      timeoutMs: 10_000,
      concurrency: 1,
      busyPauseMs: 1_000,
    });
    return { connection, invocation: { trackId: runId, remainingMs: () => 60_000 } };
  };
  const scanner = environment();
  const candidates = createCandidates(scanner.connection, scanner.invocation);
  const found = await findAccounts(candidates, { since: undefined });
  const scanned = zuora.limits.requests;

  const processor = environment();
  const reading = {
    timeZone: "UTC",
    optOutField: undefined,
    separatesStandingCredit: false,
    collections: createCollectionsView("UTC", { now: () => 0, onNotOffered: () => {} }),
    canceled: createCanceledView(systemClock.now),
  };
  const ledger = createLedger(processor.connection, processor.invocation, { reading, codes: {} });
  const waiting = [...found.accounts];
  let keys = 0;
  for (let batch = waiting.splice(0, batchSize); batch.length > 0; batch = waiting.splice(0, batchSize)) {
    const policy = policySchema.parse(everything);
    const trouble = new SharedTrouble(Date.now);
    const deps = { ledger, policy, trouble, dryRun: false, mayWrite: async () => true };
    await settleAccounts(
      { ...deps, nextKey: () => `key-${++keys}`, whyUnsent: () => "out-of-time", onConfirmed: () => {} },
      new Map(batch.map((id) => [id, runId])),
    );
  }
  return { scanner: scanned, processor: zuora.limits.requests - scanned };
};

it("a batch costs five calls and a last look, an environment its token and three looks around, and a scan its pages", async () => {
  const calls = await settleAll();
  expect(unsettledIn(zuora.tenant.store)).toBe(0);
  const batches = accounts / batchSize;
  const token = 1;
  const paymentRunsAndPayments = 3;
  const canceledAdjustments = 1;
  // Before credit is applied somebody may have started a payment run; a view that is young answers one such look.
  const lastLooks = batches - 1;
  expect(calls).toEqual({
    scanner: token + 2,
    processor: token + paymentRunsAndPayments + canceledAdjustments + lastLooks + 5 * batches,
  });
});

it("a message is a reference of so many bytes, whatever the account owes", () => {
  expect(Buffer.byteLength(writeMessage({ accountId: "8".repeat(32), runId }))).toBe(87);
});
