import { expect } from "vitest";
import { SettlementError } from "../../../functions/domain/errors.ts";
import { type ConnectOptions, connect } from "../../../functions/zuora/http/connect.ts";
import type { Connection, Invocation } from "../../../functions/zuora/http/connection.ts";
import { processorPatience } from "../../../functions/zuora/http/retry.ts";
import { CollectedTelemetry } from "../fakes/collected-telemetry.ts";
import type { ScriptedZuora } from "../fakes/scripted-zuora.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";

export const timeoutMs = 15_000;

type Options = Partial<ConnectOptions> & { readonly clock?: VirtualClock };

/**
 * The production connection to a scripted Zuora, in virtual time, as the processor has it but for what a test names.
 */
export const connected = (zuora: ScriptedZuora, options: Options = {}): Connection =>
  connect({
    transport: zuora.transport,
    credentials: { read: async () => ({ clientId: "id-of-client", clientSecret: "canary-secret" }) },
    clock: new VirtualClock(),
    random: () => 0.5,
    telemetry: new CollectedTelemetry(),
    patience: processorPatience,
    timeoutMs,
    concurrency: 4,
    busyPauseMs: 60_000,
    ...options,
  });

/** An invocation with all the time in the world, unless the test says otherwise. */
export const invocation = (remainingMs = () => 900_000): Invocation => ({ trackId: "zcs-0mb0abc123", remainingMs });

/** The error that a promise fails with, which must be one of ours. */
export const errorOf = async (promise: Promise<unknown>): Promise<SettlementError> => {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(SettlementError);
  return outcome as SettlementError;
};
