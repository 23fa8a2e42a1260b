import type { Clock } from "../../../functions/app/ports.ts";
import { processInvocation } from "../../../functions/app/process/process-invocation.ts";
import { widthFor } from "../../../functions/app/process/width.ts";
import { scan } from "../../../functions/app/scan/scan.ts";
import type { Delivery } from "../../../functions/app/settle/ports.ts";
import { Landing } from "../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../functions/app/settle/rounds/shared-trouble.ts";
import { keepSwitch } from "../../../functions/aws/parameters.ts";
import { policySchema } from "../../../functions/domain/policy.ts";
import { connect } from "../../../functions/zuora/http/connect.ts";
import type { Connection } from "../../../functions/zuora/http/connection.ts";
import { type Patience, processorPatience, scannerPatience } from "../../../functions/zuora/http/retry.ts";
import type { Transport } from "../../../functions/zuora/http/transport.ts";
import { createAccountReading } from "../../../functions/zuora/ledger/account-reading.ts";
import { createLedger } from "../../../functions/zuora/ledger/ledger.ts";
import { createPaymentRunWatch } from "../../../functions/zuora/payment-runs/watch.ts";
import { createCandidates, partsFor } from "../../../functions/zuora/scan/candidates.ts";
import { everything } from "../../local/policy.ts";
import { client } from "../tenant.ts";
import type { NearQueue } from "./near-queue.ts";

/** What the functions are put into. */
export type Surroundings = {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly queue: NearQueue;
  readonly random: () => number;
  /** What a request to AWS takes, in milliseconds. */
  readonly requestMs: () => number;
};

/** As long as Lambda lets a function run. */
const functionMs = 900_000;
const httpTimeoutMs = 130_000;

const policy = policySchema.parse(everything);
const telemetry = { info: () => {}, warn: () => {}, count: () => {} };

const connectIn = ({ clock, transport, random }: Surroundings, concurrency: number, patience: Patience): Connection =>
  connect({
    transport,
    credentials: { read: async () => client },
    clock,
    random,
    telemetry,
    patience,
    timeoutMs: httpTimeoutMs,
    concurrency,
    busyPauseMs: 60_000,
  });

const switchIn = ({ clock, requestMs }: Surroundings) => ({
  read: async () => {
    await clock.sleep(requestMs());
    return "on" as const;
  },
});

/** Finds and queues everything, as the scanner's handler does. */
export const scanEverything = async (around: Surroundings, calls: number): Promise<void> => {
  const connection = connectIn(around, calls, scannerPatience);
  const { clock, queue, random } = around;
  const endsAt = clock.now() + functionMs;
  const during = (trackId: string) => ({ trackId, remainingMs: () => endsAt - clock.now() });
  await scan(
    {
      candidates: (runId) => createCandidates(connection, during(runId), "credit-balance", { parts: partsFor(calls) }),
      paymentRuns: (runId) =>
        createPaymentRunWatch(connection, during(runId), { timeZone: "UTC", mode: "credit-balance" }),
      workQueue: queue.work,
      lastScan: { read: async () => undefined, write: async () => {} },
      refusedScans: { read: async () => ({}), write: async () => {} },
      switchReader: switchIn(around),
      telemetry,
      clock,
      zuoraTime: connection.zuoraClock.at,
      random,
      policy,
    },
    "full",
  );
};

/**
 * Starts an environment of the processor; what it returns handles one delivery after the other, as its handler does.
 */
export const startProcessor = (
  around: Surroundings,
  {
    calls,
    accountsTogether,
    name,
  }: { readonly calls: number; readonly accountsTogether: number; readonly name: string },
): ((delivered: readonly Delivery[]) => Promise<readonly string[]>) => {
  const { clock, queue, random } = around;
  const connection = connectIn(around, calls, processorPatience);
  const switchReader = keepSwitch(switchIn(around), clock);
  const trouble = new SharedTrouble(clock.now);
  const landing = new Landing(clock.now);
  const reading = createAccountReading({ timeZone: "UTC", mode: "credit-balance" }, policy, {
    now: clock.now,
    telemetry,
    connection,
  });
  let invocations = 0;
  return (delivered) => {
    const endsAt = clock.now() + functionMs;
    const remainingMs = () => endsAt - clock.now();
    invocations += 1;
    return processInvocation(
      {
        ledgerFor: (trackId) => createLedger(connection, { trackId, remainingMs }, { reading, codes: policy }),
        deliveries: queue.deliveries,
        switchReader,
        telemetry,
        clock,
        random,
        remainingMs,
        policy,
        trouble,
        landing,
        invocationId: `${name}-${invocations}`,
        width: widthFor(accountsTogether, calls),
        isPaused: () => connection.pace.pausedMs() > 0,
        maxReceiveCount: 5,
        backoffMaxSeconds: 300,
        setAsideAfterSeconds: 1_800,
        writeTimeMs: httpTimeoutMs,
      },
      delivered,
    );
  };
};
