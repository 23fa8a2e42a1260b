import { expect, it } from "vitest";
import { writeMessage } from "../../../functions/app/message.ts";
import type { ScanKind } from "../../../functions/app/scan/ports.ts";
import { scan } from "../../../functions/app/scan/scan.ts";
import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { settleAccounts } from "../../../functions/app/settle/settle-accounts.ts";
import { systemClock } from "../../../functions/aws/clock.ts";
import type { AccountId } from "../../../functions/domain/account.ts";
import { policySchema } from "../../../functions/domain/policy.ts";
import type { Connection } from "../../../functions/zuora/http/connection.ts";
import { processorPatience } from "../../../functions/zuora/http/retry.ts";
import { createCanceledView } from "../../../functions/zuora/ledger/canceled-view.ts";
import { createLedger } from "../../../functions/zuora/ledger/ledger.ts";
import { createCollectionsView } from "../../../functions/zuora/payment-runs/collections.ts";
import { createPaymentRunWatch } from "../../../functions/zuora/payment-runs/watch.ts";
import { createCandidates } from "../../../functions/zuora/scan/candidates.ts";
import { benchTenant, client, unsettledIn } from "../../bench/tenant.ts";
import { deployed } from "../../bench/virtual/deployed.ts";
import { measureVirtually } from "../../bench/virtual/measure-virtually.ts";
import { everything } from "../../local/policy.ts";
import { startZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { connectOverHttp } from "../connect-over-http.ts";

const runId = "zcs-0mb0abc12345";
const policy = policySchema.parse(everything);
const telemetry = { info: () => {}, warn: () => {}, count: () => {} };

/** Longer than a view answers a look, shorter than it is used for reading. */
const batchTakesMs = 3_000;

/** Before anything was posted: an incremental scan finds all of it. */
const lastScanAt = Date.UTC(2020, 0, 1);

/** How many accounts each batch of an execution environment has, one environment beside the other. */
type Batches = readonly (readonly number[])[];

/** Scans a tenant after a bill run, and settles it in such batches. */
const callsOf = async (accounts: number, batches: Batches, kind: ScanKind = "full") => {
  const zuora = await startZuoraServer({ ...client, store: benchTenant(accounts) });
  try {
    const connected = () => {
      const connection = connectOverHttp(zuora.url, client, { telemetry, patience: processorPatience, concurrency: 2 });
      return { connection, invocation: { trackId: runId, remainingMs: () => 60_000 } };
    };
    const found = await scanIn(connected(), kind);
    const scanner = zuora.limits.requests;
    let keys = 0;
    for (const own of batches) {
      const { connection, invocation } = connected();
      let now = 0;
      const reading = {
        timeZone: "UTC",
        optOutField: undefined,
        separatesStandingCredit: false,
        collections: createCollectionsView("UTC", { now: () => now, onNotOffered: () => {} }),
        canceled: createCanceledView(() => now),
      };
      const ledger = createLedger(connection, invocation, { reading, codes: {} });
      for (const size of own) {
        const deps = {
          ledger,
          policy,
          trouble: new SharedTrouble(Date.now),
          landing: new Landing(Date.now),
          dryRun: false,
          mayWrite: async () => true,
        };
        await settleAccounts(
          { ...deps, nextKey: () => `key-${++keys}`, whyUnsent: () => "out-of-time", onConfirmed: () => {} },
          new Map(found.splice(0, size).map((id) => [id, runId])),
        );
        now += batchTakesMs;
      }
    }
    expect(unsettledIn(zuora.tenant.store)).toBe(0);
    return { scanner, processors: zuora.limits.requests - scanner };
  } finally {
    await zuora.stop();
  }
};

const scanIn = async (
  { connection, invocation }: { connection: Connection; invocation: Parameters<typeof createCandidates>[1] },
  kind: ScanKind,
): Promise<AccountId[]> => {
  const found: AccountId[] = [];
  await scan(
    {
      candidates: () => createCandidates(connection, invocation, undefined, { parts: 12 }),
      paymentRuns: () => createPaymentRunWatch(connection, invocation, { timeZone: "UTC" }),
      workQueue: { depth: async () => 0, send: async (ids) => found.push(...ids) },
      lastScan: { read: async () => (kind === "full" ? undefined : lastScanAt), write: async () => {} },
      refusedScans: { read: async () => ({}), write: async () => {} },
      switchReader: { read: async () => "on" },
      telemetry,
      clock: systemClock,
      zuoraTime: connection.zuoraClock.at,
      random: () => 0,
      policy,
    },
    kind,
  );
  return found;
};

const times = (count: number, size: number): readonly number[] => Array.from({ length: count }, () => size);

/** A token, the runs that wait, charge, completed and failed, and a page each of negative invoices and of credit. */
const scanOfOnePage = 1 + 4 + 2;

/** A token, the runs that wait and that charge, payments under way, and canceled adjustments. */
const environment = 1 + 3 + 1;

/** Accounts, invoices, items, Increases, Decreases. */
const batchOfTen = 5;
const batchOfHundred = 1 + 2 + 2 + 2 + 4;

it("a batch of ten costs five calls beside what an environment looks at once, and a last look at runs and payments", async () => {
  expect(await callsOf(100, [times(10, 10)])).toEqual({
    scanner: scanOfOnePage,
    // The first look is answered by the view that was read a moment ago.
    processors: environment + 10 * batchOfTen + 9 * 2,
  });
});

it("a batch of a hundred costs eleven calls, a look at payments, and one at runs before every call of Decreases", async () => {
  expect(await callsOf(1_000, [times(10, 100)])).toEqual({
    scanner: scanOfOnePage,
    processors: environment + 10 * batchOfHundred + 9 + (4 * 10 - 1),
  });
});

it.each([
  [200, 0.35],
  [1_000, 0.185],
])(
  "%i accounts cost each at most %d calls, everything included, whichever processor gets which",
  async (accounts, most) => {
    for (const seed of [1, 2, 3]) {
      const { seen } = await measureVirtually(accounts, deployed, seed);
      expect(seen.calls / accounts).toBeLessThanOrEqual(most);
    }
  },
);

it("three accounts that an incremental scan found cost ten calls", async () => {
  expect(await callsOf(3, [[3]], "incremental")).toEqual({
    scanner: scanOfOnePage,
    processors: environment + batchOfTen,
  });
});

it("a message is a reference of so many bytes, whatever the account owes", () => {
  expect(Buffer.byteLength(writeMessage({ accountId: "8".repeat(32), runId }))).toBe(87);
});
