import { SettlementError } from "../../domain/errors.ts";
import type { Policy } from "../../domain/policy.ts";
import { due, heldOrSettled, type ReadStandings, type Standing } from "../dead-letters/standing.ts";
import { type ExplainedRevenue, explainRevenue } from "./explain-revenue.ts";
import type { RevenueLedger } from "./ports.ts";

/** How the revenue of accounts stands, as planning their pairs says. */
export const standingsOfRevenue =
  (ledger: Omit<RevenueLedger, "distribute">, policy: Policy): ReadStandings =>
  async (ids) =>
    new Map([...(await explainRevenue(ledger, policy, ids))].map(([id, explained]) => [id, standingOf(explained)]));

const standingOf = (explained: ExplainedRevenue | SettlementError): Standing => {
  if (explained instanceof SettlementError) return due;
  const { heldAccount, pairs, holds } = explained;
  if (heldAccount !== undefined) return heldOrSettled([heldAccount]);
  return pairs.some(({ plan }) => plan.steps.length > 0) ? due : heldOrSettled(holds.map(({ reason }) => reason));
};
