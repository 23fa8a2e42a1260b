import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { namesOf } from "../../../app/records/account-names.ts";
import { readReport } from "../../../app/records/report/read-report.ts";
import { adjustmentsTable } from "../../../app/records/report-files/adjustment-tables.ts";
import { tableCsv } from "../../../app/records/report-files/report-csv.ts";
import { type ReportData, reportData } from "../../../app/records/report-files/report-data.ts";
import { reportFiles } from "../../../app/records/report-files/report-files.ts";
import { reportHtml } from "../../../app/records/report-files/report-html.ts";
import type { Choose, CommandContext, CommandResult } from "../../command.ts";
import { asCannotBeWritten, UsageError } from "../../exit-code.ts";
import { revenueReader } from "../../system/look-at.ts";
import { accountIdFor } from "../../system/resolve-account.ts";
import type { Look } from "../../text/look.ts";
import { type PeriodFlags, periodOf } from "./report-period.ts";
import { reportText } from "./report-text.ts";

export const reportCommand = (choose: Choose) =>
  new Command("report")
    .description("what finance signs: what was owed and what was credit, each adding up; status 1 where it does not")
    .option("--month <MONTH>", "a month of the tenant's time zone, YYYY-MM")
    .option("--since <DATE>", "since the beginning of a day, YYYY-MM-DD in the tenant's time zone; else today's")
    .option("--until <DATE>", "to the end of a day; else to now")
    .option("--run <ID>", "the adjustments of one run, and the balance since it began")
    .option("--account <ACCOUNT>", "of one account, by its number or id")
    .option("--folder <DIR>", "writes the page and every table as CSV, with Zuora's ids, into a new folder")
    .addOption(
      new Option("--format <FORMAT>", "how it is written; csv is the adjustments alone")
        .choices(reportFormats)
        .default("table" as const),
    )
    .action((flags) => choose((context) => showReport(context, flags)));

/** Accounts that are planned to tell what is held; more would make people wait. */
const accountsMax = 1_000;

const reportFormats = ["table", "csv", "json", "html"] as const;

type ReportFlags = PeriodFlags & {
  readonly account?: string | undefined;
  readonly folder?: string | undefined;
  readonly format: (typeof reportFormats)[number];
};

/** What finance signs. Fails where the money does not add up. */
const showReport = async ({ system, terminal }: CommandContext, flags: ReportFlags): Promise<CommandResult> => {
  const { clock, config, name } = system;
  const timeZone = config.zuoraTimeZone;
  const period = periodOf(flags, timeZone, clock.now());
  if (flags.folder !== undefined) await mustBeEmpty(flags.folder);
  const accountId = flags.account === undefined ? undefined : await accountIdFor(system, flags.account);
  const whole = await readReport(
    {
      ...system,
      candidates: system.candidates(),
      paymentRuns: system.paymentRuns(),
      readRevenue: revenueReader(system),
      timeZone,
    },
    { ...period, runId: flags.run, accountId, accountsMax, now: clock.now() },
  );
  const found = whole.charged.found.map((each) => each.accountId);
  const nameOf = await namesOf(system, accountId === undefined ? found : [accountId, ...found]);
  const data = reportData(whole, {
    system: name,
    period: period.name,
    runId: flags.run,
    account: accountId === undefined ? undefined : nameOf(accountId),
    timeZone,
    nameOf,
  });
  if (!whole.report.balances) terminal.note("the report does not balance");
  if (flags.folder !== undefined) {
    for (const file of await writeFolder(flags.folder, data)) terminal.note(`written: ${file}`);
  }
  return {
    data,
    text: textIn(flags.format, data, terminal.look),
    isVerbatim: flags.format !== "table",
    isFailure: !whole.report.balances,
  };
};

const textIn = (format: ReportFlags["format"], data: ReportData, look: Look): string => {
  if (format === "csv") return tableCsv(adjustmentsTable(data.adjustments));
  if (format === "html") return reportHtml(data);
  return format === "json" ? `${JSON.stringify(data)}\n` : reportText(data, look);
};

/** Papers that somebody may have signed are not written over. */
const mustBeEmpty = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true }).catch(asCannotBeWritten("--folder", folder));
  if ((await readdir(folder)).length > 0) throw new UsageError(`--folder: expected a new or an empty one: ${folder}`);
};

const writeFolder = async (folder: string, data: ReportData): Promise<readonly string[]> => {
  const paths: string[] = [];
  for (const { name, text } of reportFiles(data)) {
    paths.push(join(folder, name));
    await writeFile(join(folder, name), text, { flag: "wx" });
  }
  return paths;
};
