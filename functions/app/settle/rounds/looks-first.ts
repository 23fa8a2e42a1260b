import type { Planned } from "../read-and-plan.ts";

/**
 * Whether what is transferred must be read before anything is applied: had a confirmed transfer not happened, credit
 * that is not ours would pay.
 */
export const looksFirst = ({ state, plan }: Planned): boolean => {
  const kinds = new Set(plan.steps.map(({ kind }) => kind));
  return kinds.size > 1 && [state.standingCredit, state.freedCredit].some((part) => part?.gt(0));
};
