import { settlementError } from "../../domain/errors.ts";
import type { ProbeAnswer } from "./probe.ts";

export const answerOf = async (answer: Promise<ProbeAnswer>): Promise<ProbeAnswer | string> => {
  try {
    return await answer;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  }
};

export const problemIn = (answer: ProbeAnswer | string): string | undefined =>
  typeof answer === "string" ? answer : answer.problem;

/** Whoever could not be asked has told nothing. */
export const nothing = (error: unknown): undefined => {
  settlementError(error);
  return undefined;
};
