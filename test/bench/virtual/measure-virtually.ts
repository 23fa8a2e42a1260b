import { fifoDeliveryMax } from "../../../functions/app/process/width.ts";
import { VirtualTime } from "../../simulation/harness/virtual-time.ts";
import { mulberry32 } from "../../zuora-simulator/mulberry32.ts";
import { settleAtFloor } from "../floor.ts";
import { FarTenant, type Seen } from "./far-tenant.ts";
import { type Surroundings, scanEverything, startProcessor } from "./functions.ts";
import { NearQueue } from "./near-queue.ts";

/** A stage, as far as its pace depends on it. */
export type Stage = {
  readonly scannerCalls: number;
  readonly processors: number;
  /** Of each processor. */
  readonly processorCalls: number;
  readonly accountsTogether: number;
};

export type VirtuallyMeasured = {
  readonly accounts: number;
  readonly seen: Seen;
  /** From the start of the scan to the last write. */
  readonly seconds: number;
  /** Of these, before the first write. */
  readonly scanSeconds: number;
  readonly throttled: number;
  readonly maxInFlight: number;
};

/**
 * What AWS takes, in milliseconds: an assumption, and little beside Zuora. Requests to SQS and Parameter Store within a
 * region, give or take the half, and the start of an execution environment.
 */
const aws = { requestMs: 20, coldStartMs: 1_000 } as const;

const limitMs = 24 * 60 * 60_000;

/** Long after the tenant's invoices were posted: nothing has changed just now. */
const startsAt = Date.UTC(2026, 10, 23, 9, 30);

/**
 * Scans and settles a tenant with the production code in virtual time: what comes out is what Zuora's pace makes of it,
 * however busy this machine is. What functions compute takes no time in it.
 *
 * @param seed decides how long each request to AWS takes, and so who gets which messages
 */
export const measureVirtually = async (accounts: number, stage: Stage, seed: number): Promise<VirtuallyMeasured> => {
  const clock = new VirtualTime(startsAt);
  const zuora = new FarTenant(accounts, clock);
  const random = mulberry32(seed);
  const requestMs = () => aws.requestMs * (0.5 + random());
  const queue = new NearQueue(clock, requestMs);
  const around: Surroundings = { clock, transport: zuora.transport, queue, random, requestMs };
  let isScanned = false;
  const runScanner = async (): Promise<void> => {
    await clock.sleep(aws.coldStartMs);
    await scanEverything(around, stage.scannerCalls);
    isScanned = true;
  };
  const runProcessor = async (name: string): Promise<void> => {
    let handle: ReturnType<typeof startProcessor> | undefined;
    while (!isScanned || !queue.isEmpty) {
      const delivered = await queue.receive(fifoDeliveryMax);
      if (delivered.length === 0) continue;
      if (handle === undefined) await clock.sleep(aws.coldStartMs);
      handle ??= startProcessor(around, { ...stage, calls: stage.processorCalls, name });
      const kept = await handle(delivered);
      if (kept.length > 0) throw new Error(`${kept.length} accounts were not settled at once`);
      await queue.remove(delivered);
    }
  };
  const processors = Array.from({ length: stage.processors }, (_, index) => runProcessor(`environment-${index}`));
  await clock.run(Promise.all([runScanner(), ...processors]), limitMs);
  return measured(accounts, zuora);
};

/** Settles an equal tenant with the fewest calls, in virtual time as well. */
export const measureFloorVirtually = async (accounts: number, calls: number): Promise<VirtuallyMeasured> => {
  const clock = new VirtualTime(startsAt);
  const zuora = new FarTenant(accounts, clock);
  await clock.run(settleAtFloor({ transport: zuora.transport, clock, concurrency: calls }), limitMs);
  return measured(accounts, zuora);
};

const measured = (accounts: number, zuora: FarTenant): VirtuallyMeasured => {
  if (zuora.unsettled > 0) throw new Error(`${zuora.unsettled} accounts are not settled`);
  const { throttled, maxInFlight } = zuora.limits;
  const seen = zuora.untilLastWrite;
  const secondsUntil = (instant: number) => (instant - startsAt) / 1_000;
  return {
    accounts,
    seen,
    seconds: secondsUntil(seen.lastWriteAt),
    scanSeconds: secondsUntil(seen.firstWriteAt ?? startsAt),
    throttled,
    maxInFlight,
  };
};
