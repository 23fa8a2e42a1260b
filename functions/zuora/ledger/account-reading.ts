import type { Policy } from "../../domain/policy.ts";
import { type CollectionsView, createCollectionsView } from "../payment-runs/collections.ts";
import { type CanceledView, createCanceledView } from "./canceled-view.ts";

/** What the policy and the stage make of the reading of accounts, and what all readings of an environment share. */
export type AccountReading = {
  readonly timeZone: string;
  readonly optOutField: string | undefined;
  /** Whether credit is to be split into ours and what stood there before. */
  readonly separatesStandingCredit: boolean;
  readonly collections: CollectionsView;
  readonly canceled: CanceledView;
};

export const createAccountReading = (
  timeZone: string,
  { optOutField, standingCredit }: Pick<Policy, "optOutField" | "standingCredit">,
  now: () => number,
): AccountReading => ({
  timeZone,
  optOutField,
  separatesStandingCredit: standingCredit === "leave",
  collections: createCollectionsView(now, timeZone),
  canceled: createCanceledView(now),
});
