import { type Command, Option } from "commander";
import type { Choose } from "../command-line.ts";
import { type ReportFlags, reportFormats, showReport } from "./report.ts";
import { type UndoFlags, undoRun } from "./undo.ts";

/** `report` and `undo`: what was moved, as Zuora's own records tell, and the way back. */
export const addMoneyCommands = (program: Command, choose: Choose): void => {
  program
    .command("report")
    .description("per currency: opening + new - transferred - still negative = 0; status 1 where it is not")
    .option("--run <ID>", "the adjustments of one run, and the balance since it began")
    .option("--since <DATE>", "since the beginning of a day, YYYY-MM-DD in the tenant's time zone; else today's")
    .addOption(new Option("--format <FORMAT>", "how it is written").choices(reportFormats).default("table"))
    .action((flags: ReportFlags) => choose((context) => showReport(context, flags)));
  program
    .command("undo")
    .description("cancels a run's adjustments where Zuora still allows it; the system must be stopped")
    .argument("<RUN>", "the run's id, as its adjustments carry it in ReferenceId")
    .option("--account <ACCOUNT>", "only this account of the run, by id or number")
    .option("--yes", "do not ask")
    .action((runId: string, flags: UndoFlags) => choose((context) => undoRun(context, runId, flags)));
};
