import { ZuoraContractError } from "../../domain/errors.ts";
import type { AccountingPeriod } from "../../domain/revenue/schedule.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";
import { periodsAnswer } from "./records.ts";

/** The tenant's accounting periods as all batches of one execution environment see them. */
export type PeriodsView = {
  /**
   * @param options `fresh`: a period may have been closed just now
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  read(client: ZuoraClient, options: { readonly fresh: boolean }): Promise<readonly AccountingPeriod[]>;
};

/**
 * A close takes finance hours, and a write into a period that was closed meanwhile is refused: minutes are new enough.
 */
const ageMaxMs = 5 * 60_000;

export const createPeriodsView = (now: () => number): PeriodsView => {
  let view: { readonly at: number; readonly periods: Promise<readonly AccountingPeriod[]> } | undefined;
  return {
    read: (client, { fresh }) => {
      if (view === undefined || fresh || now() - view.at >= ageMaxMs) {
        const read = { at: now(), periods: readPeriods(client) };
        view = read;
        read.periods.catch(() => {
          if (view === read) view = undefined;
        });
      }
      return view.periods;
    },
  };
};

/** One answer without pages (Zuora: List all accounting periods). */
export const readPeriods = async (client: ZuoraClient): Promise<readonly AccountingPeriod[]> => {
  const { body } = await client.get("/v1/accounting-periods");
  const parsed = periodsAnswer.safeParse(body);
  if (parsed.success) return parsed.data.accountingPeriods;
  throw new ZuoraContractError(`accounting periods: ${contractProblem(parsed.error)}`, { scope: "envelope" });
};
