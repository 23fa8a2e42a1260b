import { Command, Option } from "@commander-js/extra-typings";
import { leftToPeople } from "../../app/records/left-to-people.ts";
import { report } from "../../app/records/report.ts";
import { strandedCredit } from "../../app/records/stranded-credit.ts";
import { localDateIn, startOfDay } from "../../domain/local-time.ts";
import { runStartedAt } from "../../domain/run-id.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { UsageError } from "../exit-code.ts";
import { reportCsv } from "../text/report/report-csv.ts";
import { reportData } from "../text/report/report-data.ts";
import { reportHtml } from "../text/report/report-html.ts";
import { reportText } from "../text/report/report-text.ts";

export const reportCommand = (choose: Choose) =>
  new Command("report")
    .description("per currency: opening + new - transferred - still negative = 0; status 1 where it is not")
    .option("--run <ID>", "the adjustments of one run, and the balance since it began")
    .option("--since <DATE>", "since the beginning of a day, YYYY-MM-DD in the tenant's time zone; else today's")
    .addOption(new Option("--format <FORMAT>", "how it is written").choices(reportFormats).default("table" as const))
    .action((flags) => choose((context) => showReport(context, flags)));

/** Accounts that are planned to tell what is held; more would make people wait. */
const accountsMax = 1_000;

export const reportFormats = ["table", "csv", "json", "html"] as const;

export type ReportFlags = {
  readonly run?: string | undefined;
  readonly since?: string | undefined;
  readonly format: (typeof reportFormats)[number];
};

/** What finance signs. Fails where the money does not add up. */
export const showReport = async ({ system, terminal }: CommandContext, flags: ReportFlags): Promise<CommandResult> => {
  const { clock, config, name } = system;
  const since = sinceOf(flags, config.zuoraTimeZone, clock.now());
  const records = system.records;
  const runId = flags.run;
  const result = await report(records, { since, ...(runId === undefined ? {} : { runId }) });
  const assess = system.assess;
  const candidates = system.candidates();
  const people = {
    left: await leftToPeople(candidates, assess, { accountsMax, now: clock.now() }),
    stranded: await strandedCredit(system.creditRecords),
  };
  const data = reportData(result, people, { system: name, runId, until: clock.now() });
  if (!result.balances) terminal.note("the report does not balance");
  const texts = { table: reportText, csv: reportCsv, html: reportHtml, json: JSON.stringify };
  const text = texts[flags.format](data);
  return { data, text: flags.format === "json" ? `${text}\n` : text, isFailure: !result.balances };
};

/** A run's own start, a day's, or else that of the tenant's today. */
const sinceOf = ({ run, since }: ReportFlags, timeZone: string, now: number): number => {
  if (run !== undefined && since !== undefined) throw new UsageError("--run and --since exclude one another");
  if (run !== undefined) {
    const startedAt = runStartedAt(run);
    if (startedAt === undefined) throw new UsageError("--run: expected a run's id, such as zcs-0mb0abc12345");
    return startedAt;
  }
  const day = since ?? localDateIn(timeZone, now);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) {
    throw new UsageError("--since: expected a day as YYYY-MM-DD");
  }
  return startOfDay(timeZone, day);
};
