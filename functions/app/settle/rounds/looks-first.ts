import { hasOthersCredit } from "../../../domain/account.ts";
import type { Planned } from "../read-and-plan.ts";

/**
 * Whether what is transferred must be read before credit balance is applied: had a confirmed transfer not happened,
 * credit that is not ours would pay.
 */
export const looksFirst = ({ state, plan }: Planned): boolean => {
  const kinds = new Set(plan.steps.map(({ kind }) => kind));
  return kinds.has("TransferToCreditBalance") && kinds.has("ApplyCreditBalance") && hasOthersCredit(state);
};
