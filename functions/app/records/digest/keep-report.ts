import type { LocalDate } from "../../../domain/account.ts";
import { SettlementError } from "../../../domain/errors.ts";
import { type NameOf, namesOf } from "../account-names.ts";
import type { ReportArchive } from "../ports.ts";
import { monthBefore, monthIn } from "../report/period.ts";
import { type ReportDeps, readReport, type WholeReport } from "../report/read-report.ts";
import { reportData } from "../report-files/report-data.ts";
import { reportFiles } from "../report-files/report-files.ts";
import type { KeptReport } from "./digest-facts.ts";

export type KeepDeps = ReportDeps & {
  readonly archive: ReportArchive;
  /** What people call the system. */
  readonly systemName: string;
};

type ToKeep = {
  /** In the archive. Whoever is asked to keep the same again writes over it. */
  readonly folder: string;
  /** The day or month that it is of. */
  readonly of: string;
  readonly whole: WholeReport;
  readonly nameOf: NameOf;
};

/** Draws a report that was read, as the command line does, and keeps its page and tables. */
export const keepReport = async (
  { archive, systemName, timeZone }: Pick<KeepDeps, "archive" | "systemName" | "timeZone">,
  { folder, of, whole, nameOf }: ToKeep,
): Promise<KeptReport> => {
  const data = reportData(whole, { system: systemName, period: `${of}, ${timeZone}`, timeZone, nameOf });
  return { of, kept: await archive.keep(folder, reportFiles(data)) };
};

/**
 * On the first day of a month the one before is over: its report is read and kept. What fails of it keeps nothing back.
 */
export const keepMonthAfterItsEnd = async (
  deps: KeepDeps,
  today: LocalDate,
  extent: { readonly accountsMax: number; readonly now: number },
): Promise<readonly KeptReport[]> => {
  if (!today.endsWith("-01")) return [];
  const month = monthBefore(today);
  try {
    const whole = await readReport(deps, { ...monthIn(deps.timeZone, month), ...extent });
    const nameOf = await namesOf(
      deps,
      whole.charged.found.map(({ accountId }) => accountId),
    );
    return [await keepReport(deps, { folder: `months/${month}`, of: month, whole, nameOf })];
  } catch (error) {
    if (!(error instanceof SettlementError)) throw error;
    return [{ of: month, kept: { failed: error.code } }];
  }
};
