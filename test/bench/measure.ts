import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readBody } from "../local/loopback-server.ts";
import type { Tenant } from "../zuora-simulator/tenant.ts";
import { startZuoraServer } from "../zuora-simulator/zuora-server.ts";
import { floorProgram } from "./floor.ts";
import { watchMemory } from "./memory.ts";
import { benchTenant, client, latency, limits, unsettledIn } from "./tenant.ts";
import { usualScript } from "./usual-script.ts";

/** What one way of settling a tenant took. */
export type Measured = {
  readonly accounts: number;
  readonly batchSize: number;
  readonly calls: number;
  /** Without those that only make sure: payment runs, payments in progress, canceled adjustments. */
  readonly callsWithoutSafety: number;
  readonly seconds: number;
  /** Of these, before the first write: bundling, and the scan. */
  readonly scanSeconds: number;
  readonly throttled: number;
  readonly maxInFlight: number;
  /** MiB of the largest process; undefined where it cannot be told. */
  readonly processorMib?: number | undefined;
  readonly scannerMib?: number | undefined;
};

const tenantOf = (accounts: number) => startZuoraServer({ ...client, store: benchTenant(accounts), latency, limits });

/**
 * Settles a fresh tenant with the whole local system: the bundles, the queue, one process per environment. Timed from
 * the start of the program to the last write.
 */
export const measureSystem = async (accounts: number, batchSize: number, concurrency: number): Promise<Measured> => {
  const zuora = await tenantOf(accounts);
  const settled = watchProgress(zuora.tenant);
  const startedAt = performance.now();
  const memory = {
    processor: watchMemory("AWS_LAMBDA_FUNCTION_NAME=processor"),
    scanner: watchMemory("AWS_LAMBDA_FUNCTION_NAME=scanner"),
  };
  try {
    const script = fileURLToPath(new URL("../local/start.mjs", import.meta.url));
    const flags = [
      "--zuora-url",
      zuora.url,
      "--json",
      "--concurrency",
      `${concurrency}`,
      "--batch-size",
      `${batchSize}`,
    ];
    const env = { ...process.env, ZUORA_CLIENT_ID: client.clientId, ZUORA_CLIENT_SECRET: client.clientSecret };
    const { out } = await runProgram([script, ...flags, "--deadline", "7200"], env);
    const report = JSON.parse(out) as { outcomes: { settled: number } };
    const unsettled = unsettledIn(zuora.tenant.store);
    if (report.outcomes.settled !== accounts || unsettled > 0) throw new Error(`${unsettled} accounts are not settled`);
    const { throttled, maxInFlight } = zuora.limits;
    return {
      accounts,
      batchSize,
      calls: settled.calls,
      callsWithoutSafety: settled.calls - settled.safetyReads,
      seconds: (settled.lastWriteAt - startedAt) / 1000,
      scanSeconds: ((settled.firstWriteAt ?? startedAt) - startedAt) / 1000,
      throttled,
      maxInFlight,
      processorMib: memory.processor.stop(),
      scannerMib: memory.scanner.stop(),
    };
  } finally {
    memory.processor.stop();
    memory.scanner.stop();
    await zuora.stop();
  }
};

/** Settles an equal tenant with the fewest calls. */
export const measureFloor = async (accounts: number, concurrency: number): Promise<Measured> => {
  const zuora = await tenantOf(accounts);
  try {
    const { out } = await runProgram([floorProgram, zuora.url, `${concurrency}`], process.env);
    const unsettled = unsettledIn(zuora.tenant.store);
    if (unsettled > 0) throw new Error(`the floor left ${unsettled} accounts`);
    const { requests, throttled, maxInFlight } = zuora.limits;
    const seconds = (JSON.parse(out) as { ms: number }).ms / 1000;
    return {
      accounts,
      batchSize: 400,
      calls: requests,
      callsWithoutSafety: requests,
      seconds,
      scanSeconds: 0,
      throttled,
      maxInFlight,
    };
  } finally {
    await zuora.stop();
  }
};

/** Seconds that the usual script would take, scaled from a sample. */
export const measureUsualScript = async (accounts: number, sample: number): Promise<number> => {
  const zuora = await tenantOf(sample);
  try {
    return ((await usualScript(zuora.url, zuora.tenant.store, sample)) * accounts) / 1000;
  } finally {
    await zuora.stop();
  }
};

/** Reads that settle nothing and only make sure: who is being charged, and what people canceled. */
const safetyRead = /\/v1\/payment-runs|from Payment |from CreditBalanceAdjustment /;

type Progress = {
  /** Calls up to the last write: what is read for the report afterwards settles nothing. */
  calls: number;
  safetyReads: number;
  /** Both on `performance.now()`. */
  firstWriteAt?: number;
  lastWriteAt: number;
};

const watchProgress = (tenant: Tenant): Progress => {
  const settled: Progress = { calls: 0, safetyReads: 0, lastWriteAt: 0 };
  let calls = 0;
  let safetyReads = 0;
  const handle = tenant.handle.bind(tenant);
  tenant.handle = (request, now) => {
    calls += 1;
    if (safetyRead.test(request.path) || safetyRead.test(request.body ?? "")) safetyReads += 1;
    if (request.path.startsWith("/v1/action/create")) {
      const now = performance.now();
      settled.firstWriteAt ??= now;
      Object.assign(settled, { calls, safetyReads, lastWriteAt: now });
    }
    return handle(request, now);
  };
  return settled;
};

const runProgram = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ out: string }> => {
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
  const [out, status] = await Promise.all([
    readBody(child.stdout),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  if (status !== 0) throw new Error(`a measured program ended with ${status}`);
  return { out };
};
