import type { SettlementError } from "../../domain/errors.ts";
import type { Delivery } from "../queue-ports.ts";
import { hideSeconds } from "./backoff.ts";
import type { Result } from "./outcome.ts";

/** What becomes of one delivery of an account's message. */
export type Disposition =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "hide"; readonly seconds: number }
  | { readonly kind: "renew"; readonly seconds: number }
  | { readonly kind: "dead-letter"; readonly error: SettlementError };

export type DispositionLimits = { readonly maxReceiveCount: number; readonly backoffMaxSeconds: number };

/**
 * Waiting is not failing: what waits is renewed on the last receive but one, so that the receive count only ever
 * counts invocations that died. What failed for its own reasons is set aside at once where that is final, else on
 * its last receive.
 *
 * @param random in [0, 1): the jitter
 */
export const dispositionOf = (
  result: Result,
  { receiveCount, earlierAttempts }: Pick<Delivery, "receiveCount" | "earlierAttempts">,
  { maxReceiveCount, backoffMaxSeconds }: DispositionLimits,
  random: number,
): Disposition => {
  const seconds = hideSeconds(result, receiveCount + earlierAttempts, backoffMaxSeconds, random);
  switch (result.kind) {
    case "waiting":
      return receiveCount >= maxReceiveCount - 1 ? { kind: "renew", seconds } : { kind: "hide", seconds };
    case "failed": {
      const isLast = result.final || receiveCount >= maxReceiveCount;
      return isLast ? { kind: "dead-letter", error: result.error } : { kind: "hide", seconds };
    }
    default:
      return { kind: "acknowledge" };
  }
};
