import type { AccountId } from "../../domain/account.ts";
import { SettlementError } from "../../domain/errors.ts";
import type { Assess } from "../settle/assess.ts";
import type { Planned } from "../settle/read-and-plan.ts";

/** How an account stands today: something is due or cannot be told, people have to act, or nothing is left to do. */
export type Standing =
  | { readonly kind: "due" }
  | { readonly kind: "held"; readonly reasons: readonly string[] }
  | { readonly kind: "settled" };

/** Reads how accounts stand; writes nothing. */
export type ReadStandings = (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, Standing>>;

export const due: Standing = { kind: "due" };

export const heldOrSettled = (reasons: readonly string[]): Standing =>
  reasons.length === 0 ? { kind: "settled" } : { kind: "held", reasons: [...new Set(reasons)] };

/** How the credit of accounts stands, as planning it says. */
export const standingsOfCredit =
  (assess: Assess): ReadStandings =>
  async (ids) =>
    new Map([...(await assess(ids))].map(([id, planned]) => [id, standingOf(planned)]));

const standingOf = (planned: Planned | SettlementError): Standing =>
  planned instanceof SettlementError || planned.plan.steps.length > 0
    ? due
    : heldOrSettled(planned.plan.holds.map(({ reason }) => reason));

/** Picks those of some accounts that stand as one of the kinds says. */
export const standingAs =
  (kinds: readonly Standing["kind"][], standings: ReadStandings) =>
  async (ids: readonly AccountId[]): Promise<ReadonlySet<AccountId>> =>
    new Set([...(await standings(ids))].flatMap(([id, { kind }]) => (kinds.includes(kind) ? [id] : [])));
