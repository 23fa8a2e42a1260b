import { isLackOfTime, OutOfTimeError, type SettlementError } from "../../domain/errors.ts";
import type { AccountOutcome, WaitReason } from "./outcome.ts";

export const isOutOfTime = (reason: SettlementError | WaitReason): boolean =>
  reason === "out-of-time" || (typeof reason !== "string" && isLackOfTime(reason));

/**
 * How a whole invocation left the one account that it had. Where it did not even suffice to read the account, no other
 * will: that is the account's own trouble, and not something to wait for. Whoever has moved is on its way.
 */
export const blamedOnItself = (outcome: AccountOutcome): AccountOutcome => {
  const { result } = outcome;
  const isUnread = result.kind === "waiting" && typeof result.reason !== "string" && isLackOfTime(result.reason);
  if (!isUnread || result.hasMoved) return outcome;
  const error = new OutOfTimeError("a whole invocation is too little time to read this account", {
    cause: result.reason,
  });
  return { ...outcome, result: { kind: "failed", error, final: false } };
};
