import { SharedTrouble } from "../../functions/app/settle/rounds/shared-trouble.ts";
import { settleAccounts } from "../../functions/app/settle/settle-accounts.ts";
import { systemClock } from "../../functions/aws/clock.ts";
import { policySchema } from "../../functions/domain/policy.ts";
import { connect } from "../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import { processorPatience } from "../../functions/zuora/http/retry.ts";
import { createLedger } from "../../functions/zuora/ledger/ledger.ts";
import { createCandidates } from "../../functions/zuora/scan/candidates.ts";
import { everything } from "../local/policy.ts";
import { client } from "./tenant.ts";

/**
 * The floor, in a process of its own: the fewest calls that settle ten accounts at a time, which are their accounts,
 * their invoices, the subscriptions, one create of Increases and one of Decreases. No queue, no function, no safety
 * read; as many batches at a time as there may be calls.
 */
const [url = "", concurrency = "20"] = process.argv.slice(2);
const batchSize = 10;

const connection = connect({
  transport: createGotTransport(url, 130_000),
  credentials: { read: async () => client },
  clock: systemClock,
  random: Math.random,
  telemetry: { info: () => {}, warn: () => {}, count: () => {} },
  patience: processorPatience,
  timeoutMs: 130_000,
  concurrency: Number(concurrency),
  busyPauseMs: 1_000,
});
const policy = policySchema.parse(everything);
const unread = {
  timeZone: "UTC",
  optOutField: undefined,
  separatesStandingCredit: false,
  collections: {
    current: async () => ({ runs: [], accountsBeingPaid: new Set<string>() }),
    inProgress: async () => [],
    beingPaid: async () => new Set<string>(),
  },
  canceled: {
    current: async () => ({ readAt: Number.POSITIVE_INFINITY, byAccount: new Map(), unreadable: new Set<string>() }),
  },
};
const remainingMs = () => Number.POSITIVE_INFINITY;
const runId = "zcs-floor";
const ledger = createLedger(connection, { trackId: runId, remainingMs }, { reading: unread, codes: {} });

const startedAt = performance.now();
const ids = new Set<string>();
for await (const { accountId } of createCandidates(connection, { trackId: runId, remainingMs }).negativeInvoices(
  undefined,
)) {
  ids.add(accountId);
}
const waiting = [...ids];
let keys = 0;
const work = async (): Promise<void> => {
  for (let batch = waiting.splice(0, batchSize); batch.length > 0; batch = waiting.splice(0, batchSize)) {
    await settleAccounts(
      {
        ledger,
        policy,
        dryRun: false,
        nextKey: () => `floor-${++keys}`,
        mayWrite: async () => true,
        whyUnsent: () => "out-of-time",
        trouble: new SharedTrouble(Date.now),
        onConfirmed: () => {},
      },
      new Map(batch.map((id) => [id, runId])),
    );
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, work));
process.stdout.write(JSON.stringify({ ms: performance.now() - startedAt }));
