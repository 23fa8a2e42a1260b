import { runIdPrefix } from "../../domain/run-id.ts";
import type { Invocation } from "../../zuora/http/connection.ts";

/** What calls to Zuora carry as `Zuora-Track-Id` where they belong to no run. */
export const operatorTrackId = `${runIdPrefix}ops`;

/** What a person does at a terminal: no function's time ends it. */
export const operatorInvocation = (trackId: string = operatorTrackId): Invocation => ({
  trackId,
  remainingMs: () => Number.POSITIVE_INFINITY,
});
