import type { Step } from "../../domain/credit/step.ts";
import { ConfigError, type SettlementError } from "../../domain/errors.ts";
import { pendingLeadMs } from "../../domain/payment-run.ts";
import { runIdPrefix } from "../../domain/run-id.ts";
import type { Clock, RemainingMs, Switch, SwitchReader } from "../ports.ts";
import type { WaitReason } from "./outcome.ts";

export type GateDeps = {
  readonly switchReader: SwitchReader;
  readonly clock: Clock;
  readonly remainingMs: RemainingMs;
  /** How long one sending of a write may take until its answer is given up, in milliseconds. */
  readonly writeTimeMs: number;
};

/** What stands between a plan and Zuora: asked each time that a write is about to leave. */
export type WriteGate = {
  /**
   * @param sends how often the same write may still leave, this time included: it is sent once more where no answer came
   * @param judgedAt when it was judged which payment runs are near, in epoch milliseconds; absent: as the gate was made
   */
  readonly mayWrite: (kind: Step["kind"], sends: number, judgedAt?: number) => Promise<boolean>;
  /** Why the last one that was refused had to stay. */
  readonly whyUnsent: () => WaitReason | SettlementError;
};

/**
 * No write leaves unless the time left covers its answer and the switch says `on` at that moment. No Decrease leaves so
 * long after payment runs were judged that it, or its repetition, could land when one has started that was not near
 * then.
 */
export const createWriteGate = (deps: GateDeps): WriteGate => {
  const { clock, remainingMs, writeTimeMs } = deps;
  const madeAt = clock.now();
  let why: WaitReason | SettlementError = "out-of-time";
  const refusal = (kind: Step["kind"], sends: number, judgedAt: number, position: Switch | ConfigError) => {
    if (position instanceof ConfigError) return position;
    if (position !== "on") return "switched-off";
    const isLate = kind !== "TransferToCreditBalance" && clock.now() + sends * writeTimeMs > judgedAt + pendingLeadMs;
    return isLate || remainingMs() < writeTimeMs ? "out-of-time" : undefined;
  };
  return {
    whyUnsent: () => why,
    mayWrite: async (kind, sends, judgedAt = madeAt) => {
      const refused = refusal(kind, sends, judgedAt, await readSwitch(deps));
      // Several writes may ask at a time: only who is refused says why.
      if (refused !== undefined) why = refused;
      return refused === undefined;
    },
  };
};

export const readSwitch = async ({ switchReader }: Pick<GateDeps, "switchReader">): Promise<Switch | ConfigError> => {
  try {
    return await switchReader.read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
};

/** Idempotency keys of one invocation: no two are alike. */
export const keysOf = (invocationId: string) => {
  let count = 0;
  return () => {
    count += 1;
    return `${runIdPrefix}${invocationId}-${count}`;
  };
};
