import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findAccounts } from "../../functions/app/scan/find-accounts.ts";
import { systemClock } from "../../functions/aws/clock.ts";
import { connect } from "../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import { scannerPatience } from "../../functions/zuora/http/retry.ts";
import { createCandidates, partsFor } from "../../functions/zuora/scan/candidates.ts";
import { nodeOptions } from "../../infra/functions/node-options.ts";
import { readBody } from "../local/loopback-server.ts";
import { addAccount } from "../zuora-simulator/build.ts";
import { Store } from "../zuora-simulator/store.ts";
import { startZuoraServer } from "../zuora-simulator/zuora-server.ts";
import { client, latency, limits } from "./tenant.ts";

/** As deployed: V8 is told what it has, so that garbage does not count. */
const heap = nodeOptions(512).split(" ");

/** What a scan of so many negative invoices took of a tenant that is far away. */
export type ScanMeasured = {
  readonly accounts: number;
  readonly calls: number;
  readonly seconds: number;
  readonly mib: number;
  readonly throttled: number;
};

/** Lets a fresh process find every account of a tenant by HTTP, with so many calls in flight. */
export const scanOverHttp = async (accounts: number, callsInFlight: number): Promise<ScanMeasured> => {
  const store = new Store();
  for (let index = 0; index < accounts; index += 1) addAccount(store, { invoices: [{ amount: "-12.00" }] });
  const zuora = await startZuoraServer({ ...client, store, latency, limits });
  try {
    const child = spawn(process.execPath, [...heap, fileURLToPath(import.meta.url), zuora.url, `${callsInFlight}`]);
    const told = JSON.parse(await readBody(child.stdout)) as { found: number; seconds: number; mib: number };
    if (told.found !== accounts) throw new Error(`${told.found} accounts were found of ${accounts}`);
    const { requests: calls, throttled } = zuora.limits;
    return { accounts, calls, seconds: told.seconds, mib: told.mib, throttled };
  } finally {
    await zuora.stop();
  }
};

if (import.meta.main) {
  const [url = "", calls = "1"] = process.argv.slice(2);
  const concurrency = Number(calls);
  const connection = connect({
    transport: createGotTransport(url, 130_000),
    credentials: { read: async () => client },
    clock: systemClock,
    random: Math.random,
    telemetry: { info: () => {}, warn: () => {}, count: () => {} },
    patience: scannerPatience,
    timeoutMs: 130_000,
    concurrency,
    busyPauseMs: 1_000,
  });
  const invocation = { trackId: "zcs-bench", remainingMs: () => Number.POSITIVE_INFINITY };
  const startedAt = performance.now();
  const candidates = createCandidates(connection, invocation, undefined, { parts: partsFor(concurrency) });
  const { accounts } = await findAccounts(candidates, { since: undefined });
  const seconds = (performance.now() - startedAt) / 1000;
  const mib = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ found: accounts.size, seconds, mib }));
}
