import type { Delivery } from "../../../../functions/app/settle/ports.ts";
import { type ProcessDeps, processDeliveries } from "../../../../functions/app/settle/process-deliveries.ts";
import { Landing } from "../../../../functions/app/settle/rounds/landing.ts";
import { SharedTrouble } from "../../../../functions/app/settle/rounds/shared-trouble.ts";
import { policy } from "../../domain/fixtures.ts";
import { CollectedTelemetry } from "../../fakes/collected-telemetry.ts";
import type { FakeLedger } from "../../fakes/fake-ledger.ts";
import { FakeQueue } from "../../fakes/fake-queue.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

/** A processor over a tenant and a queue; every random number is the largest, so that backoffs are round. */
export const processor = (ledger: FakeLedger, overrides: Partial<ProcessDeps> = {}) => {
  const queue = new FakeQueue();
  const telemetry = new CollectedTelemetry();
  const trackIds: string[] = [];
  const deps: ProcessDeps = {
    ledgerFor: (runId) => {
      trackIds.push(runId);
      return ledger;
    },
    deliveries: queue,
    switchReader: { read: async () => "on" },
    telemetry,
    clock: new VirtualClock(Date.parse("2026-03-16T12:00:00Z")),
    random: () => 1,
    remainingMs: () => 600_000,
    policy: policy(),
    trouble: new SharedTrouble(() => 0),
    landing: new Landing(() => 0),
    invocationId: "invocation",
    maxReceiveCount: 5,
    backoffMaxSeconds: 300,
    setAsideAfterSeconds: 1_800,
    writeTimeMs: 130_000,
    ...overrides,
  };
  return { deps, queue, telemetry, trackIds, process: (...all: readonly Delivery[]) => processDeliveries(deps, all) };
};
