import { ConfigError, type SettlementError } from "../../domain/errors.ts";
import type { WaitReason } from "../settle/outcome.ts";
import type { MayLeave } from "../settle/ports.ts";
import { type GateDeps, readSwitch } from "../settle/write-gate.ts";

/** What stands between a plan for revenue and Zuora: asked each time that a write is about to leave. */
export type RevenueGate = {
  readonly mayLeave: MayLeave;
  /** Why the last one that was refused had to stay. */
  readonly whyUnsent: () => WaitReason | SettlementError;
};

/** No write leaves unless the switch says `on` at that moment and the time left covers its answer. */
export const createRevenueGate = (deps: Omit<GateDeps, "clock">): RevenueGate => {
  let why: WaitReason | SettlementError = "out-of-time";
  return {
    whyUnsent: () => why,
    mayLeave: async () => {
      const position = await readSwitch(deps);
      if (position !== "on") why = position instanceof ConfigError ? position : "switched-off";
      else if (deps.remainingMs() < deps.writeTimeMs) why = "out-of-time";
      else return true;
      return false;
    },
  };
};
